/**
 * What a device needs to fill the operands of a problem, as plain data, and the same buffers packed on the CPU.
 *
 * Bit-equality of the two is the contract: `packOperands` is what a fill kernel must leave in memory (docs/kernel-abi.md).
 */
import type { QuantizerTables } from './formats/format.ts';
import { asElements, asScaled, type FormatName, isElementFormat } from './formats/registry.ts';
import { activationScale, blockQuantizer, scaleBytes } from './formats/scale.ts';
import { integers, type Keys, keysOf, RANGES, TENSORS, type Tensor } from './generator.ts';
import { biasExponent, blockReader, requireAlongK } from './operands.ts';
import type { Panel } from './panels.ts';
import type { BlockScale, Distribution, ElementFormat, Problem } from './problem.ts';
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

/** Buffers of one operand set, as u32 words; empty where the problem has none. */
export interface PackedOperands {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly scales: Uint32Array;
  readonly aScales: Uint32Array;
  readonly bias: Uint32Array;
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
  const { exponent } = RANGES[distribution];
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
    a: layout === 'tn' ? { first: matrix * k * m + (row - matrix * m), width: part.shape.m, stride: m } : run(row * k),
    b: layout === 'nt' ? run((matrix * n + col) * k) : { first: matrix * k * n + col, width: part.shape.n, stride: n },
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
  const { tables } = blockQuantizer(format, scale, distribution);
  const lengths = operandBytes(problem);
  return {
    kind: 'blocks',
    tensor,
    keys: keysOf(seed, TENSORS[tensor]),
    distribution,
    exponent: RANGES[distribution].exponent,
    format: name,
    scale,
    firstRow,
    rows: tensor === 'a' ? rows(problem) : matrices(problem) * n,
    rowLength: k,
    blocksPerRow: Math.ceil(k / scale.block),
    wordsPerRow: (paddedCodes(k) * format.bits) / 32,
    paddingCode: format.zero,
    words: lengths[tensor] / 4,
    scaleWords: lengths[tensor === 'a' ? 'aScales' : 'scales'] / 4,
    ...(tables && { tables }),
  };
}

/** The operand buffers of a problem or of one of its panels, packed on the CPU. About 50 ns an element: for small problems and for tests. */
export function packOperands(
  problem: Problem,
  seed: number,
  distribution: Distribution,
  panel?: Panel,
): PackedOperands {
  const plan = fillPlan(problem, seed, distribution, panel);
  const [a, b] = [packOperand(plan.a), packOperand(plan.b)];
  const bias = plan.bias ? packElements(plan.bias) : new Uint32Array(0);
  return { a: a.codes, b: b.codes, scales: b.scales, aScales: a.scales, bias };
}

function packOperand(fill: ElementFill | BlockFill): { codes: Uint32Array; scales: Uint32Array } {
  return fill.kind === 'blocks' ? packBlocks(fill) : { codes: packElements(fill), scales: new Uint32Array(0) };
}

function packElements({ keys, distribution, exponent, format, origin, count, words }: ElementFill): Uint32Array {
  const { first, width, stride } = origin;
  const draw = integers(keys, distribution);
  const stored = asElements(format);
  if (!stored) throw new RangeError(`${format} has no elements without a scale`);
  const view = new DataView(new ArrayBuffer(words * 4));
  for (let i = 0; i < count; i += 1) {
    const value = draw(first + Math.floor(i / width) * stride + (i % width)) * 2 ** exponent;
    if (stored.bits === 32) view.setUint32(4 * i, stored.encode(value), true);
    else view.setUint16(2 * i, stored.encode(value), true);
  }
  return littleEndianWords(view);
}

function packBlocks(fill: BlockFill): { codes: Uint32Array; scales: Uint32Array } {
  const format = asScaled(fill.format);
  if (!format) throw new RangeError(`${fill.format} has no block scale`);
  const { bits } = format;
  const quantizer = blockQuantizer(format, fill.scale, fill.distribution);
  const read = blockReader(fill.rowLength, integers(fill.keys, fill.distribution), quantizer);
  const words = new Uint32Array(fill.words);
  const scales = new DataView(new ArrayBuffer(fill.scaleWords * 4));
  const bytesPerScale = scaleBytes(fill.scale);
  for (let row = 0; row < fill.rows; row += 1) {
    const codes = new Uint8Array((32 / bits) * fill.wordsPerRow).fill(fill.paddingCode);
    for (let index = 0; index < fill.blocksPerRow; index += 1) {
      const block = read(fill.firstRow + row, index);
      codes.set(block.codes.subarray(0, block.length), index * fill.scale.block);
      const at = row * fill.blocksPerRow + index;
      if (bytesPerScale === 1) scales.setUint8(at, block.scale);
      else scales.setUint32(4 * at, block.scale, true);
    }
    for (const [j, code] of codes.entries()) {
      const word = row * fill.wordsPerRow + Math.floor((j * bits) / 32);
      words[word] = (words[word] ?? 0) | (code << ((j * bits) % 32));
    }
  }
  return { codes: words, scales: littleEndianWords(scales) };
}

function littleEndianWords(view: DataView): Uint32Array {
  return Uint32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
}
