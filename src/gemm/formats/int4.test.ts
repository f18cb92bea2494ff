import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dequantizeInt4, quantizeInt4 } from './int4.ts';

const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 32 });

test('every value is within half a step, and the largest uses the largest code', () => {
  fc.assert(
    fc.property(values, (block) => {
      const quantized = quantizeInt4(block);
      const amax = Math.max(...block.map(Math.abs));
      const back = dequantizeInt4(quantized);
      const slack = quantized.scale * 0.5 * (1 + 2 ** -20);
      if (quantized.scale > 2 ** -126) {
        expect(block.every((value, i) => Math.abs(value - (back[i] ?? 0)) <= slack)).toBe(true);
        expect(Math.max(...Array.from(quantized.codes, (code) => Math.abs(code - 8)))).toBe(amax === 0 ? 0 : 7);
      }
    }),
  );
});

test('ties go to even', () => {
  const { codes } = quantizeInt4([7, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5]);
  expect([...codes].map((code) => code - 8)).toEqual([7, 0, 2, 2, 0, -2, -2]);
});

test('a zero block has scale 0 and the code of zero', () => {
  expect(quantizeInt4([0, -0, 0])).toEqual({ scale: 0, codes: Uint8Array.from([8, 8, 8]) });
});

test('a block with NaN is NaN throughout', () => {
  expect([...dequantizeInt4(quantizeInt4([1, Number.NaN]))]).toEqual([Number.NaN, Number.NaN]);
});
