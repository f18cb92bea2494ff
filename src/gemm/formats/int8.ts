/**
 * Symmetric 8-bit integers with f32 scales: in blocks of 32, 64 or 128 along k, as llama.cpp's Q8_0 (its scales are f16) and MatMulNBits
 * with 8 bits have them, or one scale for a whole row (per channel and per token, as W8A8 checkpoints). Activations in blocks of 32 and by
 * rows go with all weights whose codes are integers: their products are exact in i32.
 */
import { byF32Scale } from './f32-scale.ts';
import type { ScaledFormat } from './format.ts';
import { roundTiesEven } from './minifloat.ts';

const MAX_CODE = 127;

/** −127…127 in two's complement, ties to even (ggml rounds them away from zero). */
const codes = byF32Scale({
  most: MAX_CODE,
  encode: (value) => roundTiesEven(value) & 0xff,
  decode: (code) => (code << 24) >> 24,
});
export const { quantize: quantizeInt8, dequantize: dequantizeInt8 } = codes;

/**
 * The f32 bits of amax·2^exponent / 127 by one integer division for 24 bits; no quotient lies halfway between two floats, since 127 is
 * odd and the dividend even. Codes: the nearest to 127·|j|/amax.
 */
const QUANTIZE = `
fn begin_block(amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  var shift = countLeadingZeros(amax) - 1u;
  if ((amax << shift) >= (${MAX_CODE}u << 24u)) { shift -= 1u; }
  let dividend = amax << shift;
  let quotient = dividend / ${MAX_CODE}u;
  let up = u32(2u * (dividend - quotient * ${MAX_CODE}u) > ${MAX_CODE}u);
  return (u32(fill.exponent - i32(shift) + 150) << 23u) | ((quotient + up) & 0x7fffffu);
}
fn code_of(j: i32, amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  let scaled = ${MAX_CODE}u * u32(abs(j));
  let quotient = scaled / amax;
  let rest = 2u * (scaled - quotient * amax);
  let code = i32(quotient + u32(rest > amax || (rest == amax && (quotient & 1u) == 1u)));
  return u32(select(code, -code, j < 0)) & 0xffu;
}`;

const common = {
  kind: 'scaled',
  bits: 8,
  rules: [],
  zero: 0,
  ...codes,
  wgsl: {
    quantize: QUANTIZE,
    functions: [
      {
        // Moved to the top and back, a code carries its sign along.
        name: 'int8_four',
        code: `fn int8_four(word: u32) -> vec4<f32> {
  return vec4<f32>((vec4<i32>(bitcast<i32>(word)) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u));
}`,
      },
      {
        name: 'int8_eight',
        code: `fn int8_eight(words: vec2<u32>) -> Eight {
  return Eight(int8_four(words.x), int8_four(words.y));
}`,
      },
    ],
    value: (scale: string) => `${scale} * f32(bitcast<i32>(code << 24u) >> 24u)`,
    tensorScale: false,
    eight: 'int8_eight',
    decodedTimes: 1,
    integers: 'as-stored',
    factor: (scale: string) => scale,
    headroom: 0,
  },
} as const;

const blocksOf = <const B extends number | 'k'>(block: B) =>
  ({ block, format: 'f32', rule: 'amax', ties: 'even' }) as const;

const weights = { ...common, roles: [] } as const;

/** Of activations, with a scale of their own whatever blocks the weights have. */
const activations = <const B extends number | 'k'>(block: B) =>
  ({
    ...common,
    roles: ['activations'],
    scale: blocksOf(block),
    scaleOfA: blocksOf(block),
    beside: ({ wgsl }: ScaledFormat) => wgsl.integers !== undefined,
  }) as const;

/** As ggml's Q8_1 and MatMulNBits at accuracy level 4 quantize activations. */
export const int8 = { ...activations(32), name: 'int8' } as const satisfies ScaledFormat;
export const int8Of64 = { ...weights, name: 'int8-64', scale: blocksOf(64) } as const satisfies ScaledFormat;
export const int8Of128 = { ...weights, name: 'int8-128', scale: blocksOf(128) } as const satisfies ScaledFormat;
export const int8Channel = { ...activations('k'), name: 'int8-channel' } as const satisfies ScaledFormat;
