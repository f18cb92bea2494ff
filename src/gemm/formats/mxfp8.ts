/**
 * OCP MXFP8 with E4M3 elements (Microscaling Formats v1.0, section 5.2): 32 elements along k share a power of two. The scale is the
 * least with which the largest fits below 448 (`rceil`, the rule of NVIDIA's libraries), so nothing saturates.
 */
import type { Range } from '../generator.ts';
import { blockOf, largestMagnitude, type QuantizedBlock } from './block.ts';
import { decodeE8m0, E8M0_NAN, E8M0_WGSL } from './e8m0.ts';
import type { BlockQuantizer, BlockScale, ScaledFormat } from './format.ts';
import { encodeFp8, FP8_WGSL } from './fp8.ts';
import { decode, E4M3, exponentOf } from './minifloat.ts';
import { largest } from './staircase.ts';

/** 448 = 7 · 2^6. */
const [SEVEN, POWER] = [7, 6];

/** Scale byte of a block: the least 2^e of which 448 are at least `amax`. */
export function mxfp8Scale(amax: number): number {
  if (!Number.isFinite(amax)) return E8M0_NAN;
  if (amax === 0) return 0;
  const exponent = exponentOf(amax);
  // amax = significand · 2^exponent, and 448 · 2^e = 1.75 · 2^(e + 8).
  const raised = amax / 2 ** exponent > SEVEN / 4 ? 1 : 0;
  return Math.min(Math.max(exponent - 8 + raised + 127, 0), 254);
}

/** Values that share a scale; a zero block has scale byte 0, one with NaN or infinity 255 and zeros. */
export function quantizeMxfp8(values: ArrayLike<number>): QuantizedBlock {
  const scale = mxfp8Scale(largestMagnitude(values));
  return blockOf(scale, values, (value) => (scale === E8M0_NAN ? 0 : encodeFp8(value / decodeE8m0(scale))));
}

export function dequantizeMxfp8({ scale, codes }: QuantizedBlock): Float64Array {
  return Float64Array.from(codes, (code) => decodeE8m0(scale) * decode(E4M3, code));
}

function quantizer(scale: BlockScale, { exponent }: Range): BlockQuantizer {
  const unit = 2 ** exponent;
  return {
    scale,
    tensorScale: 1,
    quantize(block, length, codes, amax = largest(block, length)) {
      const stored = mxfp8Scale(amax * unit);
      const step = decodeE8m0(stored);
      for (let i = 0; i < length; i += 1) {
        const integer = block[i] ?? 0;
        codes[i] = integer === 0 ? 0 : encodeFp8((integer * unit) / step);
      }
      return stored;
    },
    value: (code, stored) => decodeE8m0(stored) * decode(E4M3, code),
  };
}

/**
 * In u32 arithmetic: 4·amax ≤ 7·2^s for the least s says the scale, 2^(s − 8) in units of the drawn integers' sixty-fourth; a code has
 * a significand below 16 at the least exponent, subnormal ones at 2^-9.
 */
const QUANTIZE = `
fn fitting(amax: u32) -> u32 {
  var s = 0u;
  while (4u * amax > (${SEVEN}u << s)) { s += 1u; }
  return s;
}
fn begin_block(amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  return u32(i32(fitting(amax)) - 2 - ${POWER} + fill.exponent + 127);
}
fn code_of(j: i32, amax: u32) -> u32 {
  if (j == 0) { return 0u; }
  // |j| · 2^t in units of 2^-9, the least that a code can differ by.
  let t = ${POWER} + 2 + 9 - i32(fitting(amax));
  let size = u32(abs(j));
  var raised = 0u;
  loop {
    let shift = t - i32(raised);
    var quotient = 0u;
    if (shift >= 0) { quotient = size << u32(shift); } else {
      let down = u32(-shift);
      quotient = size >> down;
      let rest = size & ((1u << down) - 1u);
      let tie = 1u << (down - 1u);
      quotient += u32(rest > tie || (rest == tie && (quotient & 1u) == 1u));
    }
    if (quotient < 16u) { return ((raised << 3u) + quotient) | select(0u, 0x80u, j < 0); }
    raised += 1u;
  }
}`;

export const mxfp8 = {
  name: 'mxfp8',
  kind: 'scaled',
  roles: ['activations'],
  bits: 8,
  scale: { block: 32, format: 'e8m0', rule: 'rceil', ties: 'even' },
  rules: [],
  zero: 0,
  quantize: quantizeMxfp8,
  dequantize: dequantizeMxfp8,
  quantizer,
  wgsl: {
    quantize: QUANTIZE,
    functions: [...FP8_WGSL, ...E8M0_WGSL],
    value: (scale) => `times_e8m0(fp8(code), ${scale})`,
    tensorScale: false,
    eight: 'fp8_eight',
    decodedTimes: 2 ** -8,
    exactInF16: true,
    factor: (scale, lead) => `times_e8m0(${lead}, ${scale})`,
    headroom: 8,
  },
} as const satisfies ScaledFormat;
