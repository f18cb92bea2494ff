/** Rows of A and columns of B in a scaled format, drawn and quantized block by block. */
import type { BlockQuantizer } from './formats/format.ts';
import { scaleGrid } from './formats/scale.ts';
import { rangeOf } from './generator.ts';
import type { BlockScale, Distribution } from './problem.ts';

/** k consecutive elements along the summed dimension: a row of A, or a column of B. All values exact in f64. */
export interface Lines {
  /** One element as the kernel sees it: rounded to its format, dequantized. Cheap along k: the last block is kept. */
  stored(line: number, k: number): number;
  /** One element before rounding. */
  drawn(line: number, k: number): number;
  /** A whole line at once, both ways; each array has length k. */
  read(line: number, stored: Float64Array, drawn: Float64Array): void;
}

/** Lines along k of an operand whose blocks run along k. */
export function blockLines(
  k: number,
  lines: number,
  distribution: Distribution,
  draw: (index: number) => number,
  quantizer: BlockQuantizer,
): Lines {
  const unit = 2 ** rangeOf(distribution).exponent;
  const { block, perRow: blocks } = scaleGrid(quantizer.scale, k, lines, 1);
  const read = blockReader({ k, lines, draw, distribution }, quantizer);
  let cached = -1;
  let current: BlockRead = { scale: 0, length: 0, drawn: new Int32Array(0), codes: new Uint8Array(0) };
  const blockAt = (line: number, index: number) => {
    const id = line * blocks + index;
    if (id !== cached) current = read(line, index);
    cached = id;
    return current;
  };
  return {
    stored(line, kk) {
      const { codes, scale } = blockAt(line, Math.floor(kk / block));
      return quantizer.value(codes[kk % block] ?? 0, scale);
    },
    drawn: (line, kk) => draw(line * k + kk) * unit,
    read(line, stored, drawn) {
      for (let index = 0; index < blocks; index += 1) {
        const current = blockAt(line, index);
        for (let i = 0; i < current.length; i += 1) {
          stored[index * block + i] = quantizer.value(current.codes[i] ?? 0, current.scale);
          drawn[index * block + i] = (current.drawn[i] ?? 0) * unit;
        }
      }
    },
  };
}

/** One block of a line. The arrays belong to the reader and hold until it reads the next block. */
export interface BlockRead {
  readonly scale: number;
  /** Elements in use; fewer than the block size at the end of a line. */
  readonly length: number;
  readonly drawn: Int32Array;
  readonly codes: Uint8Array;
}

/** An operand as it is drawn, before it is quantized. */
export interface Drawn {
  readonly k: number;
  /** Rows of A, or columns of one matrix of B. */
  readonly lines: number;
  readonly draw: (index: number) => number;
  readonly distribution: Distribution;
}

/** Draws and quantizes block `index` of a line of A or B. */
export function blockReader(drawn: Drawn, quantizer: BlockQuantizer): (line: number, index: number) => BlockRead {
  const { k, lines, draw } = drawn;
  const { block } = scaleGrid(quantizer.scale, k, lines, 1);
  const shared = sharedAmax(drawn, quantizer.scale);
  const integers = new Int32Array(block);
  const codes = new Uint8Array(block);
  return (line, index) => {
    const start = index * block;
    const length = Math.min(block, k - start);
    for (let i = 0; i < length; i += 1) integers[i] = draw(line * k + start + i);
    const scale = quantizer.quantize(integers, length, codes, shared?.(line, index));
    return { scale, length, drawn: integers, codes };
  };
}

/**
 * Largest |j| of all that share a scale, where lines do. Of a whole tensor it is taken as the distribution's bound, as NVFP4's
 * tensor scale takes it: no pass over the tensor is needed to find it.
 */
function sharedAmax({ k, lines, draw, distribution }: Drawn, scale: BlockScale) {
  const { lines: shared } = scale;
  if (shared === undefined) return undefined;
  if (shared === 'all') return () => rangeOf(distribution).bound;
  const { block, perRow, rowOf } = scaleGrid(scale, k, lines, 1);
  const found = new Map<number, number>();
  return (line: number, index: number): number => {
    const id = rowOf(line) * perRow + index;
    const known = found.get(id);
    if (known !== undefined) return known;
    const inMatrix = line % lines;
    const first = line - (inMatrix % shared);
    const end = Math.min(first + shared, line - inMatrix + lines);
    let amax = 0;
    for (let other = first; other < end; other += 1)
      for (let kk = index * block; kk < Math.min(k, (index + 1) * block); kk += 1)
        amax = Math.max(amax, Math.abs(draw(other * k + kk)));
    found.set(id, amax);
    return amax;
  };
}
