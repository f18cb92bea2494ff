import { roundSignificant } from '../rounding.ts';
import type { ElementFormat } from './format.ts';
import { BF16, encode } from './minifloat.ts';

const PRECISION = 8;

/** The upper half of an f32. */
export const bf16 = {
  name: 'bf16',
  kind: 'elements',
  roles: ['activations', 'output'],
  bits: 16,
  precision: PRECISION,
  round: (integer) => roundSignificant(integer, PRECISION),
  encode: (value) => encode(BF16, value),
  largest: BF16.max,
  nan: BF16.nan,
  wgsl: {
    encodeDrawn: `let bits = bitcast<u32>(value);
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;`,
    isFinite: 'return (bits & 0x7f80u) != 0x7f80u;',
    widen: 'return bits << 16u;',
    rounding: {
      name: 'bf16_bits',
      code: `fn bf16_bits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`,
    },
    functions: [
      {
        name: 'bf16_half',
        code: `fn bf16_half(word: u32, half: u32) -> f32 {
  return bitcast<f32>((word >> (16u * half)) << 16u);
}`,
      },
      {
        name: 'bf16_four',
        code: `fn bf16_four(words: vec2<u32>) -> vec4<f32> {
  let even = bitcast<vec2<f32>>(words << vec2<u32>(16u));
  let odd = bitcast<vec2<f32>>(words & vec2<u32>(0xffff0000u));
  return vec4<f32>(even.x, odd.x, even.y, odd.y);
}`,
      },
    ],
  },
} as const satisfies ElementFormat;
