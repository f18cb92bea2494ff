import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dequantizeInt4Zero, quantizeInt4Zero } from './int4-zero.ts';
import { decode, F16 } from './minifloat.ts';

/** Scale and zero point of a stored word. */
const parts = (word: number) => ({ scale: decode(F16, word & 0xffff), zero: word >>> 16 });

test.each([
  // GPTQ: scale = (max − min) / 15, zero = round(−min / scale), with 0 between min and max.
  [[0, 1, 7, 15], { scale: 1, zero: 0 }, [0, 1, 7, 15]],
  [[-8, 0, 7], { scale: 1, zero: 8 }, [0, 8, 15]],
  [[-15, -3], { scale: 1, zero: 15 }, [0, 12]],
  [[3, 30], { scale: 2, zero: 0 }, [2, 15]],
  [[0, 0], { scale: 0, zero: 8 }, [8, 8]],
])('%j has %j and codes %j', (values, expected, codes) => {
  const quantized = quantizeInt4Zero(values);
  expect(parts(quantized.scale)).toEqual(expected);
  expect([...quantized.codes]).toEqual(codes);
});

test('a block of exact steps comes back as it was', () => {
  const values = [-2, -1.5, 0, 0.5, 5.5];
  expect([...dequantizeInt4Zero(quantizeInt4Zero(values))]).toEqual(values);
});

test('a block with infinity is NaN throughout', () => {
  expect([...dequantizeInt4Zero(quantizeInt4Zero([1, Number.POSITIVE_INFINITY]))]).toEqual([Number.NaN, Number.NaN]);
});

test('every value is within a step: half for its code, half for the zero point', () => {
  const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 128 });
  fc.assert(
    fc.property(values, (block) => {
      const quantized = quantizeInt4Zero(block);
      const { scale } = parts(quantized.scale);
      const back = dequantizeInt4Zero(quantized);
      // The f16 scale is off by 2^-11 of itself, fifteen times at most.
      if (scale > 2 ** -14)
        expect(block.every((value, i) => Math.abs(value - (back[i] ?? 0)) <= scale * (1 + 15 * 2 ** -11))).toBe(true);
    }),
  );
});
