import { describe, expect, it } from 'vitest';
import { compareMachines, compareRuns, distinct, geomean, partsOf } from './compare-data.ts';

const ID = 'quick/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32';

describe('a comparison', () => {
  it('has the cases of both, B over A, those whose intervals are apart first, the largest difference first', () => {
    const a = {
      machine: 'a',
      cases: { x: [5, 4, 6, 'k'], y: [2, 1, 5, 'j'], z: [3, 2, 4, 'k'] },
    } as const;
    const b = {
      machine: 'b',
      cases: { x: [10, 9, 11, 'k'], y: [8, 4, 12, 'k'], z: [9, 8, 10, 'k'], only: [1, 1, 1, 'k'] },
    } as const;
    expect(compareMachines(a, b)).toEqual([
      { problem: 'z', ratio: 3, a: 3, b: 9, kernels: ['k'], apart: true, also: [] },
      { problem: 'x', ratio: 2, a: 5, b: 10, kernels: ['k'], apart: true, also: [] },
      { problem: 'y', ratio: 4, a: 2, b: 8, kernels: ['j', 'k'], apart: false, also: [] },
    ]);
  });

  it('of runs is one of rates, like that of machines', () => {
    const data = {
      runs: [
        ['r', 'c'],
        ['s', 'd'],
      ],
      cases: [`${ID}/kernel=best`, 'y', 'z/kernel=gemv'],
      seconds: [
        [2, 3, 1],
        [1, null, 1],
      ],
      spread: [0.01, 0.01, null],
      kernels: ['gemv', 'mxfp4-gemv'],
      ran: [[0, 1], 0, -1],
    } as const;
    expect(compareRuns(data, 0, 1)).toEqual([
      { problem: ID, ratio: 2, a: 2, b: 1, kernels: ['gemv', 'mxfp4-gemv'], apart: true, also: [] },
      { problem: 'z', ratio: 1, a: 1, b: 1, kernels: [], apart: false, also: [] },
    ]);
  });

  it('of runs is open where the intervals meet: half of each on either side', () => {
    const of = (times: readonly number[]) => ({
      ...{ runs: [['r', 'c'] as const, ['s', 'd'] as const], cases: ['x'], seconds: times.map((time) => [time]) },
      ...{ spread: [0.01], kernels: [], ran: [-1] },
    });
    expect([1.019, 1.021, 0.981, 0.979].map((time) => compareRuns(of([1, time]), 0, 1)[0]?.apart)).toEqual([
      ...[false, true, false, true],
    ]);
  });

  it('counts equal problems of several suites once, and keeps where else they are', () => {
    const of = (problem: string, ratio: number) => ({
      ...{ problem, ratio, a: 1, b: ratio, kernels: ['k'], apart: true, also: [] },
    });
    const other = ID.replace('quick/decode/o_proj', 'gate/large/one-row');
    const all = [of(ID, 8), of(other, 4), of(ID.replace('/m=1/', '/m=2/'), 2)];
    expect(distinct(all, false).map(({ problem, ratio, also }) => [problem, ratio, also])).toEqual([
      [other, 4, [ID]],
      [ID.replace('/m=1/', '/m=2/'), 2, []],
    ]);
    const runs = [of(ID, 8), { ...of(other, 4), kernels: ['j'] }];
    expect([distinct(runs, false).length, distinct(runs, true).length]).toEqual([1, 2]);
  });

  it('has a mean that turns over with the sides', () => {
    expect(geomean([2, 8])).toBeCloseTo(4);
    expect(geomean([1 / 2, 1 / 8])).toBeCloseTo(1 / 4);
  });

  it('knows the parts of a case', () => {
    expect(partsOf(ID)).toEqual({ suite: 'quick', phase: 'decode', name: 'o_proj', format: 'mxfp4' });
  });
});
