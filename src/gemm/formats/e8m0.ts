/**
 * E8M0, the block scale of the OCP microscaling formats: byte b stands for 2^(b − 127). No sign, no zero, no infinity;
 * 255 is NaN (OCP Microscaling Formats v1.0, section 5.4.1).
 */
import type { ScaleRule } from '../problem.ts';
import { exponentOf } from './minifloat.ts';

export const E8M0_NAN = 255;
const BIAS = 127;

/** Value of a scale byte: 2^(byte − 127), NaN for 255. */
export function decodeE8m0(byte: number): number {
  return byte === E8M0_NAN ? Number.NaN : 2 ** (byte - BIAS);
}

/**
 * Scale byte for a block whose largest magnitude is `amax`, for E2M1 elements (largest exponent 2, largest value 6):
 * - `rceil`: ceil(log2(amax / 6)), never clips (NVIDIA's libraries, Triton's kernels, gpt-oss)
 * - `floor`: floor(log2 amax) − 2, clips above 6 (OCP section 6.3)
 * - `even`: as `floor` after rounding amax to one mantissa bit, ties up
 * - `ceil`: ceil(log2 amax) − 2
 *
 * Zero gives byte 0, anything that is not finite gives NaN (255); exponents beyond the format saturate at 0 and 254.
 */
export function scaleByte(amax: number, rule: ScaleRule): number {
  if (!Number.isFinite(amax)) return E8M0_NAN;
  if (amax === 0) return 0;
  const exponent = exponentOf(amax);
  const significand = amax / 2 ** exponent;
  return Math.min(Math.max(exponent - 2 + raised(significand, rule) + BIAS, 0), 254);
}

/** Whether the rule lifts the floor exponent by one, for a significand in [1, 2). */
function raised(significand: number, rule: ScaleRule): 0 | 1 {
  switch (rule) {
    case 'floor':
      return 0;
    case 'rceil':
      return significand > 1.5 ? 1 : 0;
    case 'even':
      return significand >= 1.75 ? 1 : 0;
    case 'ceil':
      return significand > 1 ? 1 : 0;
  }
}
