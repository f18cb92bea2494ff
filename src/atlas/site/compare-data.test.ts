import { describe, expect, it } from 'vitest';
import { chosen, compareMachines, compareRuns, geomean, partsOf, titleOf } from './compare-data.ts';

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
      { problem: 'z', ratio: 3, a: 3, b: 9, kernels: ['k'], apart: true },
      { problem: 'x', ratio: 2, a: 5, b: 10, kernels: ['k'], apart: true },
      { problem: 'y', ratio: 4, a: 2, b: 8, kernels: ['j', 'k'], apart: false },
    ]);
  });

  it('of runs is one of rates, like that of machines', () => {
    const data = {
      runs: [
        ['r', 'c'],
        ['s', 'd'],
      ],
      cases: [`${ID}/kernel=gemv`, 'y'],
      seconds: [
        [2, 3],
        [1, null],
      ],
    } as const;
    expect(compareRuns(data, 0, 1)).toEqual([{ problem: ID, ratio: 2, a: 2, b: 1, kernels: ['gemv'], apart: null }]);
  });

  it('has a mean that turns over with the sides', () => {
    expect(geomean([2, 8])).toBeCloseTo(4);
    expect(geomean([1 / 2, 1 / 8])).toBeCloseTo(1 / 4);
  });

  it('names a case as its page does', () => {
    expect(partsOf(ID)).toEqual({ suite: 'quick', phase: 'decode', name: 'o_proj', format: 'mxfp4' });
    expect(titleOf(ID)).toBe('o_proj 1×2880×4096 nt mxfp4·f32');
  });

  it('shows what is asked for: by suite, phase, format, kernel and words', () => {
    const of = (problem: string, kernel: string) => ({ problem, ratio: 1, a: 1, b: 1, kernels: [kernel], apart: true });
    const all = [of(ID, 'mxfp4-gemv'), of(ID.replace('mxfp4', 'f16').replace('decode', 'prefill'), 'direct')];
    const nothing = { suite: '', phase: '', formats: [] as string[], kernel: '', words: [] as string[] };
    const count = (wanted: Partial<typeof nothing>) => chosen(all, { ...nothing, ...wanted }).length;
    expect(count({})).toBe(2);
    expect([count({ suite: 'quick' }), count({ phase: 'decode' }), count({ formats: ['f16', 'int4'] })]).toEqual([
      2, 1, 1,
    ]);
    expect([count({ kernel: 'direct' }), count({ kernel: 'gemv' })]).toEqual([1, 0]);
    expect([count({ words: ['o_proj', 'gemv'] }), count({ words: ['gemv', 'prefill'] })]).toEqual([1, 0]);
  });
});
