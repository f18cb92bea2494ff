/**
 * 4-bit integers with a zero point for every block, as GPTQ and AWQ checkpoints and q4f16 have them: value = scale · (code − zero),
 * the scale an f16, codes and zero points 0…15, in blocks of 32, 64 or 128 along k. A block's scale and zero point are one word here:
 * the f16 in the low half, the zero point above.
 */
import type { Range } from '../generator.ts';
import { blockOf, type QuantizedBlock } from './block.ts';
import type { BlockQuantizer, BlockScale, ScaledFormat } from './format.ts';
import { RAISED_WGSL, raisedBy } from './int4.ts';
import { decode, encode, F16, roundTiesEven } from './minifloat.ts';

const MAX_CODE = 15;
/** The zero point of a block of zeros. */
const MIDDLE = 8;

/** The word of a block that reaches from −below to above, both at least 0. */
function storedOf(below: number, above: number): number {
  const range = below + above;
  if (!Number.isFinite(range)) return F16.nan | (MIDDLE << 16);
  const zero = range === 0 ? MIDDLE : roundTiesEven((MAX_CODE * below) / range);
  return encode(F16, range / MAX_CODE) | (zero << 16);
}

/** The nearest code to 15·value/range above the zero point, by the exact ratio and not by the rounded scale. */
function codeOf(value: number, range: number, zero: number): number {
  const steps = range > 0 && Number.isFinite(range) ? roundTiesEven((MAX_CODE * value) / range) : 0;
  return Math.min(Math.max(steps + zero, 0), MAX_CODE);
}

const extent = (values: ArrayLike<number>, length: number) => {
  let [below, above] = [0, 0];
  for (let i = 0; i < length; i += 1) {
    below = Math.max(below, -(values[i] ?? 0));
    above = Math.max(above, values[i] ?? 0);
  }
  return { below, above };
};

/**
 * Quantizes values that share a scale and a zero point, by the smallest and the largest of them (zero among them, as GPTQ has it).
 * `scale` of the result is the stored word.
 */
export function quantizeInt4Zero(values: ArrayLike<number>): QuantizedBlock {
  const { below, above } = extent(values, values.length);
  const scale = storedOf(below, above);
  return blockOf(scale, values, (value) => codeOf(value, below + above, scale >>> 16));
}

const decoded = (code: number, stored: number) => decode(F16, stored & 0xffff) * (code - (stored >>> 16));

export function dequantizeInt4Zero({ scale, codes }: QuantizedBlock): Float64Array {
  return Float64Array.from(codes, (code) => decoded(code, scale));
}

function quantizer(scale: BlockScale, { exponent }: Range): BlockQuantizer {
  const unit = 2 ** exponent;
  return {
    scale,
    tensorScale: 1,
    quantize(block, length, codes) {
      const { below, above } = extent(block, length);
      const stored = storedOf(below * unit, above * unit);
      for (let i = 0; i < length; i += 1) codes[i] = codeOf(block[i] ?? 0, below + above, stored >>> 16);
      return stored;
    },
    value: decoded,
  };
}

/**
 * In u32 arithmetic. The f16 nearest to range·2^exponent/15: a quotient below 2048 in units of the least power of two that gives one,
 * 2^-24 at least. The zero point and the codes: the nearest to 15·below/range and 15·|j|/range.
 */
const QUANTIZE = `
fn nearest(dividend: u32, divisor: u32) -> u32 {
  let quotient = dividend / divisor;
  let rest = dividend - quotient * divisor;
  let other = divisor - rest;
  return quotient + u32(rest > other || (rest == other && (quotient & 1u) == 1u));
}
fn begin_range(below: u32, above: u32) -> u32 {
  let range = below + above;
  if (range == 0u) { return ${MIDDLE}u << 16u; }
  var ulp = max(-24, fill.exponent - i32(countLeadingZeros(range)) + 1);
  loop {
    let shift = fill.exponent - ulp;
    var bits = 0u;
    if (shift >= 0) { bits = nearest(range << u32(shift), ${MAX_CODE}u); } else { bits = nearest(range, ${MAX_CODE}u << u32(-shift)); }
    if (bits < 2048u) { return (((u32(ulp + 24) << 10u) + bits) & 0xffffu) | (nearest(${MAX_CODE}u * below, range) << 16u); }
    ulp += 1;
  }
}
fn code_in_range(j: i32, below: u32, above: u32) -> u32 {
  let range = below + above;
  if (range == 0u) { return ${MIDDLE}u; }
  let steps = i32(nearest(${MAX_CODE}u * u32(abs(j)), range));
  let zero = i32(nearest(${MAX_CODE}u * below, range));
  return u32(clamp(select(steps, -steps, j < 0) + zero, 0, ${MAX_CODE}));
}`;

const common = {
  kind: 'scaled',
  roles: [],
  bits: 4,
  rules: [],
  zero: MIDDLE,
  zeroPoints: true,
  quantize: quantizeInt4Zero,
  dequantize: dequantizeInt4Zero,
  quantizer,
  wgsl: {
    quantize: QUANTIZE,
    functions: [
      ...RAISED_WGSL,
      {
        // Codes as they are: what their zero points take away is for whoever sums them.
        name: 'int4_bare_eight',
        code: `fn int4_bare_eight(word: u32) -> Eight {
  let codes = vec4<u32>(word);
  let lo = (codes >> vec4<u32>(0u, 4u, 8u, 12u)) & vec4<u32>(15u);
  let hi = (codes >> vec4<u32>(16u, 20u, 24u, 28u)) & vec4<u32>(15u);
  return Eight(vec4<f32>(lo), vec4<f32>(hi));
}`,
      },
      {
        name: 'int4_bare_bytes',
        code: `fn int4_bare_bytes(word: u32) -> vec2<u32> {
  return vec2<u32>(word & 0x0f0f0f0fu, (word >> 4u) & 0x0f0f0f0fu);
}`,
      },
    ],
    value: (scale: string) => `unpack2x16float(${scale} & 0xffffu).x * (f32(code) - f32(${scale} >> 16u))`,
    tensorScale: false,
    eight: 'int4_bare_eight',
    // A block's zero point besides.
    ...raisedBy(0),
    decodedTimes: 1,
    integers: { bytes: 'int4_bare_bytes', decodedTimes: 1 },
    factor: (scale: string) => `unpack2x16float(${scale} & 0xffffu).x`,
    headroom: 0,
  },
} as const;

const blocksOf = <const B extends number>(block: B) =>
  ({ block, format: 'f16-zero', rule: 'amax', ties: 'even' }) as const;

export const int4Zero32 = { ...common, name: 'int4-zp', scale: blocksOf(32) } as const satisfies ScaledFormat;
export const int4Zero64 = { ...common, name: 'int4-64-zp', scale: blocksOf(64) } as const satisfies ScaledFormat;
export const int4Zero128 = { ...common, name: 'int4-128-zp', scale: blocksOf(128) } as const satisfies ScaledFormat;
