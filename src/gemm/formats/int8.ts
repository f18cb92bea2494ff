/**
 * Symmetric 8-bit integers with f32 scales: in blocks of 32, 64 or 128 along k, as llama.cpp's Q8_0 (its scales are f16) and MatMulNBits
 * with 8 bits have them, or one scale for a whole row (per channel and per token, as W8A8 checkpoints). Activations in blocks of 32 and by
 * rows go with all weights whose codes are integers: their products are exact in i32.
 */
import type { Range } from '../generator.ts';
import { largestMagnitude, type QuantizedBlock } from './block.ts';
import type { BlockQuantizer, BlockScale, ScaledFormat } from './format.ts';
import { roundTiesEven } from './minifloat.ts';
import { largest } from './staircase.ts';

const MAX_CODE = 127;

/**
 * Quantizes values that share a scale: value ≈ scale · code, codes −127…127 in two's complement. The code is the nearest integer to
 * 127·value/amax, ties to even, by the exact ratio and not by the rounded scale, so that integer arithmetic gives the same codes.
 * (ggml rounds ties away from zero.) NaN or infinity makes the scale NaN.
 */
export function quantizeInt8(values: ArrayLike<number>): QuantizedBlock {
  const amax = largestMagnitude(values);
  const scale = Number.isFinite(amax) ? Math.fround(amax / MAX_CODE) : Number.NaN;
  const code = (value: number) => (scale > 0 ? roundTiesEven((MAX_CODE * value) / amax) & 0xff : 0);
  return { scale, codes: Uint8Array.from({ length: values.length }, (_, i) => code(values[i] ?? 0)) };
}

/** Two's complement. */
const signed = (code: number) => (code << 24) >> 24;

export function dequantizeInt8({ scale, codes }: QuantizedBlock): Float64Array {
  return Float64Array.from(codes, (code) => scale * signed(code));
}

function quantizer(scale: BlockScale, { exponent }: Range): BlockQuantizer {
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  return {
    scale,
    tensorScale: 1,
    quantize(block, length, codes, amax = largest(block, length)) {
      for (let i = 0; i < length; i += 1)
        codes[i] = amax === 0 ? 0 : roundTiesEven((MAX_CODE * (block[i] ?? 0)) / amax) & 0xff;
      float[0] = (amax * 2 ** exponent) / MAX_CODE;
      return word[0] ?? 0;
    },
    value: (code, stored) => {
      word[0] = stored;
      return (float[0] ?? 0) * signed(code);
    },
  };
}

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
  quantize: quantizeInt8,
  dequantize: dequantizeInt8,
  quantizer,
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
