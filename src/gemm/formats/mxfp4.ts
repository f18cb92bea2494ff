import type { ScaleRule } from '../problem.ts';
import { decodeE2m1, encodeE2m1, type Ties } from './e2m1.ts';
import { decodeE8m0, E8M0_NAN, scaleByte } from './e8m0.ts';

export const MXFP4_BLOCK = 32;

/** One quantized block: a stored scale and one 4-bit code per element, unpacked. */
export interface QuantizedBlock {
  readonly scale: number;
  readonly codes: Uint8Array;
}

/** Largest magnitude; NaN as soon as one element is NaN. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let amax = 0;
  for (let i = 0; i < values.length; i += 1) amax = Math.max(amax, Math.abs(values[i] ?? 0));
  return amax;
}

/**
 * Quantizes up to 32 consecutive f32 values to MXFP4: value ≈ 2^(scale − 127) · e2m1(code), saturating at code 7.
 * A zero block becomes scale byte 0 and zeros; a block holding NaN or infinity becomes scale byte 255 (NaN) and zeros.
 */
export function quantizeMxfp4(
  values: ArrayLike<number>,
  rule: ScaleRule = 'rceil',
  ties: Ties = 'even',
): QuantizedBlock {
  const scale = scaleByte(largestMagnitude(values), rule);
  // Division by a power of two is exact in f64, for f32 subnormals too.
  const step = decodeE8m0(scale);
  const code = (value: number) => (scale === E8M0_NAN ? 0 : encodeE2m1(value / step, ties));
  return { scale, codes: Uint8Array.from({ length: values.length }, (_, i) => code(values[i] ?? 0)) };
}

/** Values of one block, exact in f64; all NaN when the scale byte is 255. */
export function dequantizeMxfp4(block: QuantizedBlock): Float64Array {
  const step = decodeE8m0(block.scale);
  return Float64Array.from(block.codes, (code) => step * decodeE2m1(code));
}
