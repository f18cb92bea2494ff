import { describe, expect, it } from 'vitest';
import { compareMachines, compareRuns, geomean } from './compare-data.ts';

describe('a comparison', () => {
  it('has the cases of both, those whose intervals are apart first, the largest difference first', () => {
    const a = {
      machine: 'a',
      cases: { x: [10, 9, 11, 'k'], y: [8, 4, 12, 'k'], z: [9, 8, 10, 'k'], only: [1, 1, 1, 'k'] },
    } as const;
    const b = { machine: 'b', cases: { x: [5, 4, 6, 'k'], y: [2, 1, 5, 'j'], z: [3, 2, 4, 'k'] } } as const;
    expect(compareMachines(a, b)).toEqual([
      { name: 'z', ratio: 3, about: 'k', apart: true },
      { name: 'x', ratio: 2, about: 'k', apart: true },
      { name: 'y', ratio: 4, about: 'k / j', apart: false },
    ]);
  });

  it('of runs is one of rates, like that of machines', () => {
    const data = {
      runs: [
        ['r', 'c'],
        ['s', 'd'],
      ],
      cases: ['x', 'y'],
      seconds: [
        [1, null],
        [2, 3],
      ],
    } as const;
    expect(compareRuns(data, 0, 1)).toEqual([{ name: 'x', ratio: 2, about: '', apart: null }]);
  });

  it('has a mean that does not depend on which side is first', () => {
    const of = (...ratios: number[]) => geomean(ratios.map((ratio) => ({ name: '', ratio, about: '', apart: null })));
    expect(of(2, 8)).toBeCloseTo(4);
    expect(of(1 / 2, 1 / 8)).toBeCloseTo(1 / 4);
  });
});
