/**
 * Random tests of kernels: kernels × formats × layouts × tiles at random, each on small ragged shapes, with batches, groups and
 * biases. Member i of a cloud depends on its seed, the kernel set, the device and i alone, so that a failure is repeated without
 * what came before it.
 *
 * Compiling costs more than computing: members share their program by twelves and differ in their shape.
 */
import type { Session } from '../../src/engine/port.ts';
import { asScaled, type WeightFormat } from '../../src/gemm/formats/registry.ts';
import { pairRefusal } from '../../src/gemm/formats/scale.ts';
import { hash, keysOf } from '../../src/gemm/generator.ts';
import type { Layout, Problem } from '../../src/gemm/problem.ts';
import type { KernelDevice } from '../../src/kernel/device.ts';
import type { Choice } from '../../src/kernel/program.ts';
import { serve } from '../../src/kernel/select/serve.ts';
import type { Dimension, Kernel, KernelSet } from '../../src/kernel/set/kernel.ts';
import { problemOf, stepOf, trial } from '../../src/kernel/testdata/trial.ts';
import { longestRows } from '../../src/kernel/text/choice.ts';

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

/** A kernel with one of its weight formats. */
interface Line {
  readonly kernel: Kernel;
  readonly w: WeightFormat;
}

/** One device's cloud of one seed. */
export interface Cloud {
  /** What the device can run at all; families take them in turn, so that this many families have them all. */
  readonly lines: readonly Line[];
  member(index: number): Member;
}

/** @throws RangeError when the device runs none of the kernels */
export function cloudOf(set: KernelSet, device: KernelDevice, seed: number): Cloud {
  const lines = set.kernels
    .flatMap((kernel) => kernel.formats.w.map((w) => ({ kernel, w })))
    .filter((line) => family(line, device, 0, 0) !== null);
  if (lines.length === 0) throw new RangeError('the device runs none of the kernels');
  const member = (index: number): Member => {
    const number = Math.floor(index / SIBLINGS);
    const line = lines[number % lines.length];
    const found = line && family(line, device, seed + number, Math.floor(number / lines.length));
    if (!found) throw new RangeError(`${line?.kernel.name} serves no problem of family ${number}`);
    const { kernel } = line;
    const { likeness, eldest, choice } = found;
    const problem = shapeOf(likeness, chooser(seed + index, STREAMS.own));
    // A sibling may be beyond a condition on its shape that the eldest fulfils.
    return { kernel, choice, problem: 'program' in serve(kernel, problem, device, choice) ? problem : eldest };
  };
  return { lines, member };
}

/** What siblings share, and a problem of theirs that the kernel serves on `device`; null when there is none. */
function family({ kernel, w }: Line, device: KernelDevice, seed: number, round: number) {
  if (!kernel.requires.every((feature) => device.features.includes(feature))) return null;
  const choose = chooser(seed, STREAMS.shared);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const likeness = draw(kernel, w, round + attempt, choose);
    const eldest = shapeOf(likeness, choose);
    const choice = tiles(kernel, eldest, device, choose);
    if (choice) return { likeness, eldest, choice };
  }
  return null;
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
  /** The power of two up to 8 that divides sizes: whether rows start on vector boundaries is part of the program. */
  readonly unit: { readonly m: Unit; readonly n: Unit; readonly k: Unit };
  readonly fewRows: boolean;
  /** What k is a multiple of, since the kernel serves no other. */
  readonly step: number;
}
type Unit = 1 | 4 | 8;
const UNITS: readonly Unit[] = [1, 1, 4, 8];

/** Layouts and kinds alternate by `round`, so that few rounds cover them; the rest is random. */
function draw(kernel: Kernel, w: WeightFormat, round: number, choose: Choose): Likeness {
  const { a: activations, acc, out } = kernel.formats;
  const turn = <T>(options: readonly T[], step: number): T =>
    options[(step * round + Math.floor(round / 3)) % options.length] ?? choose(options);
  const a = choose(activations.filter((a) => pairRefusal({ w, a }) === undefined));
  const format = { w, a, acc: choose(acc), out: choose(out) };
  const layout = asScaled(format.w) ? 'nt' : turn(kernel.layouts, 2);
  const kinds = [
    'plain' as const,
    ...(kernel.batched ? (['batch'] as const) : []),
    ...(kernel.grouped && layout !== 'tn' ? (['groups'] as const) : []),
  ];
  return {
    layout,
    format,
    kind: turn(kinds, 1),
    bias: kernel.bias && choose([true, false]),
    unit: { m: choose(UNITS), n: choose(UNITS), k: choose(UNITS) },
    fewRows: choose([true, false, false]),
    step: stepOf(kernel),
  };
}

function shapeOf({ layout, format, kind, bias, unit, fewRows, step }: Likeness, choose: Choose): Problem {
  const upTo = (name: 'm' | 'n' | 'k', most: number) =>
    choose(range(1, most).filter((size) => unitOf(size) === unit[name]));
  const k = step * Math.ceil(upTo('k', choose([32, 128, MOST.k])) / step);
  const sizes = { m: upTo('m', fewRows ? 8 : MOST.m), n: upTo('n', MOST.n), k };
  if (kind === 'batch') return problemOf({ ...sizes, batch: choose([2, 3]) }, format, { layout, bias });
  if (kind === 'plain') return problemOf(sizes, format, { layout, bias });
  const experts = choose([1, 2, 3, 5]);
  const drawn = Array.from({ length: experts }, () => choose([0, 1, ...range(0, fewRows ? 4 : MOST.rows)]));
  const rows = drawn.some((count) => count > 0) ? drawn : drawn.map(() => 1);
  const m = rows.reduce((sum, count) => sum + count, 0);
  return problemOf({ ...sizes, m }, format, { layout, bias, groups: { experts, rows } });
}

function unitOf(size: number): Unit {
  if (size % 8 === 0) return 8;
  return size % 4 === 0 ? 4 : 1;
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
  const { n, k } = problem.shape;
  const rows = longestRows(problem);
  const covering = (name: 'm' | 'n' | 'k', { default: usual, values, derived }: Dimension, extent: number) =>
    derived ? {} : { [name]: Math.min(usual, values.find((value) => value >= extent) ?? usual) };
  return {
    tile: { ...covering('m', tile.m, rows), ...covering('n', tile.n, n), ...covering('k', tile.k, k) },
    thread: { ...covering('m', thread.m, rows), ...covering('n', thread.n, n) },
  };
}

/** A size derived from the device is not free. */
function free(name: 'n' | 'k', { values, derived }: Dimension, choose: Choose) {
  return derived ? {} : { [name]: choose(values) };
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
