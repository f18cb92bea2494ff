/**
 * The correctness cloud: kernels × formats × layouts × tiles at random, each on small shapes of every raggedness, with
 * batches, groups and biases. Member i of a cloud depends on its seed, the kernel set, the device and i alone, so that a
 * failure is repeated without what came before it.
 *
 * Compiling costs more than computing: members share their program by twelves and differ in their shape.
 */
import type { Session } from '../engine/port.ts';
import { hash, keysOf } from '../gemm/generator.ts';
import type { Layout, Problem } from '../gemm/problem.ts';
import { type Choice, longestRows } from './choice.ts';
import type { KernelDevice } from './device.ts';
import type { Dimension, Kernel, KernelSet } from './kernel.ts';
import { serve } from './serve.ts';
import { problemOf, trial } from './trial.ts';

/** Members that share a kernel, its formats and its tile. */
export const SIBLINGS = 12;

export interface Member {
  readonly kernel: Kernel;
  readonly problem: Problem;
  readonly choice: Choice;
}

/** Largest sizes: several of the small tiles, and k beyond the longest step of any kernel. */
const MOST = { m: 40, n: 100, k: 560, rows: 14 } as const;
/** Attempts at random tiles before the defaults are taken. */
const ATTEMPTS = 40;
/** Streams of the random generator: what siblings share, and what is a member's own. */
const STREAMS = { shared: 1, own: 2 } as const;

type Choose = <T>(options: readonly T[]) => T;

function chooser(seed: number, stream: number): Choose {
  const keys = keysOf(seed, stream);
  let drawn = 0;
  return <T>(options: readonly T[]): T => {
    const option = options[hash(keys, drawn++) % options.length];
    if (option === undefined) throw new RangeError('nothing to choose from');
    return option;
  };
}

/** Kernels of `set` with all the features they need on `device`. */
export function runnable(set: KernelSet, device: KernelDevice): Kernel[] {
  return set.kernels.filter(({ requires }) => requires.every((feature) => device.features.includes(feature)));
}

/**
 * Member `index` of the cloud of `seed`.
 *
 * @throws RangeError when the device runs none of the kernels, or one of them no problem of the cloud
 */
export function member(set: KernelSet, device: KernelDevice, seed: number, index: number): Member {
  const family = Math.floor(index / SIBLINGS);
  const kernels = runnable(set, device);
  const kernel = kernels[family % Math.max(kernels.length, 1)];
  if (!kernel) throw new RangeError('the device runs none of the kernels');
  // A family of problems the kernel refuses, such as one with too many rows, is drawn again.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shared = chooser(seed + family, 2 * attempt + STREAMS.shared);
    const likeness = draw(kernel, shared);
    const eldest = shapeOf(likeness, chooser(seed + family * SIBLINGS, 2 * attempt + STREAMS.own));
    const choice = tiles(kernel, eldest, device, shared);
    if (!choice) continue;
    const own = chooser(seed + index, 2 * attempt + STREAMS.own);
    const problem = shapeOf(likeness, own);
    // A sibling may be beyond a condition on its shape that the eldest fulfils.
    return { kernel, choice, problem: 'program' in serve(kernel, problem, device, choice) ? problem : eldest };
  }
  throw new RangeError(`${kernel.name} serves no problem of the cloud`);
}

/** Checks a member on the device; returns max |Δ| / rms. @throws WrongResult, EngineError */
export async function check(session: Session, { kernel, problem, choice }: Member): Promise<number> {
  const served = serve(kernel, problem, session.facts, choice);
  if ('reason' in served) throw new RangeError(served.reason);
  return trial(session, served.program, problem);
}

/** What makes the program: everything but the sizes. */
interface Likeness {
  readonly layout: Layout;
  readonly format: Partial<Problem['format']>;
  readonly kind: 'plain' | 'batch' | 'groups';
  readonly bias: boolean;
  /** All sizes are multiples of this: whether rows start on vector boundaries is part of the program. */
  readonly unit: 1 | 4 | 8;
  readonly fewRows: boolean;
}

function draw(kernel: Kernel, choose: Choose): Likeness {
  const { w, a, acc, out } = kernel.formats;
  const format = { w: choose(w), a: choose(a), acc: choose(acc), out: choose(out) };
  const scaled = ['mxfp4', 'nvfp4', 'int4'].includes(format.w);
  const layout = scaled ? 'nt' : choose(kernel.layouts);
  const kinds = [
    'plain' as const,
    ...(kernel.batched ? (['batch'] as const) : []),
    ...(kernel.grouped && layout !== 'tn' ? (['groups'] as const) : []),
  ];
  return {
    layout,
    format,
    kind: choose(kinds),
    bias: kernel.bias && choose([true, false]),
    unit: choose([1, 1, 4, 8] as const),
    fewRows: choose([true, false, false]),
  };
}

function shapeOf({ layout, format, kind, bias, unit, fewRows }: Likeness, choose: Choose): Problem {
  const upTo = (most: number) => unit * choose(range(1, Math.floor(most / unit)));
  const sizes = { m: upTo(fewRows ? 8 : MOST.m), n: upTo(MOST.n), k: upTo(choose([32, 128, MOST.k])) };
  if (kind === 'batch') return problemOf({ ...sizes, batch: choose([2, 3]) }, format, { layout, bias });
  if (kind === 'plain') return problemOf(sizes, format, { layout, bias });
  const experts = choose([1, 2, 3, 5]);
  const drawn = Array.from({ length: experts }, () => choose([0, 1, ...range(0, fewRows ? 4 : MOST.rows)]));
  const rows = drawn.some((count) => count > 0) ? drawn : drawn.map(() => 1);
  const m = rows.reduce((sum, count) => sum + count, 0);
  return problemOf({ ...sizes, m }, format, { layout, bias, groups: { experts, rows } });
}

/** Sizes at random among those that serve `problem`, one in four times the defaults; null when none does. */
function tiles(kernel: Kernel, problem: Problem, device: KernelDevice, choose: Choose): Choice | null {
  const serves = (choice: Choice) => 'program' in serve(kernel, problem, device, choice);
  const usual = defaults(kernel, problem);
  if (choose([true, false, false, false]) && serves(usual)) return usual;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { tile, thread } = kernel;
    const choice = {
      tile: { m: choose(tile.m.values), ...free('n', tile.n, choose), ...free('k', tile.k, choose) },
      thread: { m: choose(thread.m.values), n: choose(thread.n.values) },
    };
    if (serves(choice)) return choice;
  }
  return serves(usual) ? usual : null;
}

/** Written out, since what the harness fits to a problem would differ between siblings. */
function defaults({ tile, thread }: Kernel, problem: Problem): Choice {
  const covering = ({ default: usual, values }: Dimension) =>
    Math.min(usual, values.find((value) => value >= longestRows(problem)) ?? usual);
  return { tile: { m: covering(tile.m) }, thread: { m: covering(thread.m), n: thread.n.default } };
}

/** A size that follows the device is not free. */
function free(name: 'n' | 'k', { values, follows }: Dimension, choose: Choose) {
  return follows ? {} : { [name]: choose(values) };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** One line that says what a member is. */
export function describe({ kernel, problem, choice }: Member): string {
  const { shape, format, layout, groups, bias } = problem;
  const { batch, m, n, k } = shape;
  const many = groups ? ` rows ${groups.rows.join('+')}` : batch > 1 ? ` batch ${batch}` : '';
  const formats = `w=${format.w} a=${format.a} acc=${format.acc} out=${format.out}`;
  const sizes = (of: object = {}) => Object.entries(of).map(([name, size]) => `${name}${size}`);
  const cut = `tile ${sizes(choice.tile).join(' ')}, thread ${sizes(choice.thread).join(' ')}`;
  return `${kernel.name} ${m}×${n}×${k}${many} ${layout} ${formats}${bias ? ' bias' : ''}, ${cut}`;
}
