/** Loops of blocks in layout order, and the cost of one iteration of the hottest nest. */
import { type Block, type Mix, mixOf, NOTHING, plus } from './instructions.ts';

/** A loop: its header dominates all its blocks. */
export interface Loop {
  readonly header: number;
  /** Indexes of all its blocks, those of inner loops too. */
  readonly blocks: ReadonlySet<number>;
  readonly inner: readonly Loop[];
}

/** The successors of a block. */
type Flow = readonly Pick<Block, 'to'>[];

/** The outermost loops in layout order. */
export function loopsOf(flow: Flow): Loop[] {
  const from = flow.map((): number[] => []);
  for (const [i, { to }] of flow.entries()) for (const next of to) from[next]?.push(i);
  const bodies = new Map<number, Set<number>>();
  for (const [last, header] of backEdges(flow)) {
    const body = bodies.get(header) ?? new Set([header]);
    for (const block of reaching(last, from, body)) body.add(block);
    bodies.set(header, body);
  }
  const found = [...bodies].map(([header, blocks]) => ({ header, blocks }));
  return nested(found.sort((one, other) => one.header - other.header));
}

/** Jumps to a block that is still open on the way there: from the last block of a loop to its first. */
function backEdges(flow: Flow): [from: number, to: number][] {
  const found: [number, number][] = [];
  const state = new Map<number, 'open' | 'done'>();
  const stack = [{ block: 0, next: 0 }];
  state.set(0, 'open');
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = flow[top.block]?.to[top.next++];
    if (to === undefined) {
      state.set(top.block, 'done');
      stack.pop();
    } else if (state.get(to) === 'open') found.push([top.block, to]);
    else if (!state.has(to) && to < flow.length) {
      state.set(to, 'open');
      stack.push({ block: to, next: 0 });
    }
  }
  return found;
}

/** Blocks from which `last` can be reached without passing `within`. */
function reaching(last: number, from: readonly (readonly number[])[], within: ReadonlySet<number>): Set<number> {
  const found = new Set<number>();
  const open = [last];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    if (found.has(block) || within.has(block)) continue;
    found.add(block);
    open.push(...(from[block] ?? []));
  }
  return found;
}

/** A loop lies in the smallest other one that holds its header. */
function nested(found: readonly Omit<Loop, 'inner'>[]): Loop[] {
  const around = (one: Omit<Loop, 'inner'>) =>
    found
      .filter((other) => other !== one && other.blocks.has(one.header))
      .reduce<Omit<Loop, 'inner'> | null>(
        (best, next) => (best && best.blocks.size <= next.blocks.size ? best : next),
        null,
      );
  const made = (outer: Omit<Loop, 'inner'> | null): Loop[] =>
    found.filter((one) => around(one) === outer).map((one) => ({ ...one, inner: made(one) }));
  return made(null);
}

/** Loops with those inside them, each before its own inner ones. */
export function flattened(loops: readonly Loop[]): Loop[] {
  return loops.flatMap((loop) => [loop, ...flattened(loop.inner)]);
}

/** Depth of each, as text: equal for programs whose loops lie within each other in the same way. */
export function nesting(loops: readonly Loop[]): string {
  return loops.map(({ inner }) => `(${nesting(inner)})`).join('');
}

/** The cost of one iteration of a loop, including all iterations of inner loops. */
export interface Nest {
  readonly mix: Mix;
  /** Loops, itself included. */
  readonly loops: number;
  /** Inner loops with an unknown number of iterations; counted once. */
  readonly unknown: number;
}

/**
 * One iteration of the outermost loop of the nest with most multiplications. None if no loop multiplies.
 *
 * @param iterations of each loop, in the order of `flattened`; null where unknown
 */
export function hottestNest(blocks: readonly Block[], iterations: readonly (number | null)[]): Nest | null {
  const loops = loopsOf(blocks);
  const all = flattened(loops);
  const tripCount = (loop: Loop) => iterations[all.indexOf(loop)] ?? null;
  const nests = loops.map((loop) => nestOf(blocks, loop, tripCount));
  const hottest = nests.reduce<Nest | null>((best, nest) => (work(nest) > (best ? work(best) : 0) ? nest : best), null);
  return hottest;
}

/** A matrix instruction counts for more than any other. */
const MATRIX_WEIGHT = 1e4;

function work({ mix }: Nest): number {
  return mix.multiplyAdds + MATRIX_WEIGHT * mix.matrix;
}

function nestOf(blocks: readonly Block[], loop: Loop, tripCount: (loop: Loop) => number | null): Nest {
  const inner = loop.inner.map((one) => ({ nest: nestOf(blocks, one, tripCount), iterations: tripCount(one) }));
  const own = blocks.filter((_, i) => loop.blocks.has(i) && !loop.inner.some((one) => one.blocks.has(i)));
  const around = mixOf(own.flatMap(({ instructions }) => instructions));
  return {
    mix: inner.reduce((sum, { nest, iterations }) => plus(sum, nest.mix, iterations ?? 1), plus(NOTHING, around)),
    loops: inner.reduce((sum, { nest }) => sum + nest.loops, 1),
    unknown: inner.reduce((sum, { nest, iterations }) => sum + nest.unknown + Number(iterations === null), 0),
  };
}
