/** Whether the blocks of a format divide a row of k weights, and the storage they need. */
import { asScaled, type FormatName } from '../gemm/formats/registry.ts';
import { scaleBytes } from '../gemm/formats/scale.ts';
import { WEIGHT_FORMATS } from '../gemm/problem.ts';

/** Weights along k that share a scale, and the bits of that scale. */
export interface BlockFormat {
  readonly format: string;
  readonly block: number;
  readonly scaleBits: number;
  readonly codeBits: number;
}

/** llama.cpp's K-quants (Q4_K here) need super-blocks of 256. */
const Q4_K: BlockFormat = { format: 'q4_k', block: 256, scaleBits: 128, codeBits: 4 };

/** What checkpoints come in: the formats with scales of a byte, and Q4_K. */
export const BLOCK_FORMATS: readonly BlockFormat[] = [...WEIGHT_FORMATS.flatMap(byteScaled), Q4_K];

/** One format for each block size, the first that has it: what divides k is a question of the size alone. */
export const BLOCK_SIZES: readonly BlockFormat[] = BLOCK_FORMATS.filter(
  ({ block }, i) => BLOCK_FORMATS.findIndex((other) => other.block === block) === i,
);

function byteScaled(name: FormatName): BlockFormat[] {
  const format = asScaled(name);
  const block = format?.scale.block;
  if (!format || typeof block !== 'number' || scaleBytes(format.scale) > 1) return [];
  return [{ format: name, block, scaleBits: 8, codeBits: format.bits }];
}

export interface BlockCount {
  readonly format: string;
  readonly block: number;
  /** Scales in one row of k weights, the last block possibly short. */
  readonly perRow: number;
  /** Weights in a last, short block; 0 when k is a whole number of blocks. */
  readonly remainder: number;
  /** Bits a weight, scales included. */
  readonly bitsPerWeight: number;
  /** Bytes of the whole [n,k] matrix, codes and scales, short blocks padded. */
  readonly bytes: number;
}

/** Blocks of a weight matrix of `n` rows of `k`, for every block format. */
export function blockCounts(n: number, k: number): BlockCount[] {
  return BLOCK_FORMATS.map(({ format, block, scaleBits, codeBits }) => {
    const perRow = Math.ceil(k / block);
    const blockBits = block * codeBits + scaleBits;
    return {
      format,
      block,
      perRow,
      remainder: k % block,
      bitsPerWeight: blockBits / block,
      bytes: (n * perRow * blockBits) / 8,
    };
  });
}
