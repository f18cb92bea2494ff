/**
 * What a device needs to fill the operands of a problem, as plain data, and the same buffers packed on the CPU.
 *
 * Bit-equality of the two is the contract: `packOperands` is what a fill kernel must leave in memory (docs/kernel-abi.md).
 */
import { INT4_ZERO } from './formats/int4.ts';
import { BF16, encode, F16 } from './formats/minifloat.ts';
import { bitsOf, scaleBytes } from './formats/scale.ts';
import { integers, type Keys, keysOf, RANGES, TENSORS, type Tensor } from './generator.ts';
import { biasExponent, blockReader } from './operands.ts';
import type { Panel } from './panels.ts';
import type { BlockScale, Distribution, Problem } from './problem.ts';
import { blockQuantizer, type QuantizerTables } from './quantizer.ts';
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
  readonly format: 'f32' | 'f16' | 'bf16';
  readonly origin: Origin;
  /** Elements drawn. */
  readonly count: number;
  /** Length of the buffer in u32 words, padding included. */
  readonly words: number;
}

/**
 * B in a block-scaled format, two buffers. `rows` stored rows (one per column of B, over all matrices) of `rowLength`
 * elements; element c of row r has generator index (firstRow + r)·rowLength + c. The last block of a row may be short.
 *
 * Per block: amax = largest |j|. With tables, the scale is that of the last threshold ≤ amax, and the code is how many of
 * that scale's seven code thresholds are ≤ |j|, plus 8 when j < 0. Without (int4), `int4ScaleBits` and `int4Magnitude` of
 * quantizer.ts: scale amax·2^exponent/7, code 8 ± magnitude.
 */
export interface BlockFill {
  readonly kind: 'blocks';
  readonly tensor: 'b';
  readonly keys: Keys;
  readonly distribution: Distribution;
  readonly exponent: number;
  readonly scale: BlockScale;
  readonly firstRow: number;
  readonly rows: number;
  readonly rowLength: number;
  readonly blocksPerRow: number;
  /** u32 words of codes in one stored row: eight codes a word, rows padded to four words. */
  readonly wordsPerRow: number;
  /** Code of the padding at the end of a row: the one that means zero. */
  readonly paddingCode: number;
  readonly words: number;
  /** Length of the scales buffer in u32 words; scale of block i of row r is byte (or f32 word) r·blocksPerRow + i. */
  readonly scaleWords: number;
  readonly tables?: QuantizerTables;
}

export interface FillPlan {
  readonly a: ElementFill;
  readonly b: ElementFill | BlockFill;
  readonly bias?: ElementFill;
  /** Word 7 of the `problem` uniform as an f32 value; 1 unless NVFP4. */
  readonly tensorScale: number;
}

/** Buffers of one operand set, as u32 words; empty where the problem has none. */
export interface PackedOperands {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly scales: Uint32Array;
  readonly bias: Uint32Array;
}

/**
 * How to fill A, B, scales and bias of a problem, or of one of its panels.
 *
 * @throws RangeError when a block-scaled B is not stored `nt`, or the problem's scale contradicts its format.
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
  const b = part.scale
    ? blockFill(part, part.scale, seed, distribution, panel.matrix * problem.shape.n + panel.col)
    : { ...elements('b', columns * k, lengths.b), exponent, format: elementFormat(part.format.w) };
  return {
    a: { ...elements('a', rows(part) * k, lengths.a), exponent, format: part.format.a },
    b,
    ...(part.bias && {
      bias: { ...elements('bias', columns, lengths.bias), exponent: biasExponent(k, distribution), format: 'f32' },
    }),
    tensorScale: (b.kind === 'blocks' && b.tables?.tensorScale) || 1,
  };
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

function elementFormat(format: Problem['format']['w']): ElementFill['format'] {
  if (format === 'f32' || format === 'f16' || format === 'bf16') return format;
  throw new RangeError(`${format} weights need a block scale`);
}

function blockFill(
  problem: Problem,
  scale: BlockScale,
  seed: number,
  distribution: Distribution,
  firstRow: number,
): BlockFill {
  const { n, k } = problem.shape;
  const { w } = problem.format;
  if (problem.layout !== 'nt')
    throw new RangeError(`${w} weights have blocks along k and need layout nt, not ${problem.layout}`);
  if (bitsOf(w) !== 4) throw new RangeError(`${w} weights have no block scale`);
  const { tables } = blockQuantizer(scale, distribution);
  const lengths = operandBytes(problem);
  return {
    kind: 'blocks',
    tensor: 'b',
    keys: keysOf(seed, TENSORS.b),
    distribution,
    exponent: RANGES[distribution].exponent,
    scale,
    firstRow,
    rows: matrices(problem) * n,
    rowLength: k,
    blocksPerRow: Math.ceil(k / scale.block),
    wordsPerRow: paddedCodes(k) / 8,
    paddingCode: w === 'int4' ? INT4_ZERO : 0,
    words: lengths.b / 4,
    scaleWords: lengths.scales / 4,
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
  const none = new Uint32Array(0);
  const b = plan.b.kind === 'blocks' ? packBlocks(plan.b) : { codes: packElements(plan.b), scales: none };
  return { a: packElements(plan.a), b: b.codes, scales: b.scales, bias: plan.bias ? packElements(plan.bias) : none };
}

function packElements({ keys, distribution, exponent, format, origin, count, words }: ElementFill): Uint32Array {
  const { first, width, stride } = origin;
  const draw = integers(keys, distribution);
  const buffer = new ArrayBuffer(words * 4);
  const view = new DataView(buffer);
  for (let i = 0; i < count; i += 1) {
    const value = draw(first + Math.floor(i / width) * stride + (i % width)) * 2 ** exponent;
    if (format === 'f32') view.setFloat32(4 * i, value, true);
    else view.setUint16(2 * i, encode(format === 'f16' ? F16 : BF16, value), true);
  }
  return littleEndianWords(view);
}

function packBlocks(fill: BlockFill): { codes: Uint32Array; scales: Uint32Array } {
  const quantizer = blockQuantizer(fill.scale, fill.distribution);
  const read = blockReader(fill.rowLength, integers(fill.keys, fill.distribution), quantizer);
  const words = new Uint32Array(fill.words);
  const scales = new DataView(new ArrayBuffer(fill.scaleWords * 4));
  const bytesPerScale = scaleBytes(fill.scale);
  for (let row = 0; row < fill.rows; row += 1) {
    const codes = new Uint8Array(8 * fill.wordsPerRow).fill(fill.paddingCode);
    for (let index = 0; index < fill.blocksPerRow; index += 1) {
      const block = read(fill.firstRow + row, index);
      codes.set(block.codes.subarray(0, block.length), index * fill.scale.block);
      const at = row * fill.blocksPerRow + index;
      if (bytesPerScale === 1) scales.setUint8(at, block.scale);
      else scales.setUint32(4 * at, block.scale, true);
    }
    for (const [j, code] of codes.entries()) {
      const word = row * fill.wordsPerRow + (j >>> 3);
      words[word] = (words[word] ?? 0) | (code << (4 * (j & 7)));
    }
  }
  return { codes: words, scales: littleEndianWords(scales) };
}

function littleEndianWords(view: DataView): Uint32Array {
  return Uint32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
}
