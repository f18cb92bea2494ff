import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeE8m0 } from './e8m0.ts';
import { dequantizeMxfp8, mxfp8Scale, quantizeMxfp8 } from './mxfp8.ts';

/** OCP Microscaling Formats v1.0: E8M0 byte b is 2^(b − 127), 255 NaN; E4M3 (OFP8): 0x38 is 1, 0x7e is 448, 0x01 is 2^-9. */
describe('vectors of the specification', () => {
  test.each([
    // amax, scale byte: the least 2^e with 448 · 2^e ≥ amax.
    [448, 127],
    [448.5, 128],
    [896, 128],
    [1, 119],
    [1.75, 119],
    [1.7500001, 120],
    [2 ** -126, 0],
    [3e38, 247],
    [0, 0],
    [Number.POSITIVE_INFINITY, 255],
    [Number.NaN, 255],
  ])('a block whose largest is %s has scale byte %s', (amax, byte) => {
    expect(mxfp8Scale(amax)).toBe(byte);
  });

  test.each([
    [448, 0x7e],
    [1, 0x38],
    [-1, 0xb8],
    [2 ** -9, 0x01],
    [2 ** -6, 0x08],
    [2 ** -10, 0x00], // a tie, to even
    [3 * 2 ** -10, 0x02], // a tie, to even
    [240, 0x77],
    [-448, 0xfe],
  ])('beside 448, %s is code %i', (value, code) => {
    const { scale, codes } = quantizeMxfp8([448, value]);
    expect({ scale, code: codes[1] }).toEqual({ scale: 127, code });
    expect(dequantizeMxfp8({ scale: 127, codes: Uint8Array.of(code) })[0]).toBeCloseTo(value, 2);
  });

  test('a block with NaN is NaN throughout', () => {
    expect([...dequantizeMxfp8(quantizeMxfp8([1, Number.NaN]))]).toEqual([Number.NaN, Number.NaN]);
  });
});

test('nothing saturates, and normal values are within a sixteenth of themselves', () => {
  const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(values, (block) => {
      const quantized = quantizeMxfp8(block);
      const step = decodeE8m0(quantized.scale);
      const back = dequantizeMxfp8(quantized);
      // Half of the least difference of codes, below the normal ones.
      expect(
        block.every((value, i) => Math.abs(value - (back[i] ?? 0)) <= Math.max(Math.abs(value) / 16, step * 2 ** -10)),
      ).toBe(true);
    }),
  );
});
