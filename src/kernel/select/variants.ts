/** All tile and thread sizes that a kernel's front matter allows and a device can run. */
import type { Problem } from '../../gemm/problem.ts';
import type { KernelDevice } from '../device.ts';
import type { Choice, Thread, Tile } from '../program.ts';
import type { Dimension, Kernel } from '../set/kernel.ts';
import { serve } from './serve.ts';
import { mostRows } from './shape-class.ts';

/** A choice that leaves nothing to defaults. */
export interface FullChoice extends Choice {
  readonly tile: Tile;
  readonly thread: Thread;
}

/**
 * All full choices of `kernel` for problems of this one's shape class, in the order of its front matter's values. A size beyond
 * the smallest that covers the problem only adds idle threads, so those are left out; the number of rows is that of the class, so
 * that the result holds for all of it.
 */
export function variants(kernel: Kernel, problem: Problem, device: KernelDevice): FullChoice[] {
  const { n, k } = problem.shape;
  const rows = mostRows(problem);
  const found: FullChoice[] = [];
  for (const tileM of useful(kernel.tile.m, rows))
    for (const tileN of useful(kernel.tile.n, n))
      for (const tileK of useful(kernel.tile.k, k))
        for (const threadM of useful(kernel.thread.m, rows))
          for (const threadN of useful(kernel.thread.n, n)) {
            const choice = { tile: { m: tileM, n: tileN, k: tileK }, thread: { m: threadM, n: threadN } };
            if ('program' in serve(kernel, problem, device, choice)) found.push(choice);
          }
  return found;
}

/** A size derived from the device or the thread must not be smaller. */
function useful({ values, derived }: Dimension, extent: number): readonly number[] {
  if (derived) return values;
  const enough = values.findIndex((value) => value >= extent);
  return enough < 0 ? values : values.slice(0, enough + 1);
}

/** Choices among `all` that differ from `from` in one size, by one step of the values that occur. */
export function neighbours(from: FullChoice, all: readonly FullChoice[]): FullChoice[] {
  const own = sizes(from);
  const columns = own.map((_, i) => [...new Set(all.map((choice) => sizes(choice)[i] ?? 0))].sort((a, b) => a - b));
  return all.filter((choice) => {
    const steps = sizes(choice).map((size, i) =>
      Math.abs((columns[i]?.indexOf(size) ?? 0) - (columns[i]?.indexOf(own[i] ?? 0) ?? 0)),
    );
    return steps.reduce((sum, step) => sum + step, 0) === 1;
  });
}

function sizes({ tile, thread }: FullChoice): number[] {
  return [tile.m, tile.n, tile.k, thread.m, thread.n];
}

/** `32×64×4/4×4`: tile, then thread. */
export function choiceText({ tile, thread }: FullChoice): string {
  return `${tile.m}×${tile.n}×${tile.k}/${thread.m}×${thread.n}`;
}
