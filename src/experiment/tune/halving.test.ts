import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fasterHalf, halvings } from './halving.ts';

const scored = (scores: readonly number[]) => scores.map((score, item) => ({ item, score }));

describe('halving', () => {
  it('keeps the faster half, and never fewer than asked', () => {
    expect(fasterHalf(scored([5, 1, 4, 2, 3]), 1)).toEqual([1, 3, 4]);
    expect(fasterHalf(scored([5, 1, 4, 2, 3]), 4)).toEqual([1, 3, 4, 2]);
  });

  it('drops whoever has no score', () => {
    expect(fasterHalf(scored([Number.POSITIVE_INFINITY, 2, Number.NaN, 1]), 3)).toEqual([3, 1]);
  });

  it('counts the rounds and appearances that it takes', () => {
    expect(halvings(4, 4)).toEqual({ rounds: 0, appearances: 0 });
    expect(halvings(9, 4)).toEqual({ rounds: 2, appearances: 9 + 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 8 }), (field, fewest) => {
        const { rounds, appearances } = halvings(field, fewest);
        expect(rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(field)));
        expect(appearances).toBeLessThanOrEqual(2 * field + rounds);
      }),
    );
  });
});
