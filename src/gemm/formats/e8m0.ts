/**
 * E8M0, the block scale of the OCP microscaling formats: byte b stands for 2^(b − 127). No sign, no zero, no infinity;
 * 255 is NaN (OCP Microscaling Formats v1.0, section 5.4.1).
 */
import type { ScaleRule, WgslFunction } from './format.ts';
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
export function e2m1ScaleByte(amax: number, rule: ScaleRule): number {
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

export const E8M0_WGSL: readonly WgslFunction[] = [
  {
    // 2^(byte − 127), as one factor, but zero for byte 0, where f32 is subnormal.
    name: 'e8m0',
    code: `fn e8m0(byte: u32) -> f32 {
  return bitcast<f32>(select(byte << 23u, 0x7fc00000u, byte == 255u));
}`,
  },
  {
    // 2^-127 is subnormal in f32 and devices may flush it, and intermediate values reach beyond 2^127: so the scale is
    // applied as two normal factors, half of the exponent each.
    name: 'times_e8m0',
    code: `fn times_e8m0(value: f32, byte: u32) -> f32 {
  let half = byte >> 1u;
  let scaled = value * bitcast<f32>((half + 64u) << 23u) * bitcast<f32>((byte - half + 63u) << 23u);
  return select(scaled, bitcast<f32>(0x7fc00000u | (byte & 1u)), byte == 255u);
}`,
  },
  {
    // The scales of both operands at once: a value from 2^-254 to 2^254, as two factors of half the exponent each. Where a
    // half would be 2^-127 it is zero, and so is what any block's sum becomes.
    name: 'times_e8m0_pair',
    code: `fn times_e8m0_pair(value: f32, a: u32, b: u32) -> f32 {
  let sum = a + b;
  let half = sum >> 1u;
  let scaled = value * bitcast<f32>(half << 23u) * bitcast<f32>((sum - half) << 23u);
  return select(scaled, bitcast<f32>(0x7fc00000u | (sum & 1u)), max(a, b) == 255u);
}`,
  },
];
