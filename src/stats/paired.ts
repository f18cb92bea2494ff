/** Times of two contenders that alternated block by block, as one ratio. */
import { median } from './centre.ts';

/** Seconds by block. */
export type BlockTimes = ReadonlyMap<number, number>;

/** Samples in time order, and the block of each. */
export interface BlockSamples {
  readonly samples: readonly number[];
  readonly blockOf: readonly number[];
}

/** Median time of each block. */
export function blockTimes({ samples, blockOf }: BlockSamples): BlockTimes {
  const blocks = new Map<number, number[]>();
  for (const [i, seconds] of samples.entries()) {
    const block = blockOf[i] ?? 0;
    blocks.set(block, [...(blocks.get(block) ?? []), seconds]);
  }
  return new Map([...blocks].map(([block, seconds]) => [block, median(seconds)]));
}

/**
 * Time ratio head / base: the median over pairs of blocks, each of the head's with the base's of the same block and of its
 * neighbours. Slowdowns longer than a block cancel. Swapping the two gives exactly the inverse.
 *
 * @returns null when they have no blocks in common
 */
export function ratioOfBlocks(base: BlockTimes, head: BlockTimes): number | null {
  const ratios = [...head].flatMap(([block, seconds]) =>
    [block - 1, block, block + 1].flatMap((near) => {
      const other = base.get(near);
      return other === undefined ? [] : [Math.log(seconds / other)];
    }),
  );
  return ratios.length > 0 ? Math.exp(median(ratios)) : null;
}
