import { roundTiesEven } from './minifloat.ts';
import { largestMagnitude, type QuantizedBlock } from './mxfp4.ts';

export const INT4_BLOCK = 32;
/** Stored code of the value zero. */
export const INT4_ZERO = 8;
const MAX_CODE = 7;

/** The f32 block scale amax / 7, rounded once. */
export function int4Scale(amax: number): number {
  return Math.fround(amax / MAX_CODE);
}

/**
 * Quantizes up to 32 consecutive f32 values to symmetric int4: value ≈ scale · (code − 8), codes 1…15.
 *
 * The code is the nearest integer to 7·value/amax, ties to even, by the exact ratio and not by the rounded scale, so that
 * integer arithmetic gives the same codes. A zero block (or one so small that its scale rounds to zero) has scale 0 and
 * codes 8. A block holding NaN or infinity has scale NaN.
 */
export function quantizeInt4(values: ArrayLike<number>): QuantizedBlock {
  const amax = largestMagnitude(values);
  const scale = Number.isFinite(amax) ? int4Scale(amax) : Number.NaN;
  // 7·value is exact in f64, and a tie is exactly representable, so the division cannot invent or lose one.
  const code = (value: number) => (scale > 0 ? INT4_ZERO + roundTiesEven((MAX_CODE * value) / amax) : INT4_ZERO);
  return { scale, codes: Uint8Array.from({ length: values.length }, (_, i) => code(values[i] ?? 0)) };
}

/** Values of one block, exact in f64. */
export function dequantizeInt4(block: QuantizedBlock): Float64Array {
  return Float64Array.from(block.codes, (code) => block.scale * (code - INT4_ZERO));
}
