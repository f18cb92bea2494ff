/** Whether block-scaled formats fit a row of k weights, and what they cost. */

/** Weights along k that share a scale, and the bits of that scale. */
export const BLOCK_FORMATS = {
  mxfp4: { block: 32, scaleBits: 8, codeBits: 4 },
  nvfp4: { block: 16, scaleBits: 8, codeBits: 4 },
  /** llama.cpp's K-quants (Q4_K here) need super-blocks of 256. */
  q4_k: { block: 256, scaleBits: 128, codeBits: 4 },
} as const;
export type BlockFormat = keyof typeof BLOCK_FORMATS;

export interface BlockCount {
  readonly format: BlockFormat;
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
  return (Object.keys(BLOCK_FORMATS) as BlockFormat[]).map((format) => {
    const { block, scaleBits, codeBits } = BLOCK_FORMATS[format];
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
