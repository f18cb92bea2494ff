import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation } from './rank-correlation.ts';

describe('rankCorrelation', () => {
  it('is 1 for any rising relation and −1 for any falling one', () => {
    expect(rankCorrelation([1, 2, 3, 4], [1, 10, 11, 1000])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3, 4], [9, 7, 3, 0])).toBeCloseTo(-1, 12);
  });

  it('gives ties their mean rank', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4.
    expect(rankCorrelation([1, 2, 2, 3], [10, 30, 20, 40])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it('agrees with 1 − 6Σd²/(n(n²−1)) where nothing ties', () => {
    expect(
      rankCorrelation([86, 97, 99, 100, 101, 103, 106, 110, 112, 113], [2, 20, 28, 27, 50, 29, 7, 17, 6, 12]),
    ).toBeCloseTo(-29 / 165, 12);
  });

  it('says nothing of too little', () => {
    expect(rankCorrelation([1, 2], [1, 2])).toBeNull();
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(() => rankCorrelation([1], [])).toThrow(RangeError);
  });

  it('ignores the order of the pairs and stays within ±1', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 3 });
    fc.assert(
      fc.property(pairs, (all) => {
        const of = (list: readonly (readonly [number, number])[]) =>
          rankCorrelation(
            list.map(([x]) => x),
            list.map(([, y]) => y),
          );
        const [forward, backward] = [of(all), of([...all].reverse())];
        if (forward === null || backward === null) return;
        expect(backward).toBeCloseTo(forward, 10);
        expect(Math.abs(forward)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});
