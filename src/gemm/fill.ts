/**
 * What a device needs to fill the operands of a problem, as plain data. `packOperands` (pack.ts) is what a fill kernel must leave
 * in memory.
 */

import type { QuantizerTables } from './formats/format.ts';
import { asScaled, type FormatName, isElementFormat } from './formats/registry.ts';
import { activationScale, blockQuantizer, scaleGrid } from './formats/scale.ts';
import { type Keys, keysOf, rangeOf, TENSORS, type Tensor } from './generator.ts';
import { biasExponent, requireAlongK } from './operands.ts';
import type { Panel } from './panels.ts';
import type { BlockScale, Distribution, ElementFormat, Problem } from './problem.ts';
import { isTransposedA, isTransposedB } from './problem.ts';
import { matrices, operandBytes, paddedCodes, rows } from './shape.ts';

/**
 * Where the elements of a buffer stand in the whole operand: element i has generator index
 * `first + ⌊i/width⌋·stride + i mod width`. A buffer that holds a whole operand starts at 0 and has width = stride.
 */
export interface Origin {
  readonly first: number;
  readonly width: number;
  readonly stride: number;
}

/**
 * A buffer of single elements: element i is `round(j) · 2^exponent`, j the generator's integer for its index.
 * f32: `f32(j) · 2^exponent`, exact. f16 and bf16: j rounded to 11 or 8 significant bits (rounding.ts), element i in the low
 * (even i) or high half of word i/2. Words past the last element are zero.
 */
export interface ElementFill {
  readonly kind: 'elements';
  readonly tensor: Tensor;
  readonly keys: Keys;
  readonly distribution: Distribution;
  readonly exponent: number;
  readonly format: ElementFormat;
  readonly origin: Origin;
  /** Elements drawn. */
  readonly count: number;
  /** Length of the buffer in u32 words, padding included. */
  readonly words: number;
}

/**
 * A or B in a block-scaled format, two buffers. `rows` stored rows (one per row of A or column of B, over all matrices) of
 * `rowLength` elements; element c of row r has generator index (firstRow + r)·rowLength + c. The last block of a row may be short.
 *
 * Per block: amax = largest |j|. With tables, the scale is that of the last threshold ≤ amax, and the code is how many of
 * that scale's seven code thresholds are ≤ |j|, plus 8 when j < 0. Without, both are calculated as the format says.
 */
export interface BlockFill {
  readonly kind: 'blocks';
  readonly tensor: 'a' | 'b';
  readonly keys: Keys;
  readonly distribution: Distribution;
  readonly exponent: number;
  readonly format: FormatName;
  readonly scale: BlockScale;
  readonly firstRow: number;
  readonly rows: number;
  readonly rowLength: number;
  readonly blocksPerRow: number;
  /** Stored rows of one matrix. */
  readonly linesPerMatrix: number;
  /** u32 words of codes in one stored row, rows padded to 32 codes. */
  readonly wordsPerRow: number;
  /** Code of the padding at the end of a row: the one that means zero. */
  readonly paddingCode: number;
  readonly words: number;
  /** Length of the scales buffer in u32 words; scale of block i of row r is byte (or f32 word) r·blocksPerRow + i. */
  readonly scaleWords: number;
  readonly tables?: QuantizerTables;
}

export interface FillPlan {
  readonly a: ElementFill | BlockFill;
  readonly b: ElementFill | BlockFill;
  readonly bias?: ElementFill;
  /** Word 7 of the `problem` uniform: the f32 product of both operands' tensor scales; 1 unless NVFP4. */
  readonly tensorScale: number;
}

/**
 * How to fill A, B, scales and bias of a problem, or of one of its panels.
 *
 * @throws RangeError when a block-scaled operand is not stored along k (`nt`), or the problem's scale contradicts its format.
 */
export function fillPlan(
  problem: Problem,
  seed: number,
  distribution: Distribution,
  panel: Panel = { problem, matrix: 0, row: 0, col: 0 },
): FillPlan {
  const part = panel.problem;
  const { n, k } = part.shape;
  const { exponent } = rangeOf(distribution);
  const lengths = operandBytes(part);
  const origins = originsOf(problem, panel);
  const elements = (tensor: Tensor, count: number, byteLength: number) => ({
    kind: 'elements' as const,
    tensor,
    keys: keysOf(seed, TENSORS[tensor]),
    distribution,
    origin: origins[tensor],
    count,
    words: byteLength / 4,
  });
  const columns = matrices(part) * n;
  const blocks = { problem: part, seed, distribution };
  const scaleOfA = activationScale(part);
  const a = scaleOfA
    ? blockFill(blocks, 'a', scaleOfA, panel.row)
    : { ...elements('a', rows(part) * k, lengths.a), exponent, format: elementFormat(part.format.a, 'activations') };
  const b = part.scale
    ? blockFill(blocks, 'b', part.scale, panel.matrix * problem.shape.n + panel.col)
    : { ...elements('b', columns * k, lengths.b), exponent, format: elementFormat(part.format.w, 'weights') };
  return {
    a,
    b,
    ...(part.bias && {
      bias: { ...elements('bias', columns, lengths.bias), exponent: biasExponent(k, distribution), format: 'f32' },
    }),
    tensorScale: Math.fround(tensorScaleOf(a) * tensorScaleOf(b)),
  };
}

function tensorScaleOf(fill: ElementFill | BlockFill): number {
  return (fill.kind === 'blocks' && fill.tables?.tensorScale) || 1;
}

function originsOf({ shape, layout }: Problem, { problem: part, matrix, row, col }: Panel): Record<Tensor, Origin> {
  const { m, n, k } = shape;
  const run = (first: number): Origin => ({ first, width: 1, stride: 1 });
  return {
    a: isTransposedA(layout)
      ? { first: matrix * k * m + (row - matrix * m), width: part.shape.m, stride: m }
      : run(row * k),
    b: isTransposedB(layout)
      ? run((matrix * n + col) * k)
      : { first: matrix * k * n + col, width: part.shape.n, stride: n },
    bias: run(matrix * n + col),
  };
}

function elementFormat(format: Problem['format']['w'], what: 'weights' | 'activations'): ElementFormat {
  if (isElementFormat(format)) return format;
  throw new RangeError(`${format} ${what} need a block scale`);
}

interface Filled {
  readonly problem: Problem;
  readonly seed: number;
  readonly distribution: Distribution;
}

function blockFill(
  { problem, seed, distribution }: Filled,
  tensor: BlockFill['tensor'],
  scale: BlockScale,
  firstRow: number,
): BlockFill {
  const { n, k } = problem.shape;
  const [name, what] =
    tensor === 'a' ? [problem.format.a, 'activations' as const] : [problem.format.w, 'weights' as const];
  requireAlongK(problem, what, name);
  const format = asScaled(name);
  if (!format) throw new RangeError(`${name} ${what} have no block scale`);
  const lines = tensor === 'a' ? rows(problem) : n;
  const { tables } = blockQuantizer(format, scale, distribution);
  const lengths = operandBytes(problem);
  return {
    kind: 'blocks',
    tensor,
    keys: keysOf(seed, TENSORS[tensor]),
    distribution,
    exponent: rangeOf(distribution).exponent,
    format: name,
    scale,
    firstRow,
    rows: tensor === 'a' ? rows(problem) : matrices(problem) * n,
    rowLength: k,
    blocksPerRow: scaleGrid(scale, k, lines, 1).perRow,
    linesPerMatrix: lines,
    wordsPerRow: (paddedCodes(k) * format.bits) / 32,
    paddingCode: format.zero,
    words: lengths[tensor] / 4,
    scaleWords: lengths[tensor === 'a' ? 'aScales' : 'scales'] / 4,
    ...(tables && { tables }),
  };
}
