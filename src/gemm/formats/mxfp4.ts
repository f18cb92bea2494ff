import { blockOf, largestMagnitude, type QuantizedBlock } from './block.ts';
import { decodeE2m1, E2M1_DECODERS, E2M1_IN_PLACE, E2M1_WGSL, encodeE2m1, type Ties } from './e2m1.ts';
import { decodeE8m0, E8M0_NAN, E8M0_WGSL, e2m1ScaleByte } from './e8m0.ts';
import { type BlockScale, SCALE_RULES, type ScaledFormat, type ScaleRule } from './format.ts';
import { e2m1TableQuantizer, QUANTIZE_BY_TABLES } from './staircase.ts';

/**
 * Quantizes up to 32 consecutive f32 values to MXFP4: value ≈ 2^(scale − 127) · e2m1(code), saturating at code 7.
 * A zero block becomes scale byte 0 and zeros; a block holding NaN or infinity becomes scale byte 255 (NaN) and zeros.
 */
export function quantizeMxfp4(
  values: ArrayLike<number>,
  rule: ScaleRule = 'rceil',
  ties: Ties = 'even',
): QuantizedBlock {
  const scale = e2m1ScaleByte(largestMagnitude(values), rule);
  // Division by a power of two is exact in f64, for f32 subnormals too.
  const step = decodeE8m0(scale);
  return blockOf(scale, values, (value) => (scale === E8M0_NAN ? 0 : encodeE2m1(value / step, ties)));
}

/** Values of one block, exact in f64; all NaN when the scale byte is 255. */
export function dequantizeMxfp4(block: QuantizedBlock): Float64Array {
  const step = decodeE8m0(block.scale);
  return Float64Array.from(block.codes, (code) => step * decodeE2m1(code));
}

function choice(rule: BlockScale['rule']): ScaleRule {
  if (rule !== 'amax') return rule;
  throw new RangeError(`MXFP4 scales follow ${SCALE_RULES.join(', ')}, not amax`);
}

/** OCP MXFP4. `rceil` is the rule of NVIDIA's libraries and of the quantizer that gpt-oss ships with. */
export const mxfp4 = {
  name: 'mxfp4',
  kind: 'scaled',
  roles: ['activations'],
  bits: 4,
  scale: { block: 32, format: 'e8m0', rule: 'rceil', ties: 'even' },
  rules: SCALE_RULES,
  zero: 0,
  quantize: (values, { rule }) => quantizeMxfp4(values, choice(rule)),
  dequantize: dequantizeMxfp4,
  quantizer(scale, range) {
    const rule = choice(scale.rule);
    const unit = 2 ** range.exponent;
    return e2m1TableQuantizer(scale, range, {
      tensorScale: 1,
      scaleOf: (amax) => e2m1ScaleByte(amax * unit, rule),
      magnitudeOf: (integer, stored) => encodeE2m1((integer * unit) / decodeE8m0(stored)),
      stepOf: decodeE8m0,
    });
  },
  wgsl: {
    quantize: QUANTIZE_BY_TABLES,
    functions: [...E2M1_WGSL, ...E8M0_WGSL],
    value: (scale) => `times_e8m0(e2m1(code), ${scale})`,
    tensorScale: false,
    ...E2M1_DECODERS,
    affine: { ...E2M1_IN_PLACE, factor: (scale) => `e8m0(${scale})` },
    factor: (scale, lead) => `times_e8m0(${lead}, ${scale})`,
    headroom: 16,
  },
} as const satisfies ScaledFormat;
