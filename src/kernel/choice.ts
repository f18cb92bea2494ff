/** Tile and thread sizes: the kernel's defaults fitted to the problem, or what somebody chose. */
import type { Problem } from '../gemm/problem.ts';
import { evaluate } from './expression.ts';
import type { Dimension, Kernel } from './kernel.ts';
import type { Specialisation } from './prelude.ts';
import type { Thread, Tile } from './program.ts';

/** What a tuner, a rule or a user wants other than the defaults. */
export interface Choice {
  readonly tile?: Partial<Tile>;
  readonly thread?: Partial<Thread>;
}

/** Rows of C that one B matrix produces; of the busiest expert when grouped. */
export function longestRows(problem: Problem): number {
  return problem.groups ? Math.max(0, ...problem.groups.rows) : problem.shape.m;
}

/**
 * Sizes for this problem. A default that reaches beyond the problem is replaced by the smallest allowed size that still
 * covers it, so that one row does not pay for a tile of sixty-four; a chosen size is taken as it is.
 *
 * @returns a reason when a chosen size is not one the kernel allows
 */
export function choose(kernel: Kernel, problem: Problem, choice: Choice = {}): Specialisation | { reason: string } {
  const rows = longestRows(problem);
  const { n, k } = problem.shape;
  const asked = [
    ['TILE_M', kernel.tile.m, choice.tile?.m, rows],
    ['TILE_N', kernel.tile.n, choice.tile?.n, n],
    ['TILE_K', kernel.tile.k, choice.tile?.k, k],
    ['THREAD_M', kernel.thread.m, choice.thread?.m, rows],
    ['THREAD_N', kernel.thread.n, choice.thread?.n, n],
  ] as const;
  for (const [name, { values, because }, wanted] of asked) {
    if (wanted === undefined || values.includes(wanted)) continue;
    return { reason: `${kernel.name} takes ${name} ${values.join(', ')}, not ${wanted}: ${because}` };
  }
  const [tileM, tileN, tileK, threadM, threadN] = asked.map(
    ([, range, wanted, extent]) => wanted ?? covering(range, extent),
  );
  const tile = { m: tileM ?? 1, n: tileN ?? 1, k: tileK ?? 1 };
  const thread = { m: threadM ?? 1, n: threadN ?? 1 };
  const scope = tileScope({ tile, thread });
  const [x, y] = kernel.workgroup;
  return { tile, thread, workgroup: [evaluate(x, scope), evaluate(y, scope)] };
}

function covering({ default: usual, values }: Dimension, extent: number): number {
  return Math.min(usual, values.find((value) => value >= extent) ?? usual);
}

/** Values of the tile names in front matter expressions. */
export function tileScope({ tile, thread }: Pick<Specialisation, 'tile' | 'thread'>): Record<string, number> {
  return { TILE_M: tile.m, TILE_N: tile.n, TILE_K: tile.k, THREAD_M: thread.m, THREAD_N: thread.n };
}
