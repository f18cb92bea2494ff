import { byF32Scale } from './f32-scale.ts';
import type { ScaledFormat, WgslFunction } from './format.ts';
import { EIGHT_OF_PAIRS } from './halves.ts';
import { roundTiesEven } from './minifloat.ts';

/** Stored code of the value zero. */
const ZERO = 8;
const MAX_CODE = 7;

/** Symmetric: value ≈ scale · (code − 8), codes 1…15, ties to even. */
const codes = byF32Scale({
  most: MAX_CODE,
  encode: (value) => ZERO + roundTiesEven(value),
  decode: (code) => code - ZERO,
});
export const { quantize: quantizeInt4, dequantize: dequantizeInt4 } = codes;

/**
 * f32 bits of amax·2^exponent / 7, and a power of two smaller, in u32 arithmetic (the CPU divides). The quotient's 24 bits come from
 * one integer division; a seventh never lies halfway between two floats, so adding half the divisor rounds to nearest. amax < 2^18,
 * so shifted to 27 bits it is a multiple of 2^9 and taking back one loses nothing.
 */
export const seventhWgsl = (power: number) => `
fn begin_block(amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  var shift = 26u - (31u - countLeadingZeros(amax));
  if ((amax << shift) >= (${MAX_CODE}u << 24u)) { shift -= 1u; }
  let quotient = (2u * (amax << shift) + ${MAX_CODE}u) / ${2 * MAX_CODE}u;
  return (u32(fill.exponent - i32(shift) + ${150 - power}) << 23u) | (quotient & 0x7fffffu);
}`;

/** Code 8 ± round(7·|j| / amax), ties to even. */
const QUANTIZE = `${seventhWgsl(0)}
fn code_of(j: i32, amax: u32) -> u32 {
  if (amax == 0u) { return 8u; }
  let twice = ${2 * MAX_CODE}u * u32(abs(j));
  var code = 0u;
  for (var candidate = 1u; candidate <= ${MAX_CODE}u; candidate += 1u) {
    let middle = (2u * candidate - 1u) * amax;
    if (twice > middle || (twice == middle && (candidate & 1u) == 0u)) { code = candidate; }
  }
  return select(8u + code, 8u - code, j < 0);
}`;

/** Decoders of codes that are not yet taken from the code of zero: 16 more, and where they stand. */
export const RAISED_WGSL: readonly WgslFunction[] = [
  {
    // Below an exponent of four a code is a part of 16 + code, so that no conversion of integers is needed. What is too much
    // is taken from a block's sum once.
    name: 'int4_raised_eight',
    code: `fn int4_raised_eight(word: u32) -> Eight {
  let pairs = (vec4<u32>(word << 6u, word << 2u, word >> 2u, word >> 6u) & vec4<u32>(0x03c003c0u)) | vec4<u32>(0x4c004c00u);
  ${EIGHT_OF_PAIRS}
}`,
  },
  {
    // As a subnormal f16 a code is an integer times 2^-24 where it stands, and times 2^-20 in the upper half of a byte.
    name: 'int4_eight_in_place',
    code: `fn int4_eight_in_place(word: u32) -> Eight {
  let upper = word >> 8u;
  let zero = unpack2x16float(word & 0x000f000fu);
  let one = unpack2x16float(word & 0x00f000f0u);
  let two = unpack2x16float(upper & 0x000f000fu);
  let three = unpack2x16float(upper & 0x00f000f0u);
  return Eight(vec4<f32>(zero.x, one.x, two.x, three.x), vec4<f32>(zero.y, one.y, two.y, three.y));
}`,
  },
];

/** How those decode codes whose zero is `zero`. */
export const raisedBy = (zero: number) =>
  ({
    affine: { eight: 'int4_raised_eight', plus: 16 + zero },
    inPlace: { eight: 'int4_eight_in_place', plus: zero * 2 ** -24, times: 2 ** -24, odd: 16 },
  }) as const;

const common = {
  kind: 'scaled',
  roles: [],
  bits: 4,
  rules: [],
  zero: ZERO,
  ...codes,
  wgsl: {
    quantize: QUANTIZE,
    functions: [
      {
        // Flipping the high bit of a code makes code - 8 in two's complement; moved to the top and back it carries its sign
        // along, and one conversion gives the f32.
        name: 'int4_eight',
        code: `fn int4_eight(word: u32) -> Eight {
  let codes = vec4<i32>(bitcast<i32>(word ^ 0x88888888u));
  let lo = (codes << vec4<u32>(28u, 24u, 20u, 16u)) >> vec4<u32>(28u);
  let hi = (codes << vec4<u32>(12u, 8u, 4u, 0u)) >> vec4<u32>(28u);
  return Eight(vec4<f32>(lo), vec4<f32>(hi));
}`,
      },
      ...RAISED_WGSL,
      {
        // In the upper half of a byte code - 8 is a signed byte sixteen times as large.
        name: 'int4_bytes',
        code: `fn int4_bytes(word: u32) -> vec2<u32> {
  let codes = word ^ 0x88888888u;
  return vec2<u32>((codes << 4u) & 0xf0f0f0f0u, codes & 0xf0f0f0f0u);
}`,
      },
    ],
    value: (scale: string) => `${scale} * (f32(code) - 8.0)`,
    tensorScale: false,
    eight: 'int4_eight',
    ...raisedBy(ZERO),
    decodedTimes: 1,
    integers: { bytes: 'int4_bytes', decodedTimes: 16 },
    factor: (scale: string) => scale,
    headroom: 0,
  },
} as const;

const blocksOf = <const B extends number>(block: B) => ({ block, format: 'f32', rule: 'amax', ties: 'even' }) as const;

/** Symmetric int4 with f32 scales, stored with an offset of 8, in blocks of 32, 64 or 128 along k. */
export const int4 = { ...common, name: 'int4', scale: blocksOf(32) } as const satisfies ScaledFormat;
export const int4Of64 = { ...common, name: 'int4-64', scale: blocksOf(64) } as const satisfies ScaledFormat;
export const int4Of128 = { ...common, name: 'int4-128', scale: blocksOf(128) } as const satisfies ScaledFormat;
