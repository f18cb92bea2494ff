import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mad, mean, median, quantile, weightedMedian } from './centre.ts';

const finite = fc.double({ min: 1e-9, max: 1e3, noNaN: true });
const weighted = (...pairs: [value: number, weight: number][]) => pairs.map(([value, weight]) => ({ value, weight }));

describe('median and MAD', () => {
  it('takes the mean of the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([5])).toBe(5);
    expect(median([])).toBeNaN();
  });

  it('measures spread without a scale factor', () => {
    expect(mad([1, 1, 2, 2, 4, 6, 9])).toBe(1);
  });

  it('ignores order and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const before = [...values];
        expect(median([...values].reverse())).toBe(median(values));
        expect(values).toEqual(before);
      }),
    );
  });
});

describe('the centre', () => {
  it('of values is their mean', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });

  it('of weighted values has half of the weight on either side', () => {
    expect(weightedMedian(weighted([3, 1], [1, 1], [2, 1]))).toBe(2);
    expect(weightedMedian(weighted([1, 1], [2, 1], [3, 5]))).toBe(3);
    expect(weightedMedian(weighted([5, 10], [1, 1], [2, 1]))).toBe(5);
    expect(weightedMedian([])).toBeNull();
  });

  it('of sorted values is one quantile of many', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([10, 20, 40], share))).toEqual([10, 15, 20, 40]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
