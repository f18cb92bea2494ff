/**
 * FP8 E4M3 (`e4m3fn`, OCP 8-bit Floating Point Specification: no infinity, one NaN per sign, largest value 448) with f32 scales,
 * as checkpoints have it: a scale for every 128 × 128 block of the weights and every 128 steps of an activation's row
 * (DeepSeek), for every row of either (per channel and per token), or one for a whole tensor.
 */
import { E4M3_WGSL } from './e4m3.ts';
import { byF32Scale } from './f32-scale.ts';
import type { BlockScale, ScaledFormat } from './format.ts';
import { seventhWgsl } from './int4.ts';
import { decode, E4M3, encode } from './minifloat.ts';

const SIGN = 0x80;
/** 448 = 7 · 2^6: a scale is a seventh of the largest magnitude, as int4's is, 2^-6 as large. */
const [SEVENTH, POWER] = [7, 6];

/** The code nearest to `value`, ties to even, saturating at ±448. */
export function encodeFp8(value: number): number {
  return encode(E4M3, Math.min(Math.max(value, -E4M3.max), E4M3.max));
}

const codes = byF32Scale({ most: E4M3.max, encode: encodeFp8, decode: (code) => decode(E4M3, code) });
export const { quantize: quantizeFp8, dequantize: dequantizeFp8 } = codes;

/**
 * Code of 448·|j|/amax in u32 arithmetic, ties to even: 7·|j|·2^s / amax is the significand, of four bits for the least s from 1 to
 * 15 that gives it so many, and of fewer at 15, where codes are subnormal.
 */
const QUANTIZE = `${seventhWgsl(POWER)}
fn code_of(j: i32, amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  let sevenfold = ${SEVENTH}u * u32(abs(j));
  var shift = 1u;
  while (shift < 15u && (sevenfold << shift) < 8u * amax) { shift += 1u; }
  let scaled = sevenfold << shift;
  let quotient = scaled / amax;
  let rest = 2u * (scaled - quotient * amax);
  let up = u32(rest > amax || (rest == amax && (quotient & 1u) == 1u));
  return (((15u - shift) << 3u) + quotient + up) | select(0u, ${SIGN}u, j < 0);
}`;

/** Decoders of E4M3 codes. */
export const FP8_WGSL = [
  ...E4M3_WGSL,
  {
    name: 'fp8',
    code: `fn fp8(code: u32) -> f32 {
  let magnitude = e4m3(code & 127u);
  return select(magnitude, -magnitude, (code & 128u) != 0u);
}`,
  },
  {
    // Four codes of a word, 2^-8 as large: in the halves of two words each is an f16 whose exponent and fraction are its own.
    name: 'fp8_four',
    code: `fn fp8_four(word: u32) -> vec4<f32> {
  let even = word & 0x00ff00ffu;
  let odd = (word >> 8u) & 0x00ff00ffu;
  let zero_two = unpack2x16float(((even & 0x007f007fu) << 7u) | ((even & 0x00800080u) << 8u));
  let one_three = unpack2x16float(((odd & 0x007f007fu) << 7u) | ((odd & 0x00800080u) << 8u));
  return vec4<f32>(zero_two.x, one_three.x, zero_two.y, one_three.y);
}`,
  },
  {
    name: 'fp8_eight',
    code: `fn fp8_eight(words: vec2<u32>) -> Eight {
  return Eight(fp8_four(words.x), fp8_four(words.y));
}`,
  },
] as const;

const common = {
  kind: 'scaled',
  roles: ['activations'],
  bits: 8,
  rules: [],
  zero: 0,
  ...codes,
  wgsl: {
    quantize: QUANTIZE,
    functions: FP8_WGSL,
    value: (scale: string) => `${scale} * fp8(code)`,
    tensorScale: false,
    eight: 'fp8_eight',
    decodedTimes: 2 ** -8,
    factor: (scale: string) => scale,
    headroom: 0,
  },
} as const;

const scaleOf = <const T extends Pick<BlockScale, 'block' | 'lines'>>(share: T) =>
  ({ ...share, format: 'f32', rule: 'amax', ties: 'even' }) as const;

export const fp8 = {
  ...common,
  name: 'fp8',
  scale: scaleOf({ block: 128, lines: 128 }),
  scaleOfA: scaleOf({ block: 128 }),
} as const satisfies ScaledFormat;

export const fp8Channel = {
  ...common,
  name: 'fp8-channel',
  scale: scaleOf({ block: 'k' }),
} as const satisfies ScaledFormat;

export const fp8Tensor = {
  ...common,
  name: 'fp8-tensor',
  scale: scaleOf({ block: 'k', lines: 'all' }),
} as const satisfies ScaledFormat;
