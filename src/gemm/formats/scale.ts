/** Sizes and scales that follow from a problem's formats, and valid combinations of formats. */

import { rangeOf } from '../generator.ts';
import type { Distribution, Format, Problem } from '../problem.ts';
import type { BlockQuantizer, BlockScale, ScaledFormat, ScaleRule } from './format.ts';
import { asScaled, type FormatName, formatOf, WEIGHT_FORMATS, type WeightFormat } from './registry.ts';

/** Bias is stored as f32 whatever the other formats are. */
export const BIAS_BYTES = 4;

/** Bits of one stored element, block scales not counted. */
export function bitsOf(format: FormatName): number {
  return formatOf(format).bits;
}

/** Bits per element, including its share of the scale. */
export function storedBitsOf(name: FormatName): number {
  const { block, lines = 1, ...scale } = asScaled(name)?.scale ?? { block: 'k' as const, format: 'e8m0' as const };
  // The share of one scale per row or tensor is negligible.
  if (block === 'k' || lines === 'all') return bitsOf(name);
  return bitsOf(name) + (8 * scaleBytes(scale)) / (block * lines);
}

/** Whether a stored block scale is the f32 itself, and not bits that stand for something. */
export function isFloat(scale: Pick<BlockScale, 'format'>): boolean {
  return scale.format === 'f32';
}

/** Bytes of one stored block scale. */
export function scaleBytes(scale: Pick<BlockScale, 'format'>): 1 | 4 {
  return scale.format === 'f32' || scale.format === 'f16-zero' ? 4 : 1;
}

/**
 * The block scale that a weight format implies; undefined for formats without one.
 *
 * @param rule one of the format's rules instead of its default
 * @throws RangeError when the format has no such rule.
 */
export function defaultScale(format: WeightFormat, rule?: ScaleRule): BlockScale | undefined {
  const scaled = asScaled(format);
  if (rule === undefined) return scaled?.scale;
  if (scaled?.rules.includes(rule)) return { ...scaled.scale, rule };
  throw new RangeError(`${format} has no choice of scale rule, so not ${rule}`);
}

/** The block scale of A: its format's own, or that of the weights; none where its elements stand for themselves. */
export function activationScale({ format, scale }: Pick<Problem, 'format' | 'scale'>): BlockScale | undefined {
  const scaled = asScaled(format.a);
  return scaled && (scaled.scaleOfA ?? scale);
}

/**
 * The format that is `name` with other blocks, or with zero points: named after it (int4, int4-128-zp). Undefined where none is.
 *
 * @param block elements that share a scale; the format's own where left out
 */
export function variantOf(
  name: WeightFormat,
  block: number | undefined,
  zeroPoints: boolean,
): WeightFormat | undefined {
  const { scale, zeroPoints: own = false } = asScaled(name) ?? {};
  if (scale === undefined) return undefined;
  const wanted = { block: block ?? scale.block, zeroPoints: zeroPoints || own };
  return WEIGHT_FORMATS.find((other) => {
    const format = asScaled(other);
    const isKin = other === name || other.startsWith(`${name}-`);
    return isKin && format?.scale.block === wanted.block && (format.zeroPoints ?? false) === wanted.zeroPoints;
  });
}

/** Why weights and activations of these formats cannot be combined, or undefined: most scaled A need a B of the same format. */
export function pairRefusal({ w, a }: Pick<Format, 'w' | 'a'>): string | undefined {
  const [activations, weights] = [asScaled(a), asScaled(w)];
  if (!activations || a === w) return undefined;
  const { beside } = activations;
  if (!beside) return `activations in ${a} need weights in ${a}, not in ${w}`;
  if (weights && beside(weights)) return undefined;
  const others = WEIGHT_FORMATS.filter((name) => {
    const format = asScaled(name);
    return format && beside(format);
  });
  return `activations in ${a} need weights in ${others.join(', ')}, not in ${w}`;
}

/** How the scales of an operand lie: rows of `perRow` of them. */
export interface ScaleGrid {
  /** Elements along k that share one. */
  readonly block: number;
  readonly perRow: number;
  /** Rows of scales. */
  readonly rows: number;
  /** The row of scales that belongs to a line of the operand. */
  rowOf(line: number): number;
}

/** @param lines lines of one matrix: rows of A, columns of B. Blocks of lines end with their matrix. */
export function scaleGrid(scale: BlockScale, k: number, lines: number, matrices: number): ScaleGrid {
  const block = scale.block === 'k' ? k : scale.block;
  const perRow = Math.ceil(k / block);
  const { lines: shared = 1 } = scale;
  if (shared === 'all') return { block, perRow, rows: 1, rowOf: () => 0 };
  const ofMatrix = Math.ceil(lines / shared);
  const rowOf = (line: number) => Math.floor(line / lines) * ofMatrix + Math.floor((line % lines) / shared);
  return { block, perRow, rows: matrices * ofMatrix, rowOf };
}

/** Bytes of all scales of an operand; 0 without. */
export function scalesBytes(scale: BlockScale | undefined, k: number, lines: number, matrices: number): number {
  if (!scale) return 0;
  const { perRow, rows } = scaleGrid(scale, k, lines, matrices);
  return rows * perRow * scaleBytes(scale);
}

const quantizers = new Map<string, BlockQuantizer>();

/** The quantizer that fills a scaled operand. Kept once made: bisecting NVFP4's tables takes milliseconds. */
export function blockQuantizer(format: ScaledFormat, scale: BlockScale, distribution: Distribution): BlockQuantizer {
  const id = `${format.name}/${scale.block}/${scale.lines}/${scale.rule}/${distribution}`;
  const made = quantizers.get(id) ?? format.quantizer(scale, rangeOf(distribution));
  quantizers.set(id, made);
  return made;
}
