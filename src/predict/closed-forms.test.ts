import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheBytes, receptiveField } from './attention.ts';
import { HEAD_DIM_COEFFICIENTS, headDimBound, longestFor } from './head-dim.ts';
import { rankLoss, rankLossNumerator } from './rank-loss.ts';

describe('rankLoss', () => {
  // Every value is an exact binary fraction or rounded to the digits shown.
  it.each([
    [1, '0.25', '0.125', '0.0625'],
    [2, '0.3125', '0.109375', '0.03515625'],
    [3, '0.34375', '0.089844', '0.019287'],
    [4, '0.363281', '0.072998', '0.010635'],
    [5, '0.376953', '0.059235', '0.0059090'],
    [6, '0.387207', '0.048126', '0.0033054'],
  ])('m = %i at 2m, 3m, 4m is %s, %s, %s', (m, ...printed) => {
    printed.forEach((text, i) => {
      const decimals = text.split('.')[1]?.length ?? 0;
      expect(rankLoss((i + 2) * m, m).probability.toFixed(decimals)).toBe(text);
    });
  });

  it('m = 299, where factorials overflow a double', () => {
    expect(rankLoss(598, 299).probability.toFixed(6)).toBe('0.483693');
    expect(rankLoss(897, 299).probability.toExponential(1)).toBe('2.4e-24');
    expect(rankLoss(1196, 299).probability.toExponential(1)).toBe('1.5e-70');
  });

  it('is the exact fraction, correctly rounded', () => {
    expect(rankLossNumerator(12, 3)).toBe(1n + 12n + 66n);
    expect(rankLoss(12, 3).probability).toBe(79 / 4096);
    expect(rankLoss(20, 10).probability).toBe(Number(rankLossNumerator(20, 10)) / 2 ** 20);
  });

  it('at n = 2m is ½ − C(2m,m)/2^(2m+1), which rises', () => {
    let last = 0;
    let central = 1;
    for (let m = 1; m <= 300; m += 1) {
      central *= (2 * m - 1) / (2 * m);
      const { probability } = rankLoss(2 * m, m);
      expect(probability).toBeCloseTo(0.5 - central / 2, 12);
      expect(probability).toBeGreaterThan(last);
      last = probability;
    }
  });

  it('complements: P(X < m) + P(X < n − m + 1) = 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), (n, m) => {
        fc.pre(m >= 1 && m <= n);
        expect(rankLossNumerator(n, m) + rankLossNumerator(n, n - m + 1)).toBe(2n ** BigInt(n));
        expect(rankLoss(n, m).probability + rankLoss(n, n - m + 1).probability).toBeCloseTo(1, 14);
      }),
    );
  });

  it('goes on without overflow or a negative result, for any size', () => {
    for (const [n, m] of [
      [20_001, 10_000],
      [20_001, 7000],
      [20_001, 13_000],
      [1_000_000, 499_000],
    ] as const) {
      const { probability } = rankLoss(n, m);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
    expect(rankLoss(1_000_000, 500_000).probability).toBeCloseTo(0.5 - 0.5 * Math.sqrt(2 / (Math.PI * 1e6)), 6);
    expect(rankLoss(40_000, 10_000)).toMatchObject({ probability: 0 });
    expect(rankLoss(40_000, 10_000).log10).toBeCloseTo(-2274.9, 0);
  });

  it('is continuous where logarithms take over from the exact sum', () => {
    for (const m of [9000, 9900, 10_000, 10_100]) {
      const [exact, logs] = [rankLoss(20_000, m), rankLoss(20_001, m)];
      expect(Math.abs(logs.log10 - exact.log10)).toBeLessThan(0.05);
    }
    // Bin(n+1) < m when Bin(n) < m and the last unit is off, or Bin(n) < m − 1.
    const below = (m: number) => rankLoss(20_000, m).probability;
    expect(rankLoss(20_001, 9950).probability).toBeCloseTo((below(9950) + below(9949)) / 2, 10);
  });

  it('refuses what is no count', () => {
    expect(() => rankLoss(0, 1)).toThrow(/number of units/);
    expect(() => rankLoss(4, 1.5)).toThrow(/rank/);
    expect(rankLoss(4, 0).probability).toBe(0);
    expect(rankLoss(4, 5).probability).toBe(1);
  });
});

describe('headDimBound', () => {
  it('gives its author’s numbers: 96, 128 and 52 for 100,000 and 5 million and 512', () => {
    for (const coefficient of [HEAD_DIM_COEFFICIENTS.printed, HEAD_DIM_COEFFICIENTS.unrounded]) {
      expect([1e5, 5e6, 512].map((n) => Math.round(headDimBound(n, { coefficient })))).toEqual([96, 128, 52]);
    }
  });

  it('takes the natural logarithm', () => {
    const rounded = [128, 512, 1024, 4096, 8192, 131_072].map((n) => headDimBound(n).toFixed(2));
    expect(rounded).toEqual(['40.42', '51.97', '57.74', '69.29', '75.06', '98.16']);
    const misread = [128, 512, 1024, 4096, 8192, 131_072].map((n) => headDimBound(n, { logarithm: 'log2' }).toFixed(2));
    expect(misread).toEqual(['58.31', '74.97', '83.30', '99.96', '108.29', '141.61']);
  });

  it('has the coefficient 4/ln φ before rounding', () => {
    expect(HEAD_DIM_COEFFICIENTS.unrounded).toBeCloseTo(8.3123, 4);
    expect(HEAD_DIM_COEFFICIENTS.fraction).toBeCloseTo(8.3333, 4);
  });

  it('inverts', () => {
    expect(Math.floor(longestFor(64))).toBe(2171);
    expect(Math.floor(longestFor(64, { logarithm: 'log2' }))).toBe(205);
    expect(longestFor(headDimBound(777))).toBeCloseTo(777, 8);
    expect(() => headDimBound(0)).toThrow(RangeError);
  });
});

describe('receptiveField', () => {
  const stack = { layers: 36, window: 128, context: 131_072 };

  it('adds window − 1 a sliding layer', () => {
    expect(receptiveField({ ...stack, slidingLayers: 36 })).toBe(4573);
    expect(receptiveField({ ...stack, slidingLayers: 36, context: 1024 })).toBe(1024);
    expect(receptiveField({ ...stack, layers: 1, slidingLayers: 1 })).toBe(128);
  });

  it('is the whole context as soon as one layer is full', () => {
    expect(receptiveField({ ...stack, slidingLayers: 18 })).toBe(131_072);
    expect(receptiveField({ ...stack, slidingLayers: 35 })).toBe(131_072);
  });
});

describe('cacheBytes', () => {
  it('keeps a window only in sliding layers', () => {
    const heads = { kvHeads: 8, headDim: 64, bytesPerElement: 2 };
    const stack = { layers: 36, slidingLayers: 18, window: 128 };
    expect(cacheBytes({ ...stack, context: 100 }, heads)).toBe(36 * 100 * 2048);
    expect(cacheBytes({ ...stack, context: 131_072 }, heads)).toBe(18 * (131_072 + 128) * 2048);
  });
});
