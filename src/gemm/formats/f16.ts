import { roundSignificant } from '../rounding.ts';
import type { ElementFormat } from './format.ts';
import { encode, F16 } from './minifloat.ts';

const PRECISION = 11;

/** IEEE 754 binary16. */
export const f16 = {
  name: 'f16',
  kind: 'elements',
  roles: ['activations', 'accumulator', 'output'],
  bits: 16,
  precision: PRECISION,
  round: (integer) => roundSignificant(integer, PRECISION),
  encode: (value) => encode(F16, value),
  largest: F16.max,
  nan: F16.nan,
  wgsl: {
    // Below the smallest normal f16, 2^-14, the bits count 2^-24, of which every value drawn is a whole number.
    encodeDrawn: `let bits = bitcast<u32>(value);
  let size = bits & 0x7fffffffu;
  let normal = ((size + 0x0fffu + ((size >> 13u) & 1u)) >> 13u) - (112u << 10u);
  let subnormal = u32(abs(value) * 16777216.0);
  return ((bits >> 16u) & 0x8000u) | select(normal, subnormal, size < 0x38800000u);`,
    isFinite: 'return (bits & 0x7c00u) != 0x7c00u;',
    widen: `let sign = (bits & 0x8000u) << 16u;
  let exponent = (bits >> 10u) & 31u;
  let fraction = bits & 0x3ffu;
  if (exponent == 31u) { return sign | 0x7f800000u | (fraction << 13u); }
  if (exponent != 0u) { return sign | ((exponent + 112u) << 23u) | (fraction << 13u); }
  // Subnormal: fraction · 2^-24, exact in f32.
  return sign | bitcast<u32>(f32(fraction) * 5.9604644775390625e-8);`,
    rounding: {
      // By integers: WGSL leaves the rounding of pack2x16float to the device, and a reference must be one number. Ties to
      // even. Without branches: sixteen of them in a row, as vector stores have, would cost more to compile than the kernel.
      name: 'f16_bits',
      code: `fn f16_bits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  let normal = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u) - 0x38000000u) >> 13u;
  let shift = clamp(126u - min(magnitude >> 23u, 126u), 1u, 25u);
  let significand = (magnitude & 0x7fffffu) | 0x800000u;
  let quotient = significand >> shift;
  let rest = significand & ((1u << shift) - 1u);
  let tie = 1u << (shift - 1u);
  let subnormal = quotient + u32(rest > tie || (rest == tie && (quotient & 1u) == 1u));
  let finite = select(normal, subnormal, magnitude < 0x38800000u);
  return sign | select(finite, select(0x7c00u, 0x7e00u, magnitude > 0x7f800000u), magnitude >= 0x47800000u);
}`,
    },
    functions: [
      {
        name: 'f16_half',
        code: `fn f16_half(word: u32, half: u32) -> f32 {
  return unpack2x16float(word >> (16u * half)).x;
}`,
      },
      {
        name: 'f16_four',
        code: `fn f16_four(words: vec2<u32>) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}`,
      },
    ],
  },
} as const satisfies ElementFormat;
