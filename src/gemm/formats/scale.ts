import type {
  ActivationFormat,
  BlockScale,
  Format,
  OutputFormat,
  Problem,
  ScaleRule,
  WeightFormat,
} from '../problem.ts';

const BITS: Readonly<Record<WeightFormat | ActivationFormat | OutputFormat, number>> = {
  f32: 32,
  f16: 16,
  bf16: 16,
  mxfp4: 4,
  nvfp4: 4,
  int4: 4,
};

/** Bias is stored as f32 whatever the other formats are. */
export const BIAS_BYTES = 4;

/** Bits of one stored element, block scales not counted. */
export function bitsOf(format: WeightFormat | ActivationFormat | OutputFormat): number {
  return BITS[format];
}

/** Bytes of one stored block scale. */
export function scaleBytes(scale: BlockScale): 1 | 4 {
  return scale.format === 'f32' ? 4 : 1;
}

/**
 * The block scale that a weight format implies; undefined for formats without one.
 *
 * `rule` chooses among the MX scale rules and defaults to `rceil`, the rule of NVIDIA's libraries and of the quantizer
 * that gpt-oss ships with. NVFP4 and int4 know only `amax`.
 *
 * @throws RangeError when a rule is given for a format that has no choice of rule.
 */
export function defaultScale(format: WeightFormat, rule?: ScaleRule): BlockScale | undefined {
  if (format === 'mxfp4') return { block: 32, format: 'e8m0', rule: rule ?? 'rceil', ties: 'even' };
  if (rule !== undefined) throw new RangeError(`scale rule ${rule} applies to mxfp4 only, not to ${format}`);
  if (format === 'nvfp4') return { block: 16, format: 'e4m3', rule: 'amax', ties: 'even' };
  if (format === 'int4') return { block: 32, format: 'f32', rule: 'amax', ties: 'even' };
  return undefined;
}

/** The block scale of A: that of the weights where A is in a 4-bit format, none where its elements stand for themselves. */
export function activationScale({ format, scale }: Pick<Problem, 'format' | 'scale'>): BlockScale | undefined {
  return bitsOf(format.a) === 4 ? scale : undefined;
}

/** Why weights and activations of these formats make no problem, or nothing: a 4-bit A needs a B of the same format. */
export function pairRefusal({ w, a }: Pick<Format, 'w' | 'a'>): string | undefined {
  if (bitsOf(a) > 4 || a === w) return undefined;
  return `activations in ${a} need weights in ${a}, not in ${w}`;
}
