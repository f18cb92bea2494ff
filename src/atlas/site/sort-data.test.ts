import { describe, expect, it } from 'vitest';
import { bytesPerSecond, flopPerSecond, percent, seconds } from '../../report/si.ts';
import { numberIn, ordered } from './sort-data.ts';

describe('the value of a cell', () => {
  it('is the number that was printed, whatever its prefix', () => {
    for (const value of [1.23e-8, 4.56e-6, 7.8e-3, 0.9, 12, 3456, 7.89e6, 1.2e9, 3.4e12]) {
      expect(numberIn(flopPerSecond(value)) ?? 0).toBeCloseTo(value, -Math.floor(Math.log10(value)) + 1);
      expect((numberIn(bytesPerSecond(value)) ?? 0) / value).toBeCloseTo(1, 2);
      if (value < 100) expect((numberIn(seconds(value)) ?? 0) / value).toBeCloseTo(1, 2);
    }
    expect(numberIn(percent(0.68))).toBeCloseTo(0.68);
  });

  it('has a sign, a day, and nothing where nothing is', () => {
    expect(['+30.0 %', '−3.0 %', '-3.0 %', '±2.1 %'].map(numberIn)).toEqual([0.3, -0.03, -0.03, 0.021]);
    expect(numberIn('2026-04-18')).toBe(20260418);
    expect([numberIn('–'), numberIn(''), numberIn('9 of 12')]).toEqual([null, null, 9]);
  });
});

describe('the order of rows', () => {
  it('is by number, with what has none at the end both ways', () => {
    const cells = ['900 MFLOPS', '–', '1.00 GFLOPS', '2.00 kFLOPS'];
    expect(ordered(cells, 'descending', true)).toEqual([2, 0, 3, 1]);
    expect(ordered(cells, 'ascending', true)).toEqual([3, 0, 2, 1]);
  });

  it('of texts is that of words, with numbers in them as numbers', () => {
    expect(ordered(['case 10', 'case 9', 'Case 1'], 'ascending', false)).toEqual([2, 1, 0]);
  });

  it('leaves equal rows as they were', () => {
    expect(ordered(['1 s', '1 s', '1 s'], 'descending', true)).toEqual([0, 1, 2]);
  });

  it('puts what takes less time below what takes longer', () => {
    const texts = ['takes 8.0 % less time', 'takes 6.0 % to 7.0 % longer', 'takes 2.0 % less time'];
    expect(ordered(texts, 'descending', true)).toEqual([1, 2, 0]);
  });
});
