/** What `kernel: best` stands for: what was tuned for the problem's class here, else a rule. */
import { activationScale } from '../gemm/formats/scale.ts';
import type { Problem } from '../gemm/problem.ts';
import { type Choice, longestRows } from './choice.ts';
import { deviceRefusal, type KernelDevice } from './device.ts';
import type { Kernel, KernelSet } from './kernel.ts';
import type { Program } from './program.ts';
import { serve } from './serve.ts';
import { type TunedChoices, tunedFor, UNTUNED } from './tuned.ts';

/** The kernel that was picked, how it was cut, and its program. */
export interface Picked {
  readonly kernel: Kernel;
  readonly choice: Choice;
  readonly program: Program;
  /** Hash of the tuning file that chose; absent where the rule did. */
  readonly tuning?: string;
}

/** Rows up to which a GEMM is bound by reading B once, and a thread can hold a sum for each of them. */
const FEW_ROWS = 16;

/** Rows for which SwiftShader rather reads B again than keeps a sum for each. */
const WALKED_ROWS = 4;

/** Rows for which a lane rather takes columns in turn than side by side. */
const RING_ROWS = 8;

/** Columns that eight lanes of a subgroup take with four each, and that two threads of `direct` do. */
const NARROW = 32;
const NARROWEST = 8;

/** Columns that are too few to give eight lanes sixteen each and every core a tile. */
const MEDIUM = 512;

/** Elements of C that make about a dozen tiles of 64 × 64, and the k from which on a tile takes long. */
const LONELY_ELEMENTS = 49_152;
const LONG_K = 2048;

interface Candidate {
  readonly name: string;
  readonly choice: Choice;
}

/**
 * Picks a kernel of `set` that serves `problem` on `device`.
 *
 * @param tuned what was measured to be fastest on this machine; a choice that does not serve this problem of its class, or
 *   whose kernel has changed since, is passed over
 * @returns what the device lacks for any kernel, or the reasons of all candidates, when none serves
 */
export function best(
  set: KernelSet,
  problem: Problem,
  device: KernelDevice,
  tuned: TunedChoices = UNTUNED,
): Picked | { readonly reason: string } {
  const refused = deviceRefusal(problem, device);
  if (refused) return { reason: refused };
  return fromTuning(set, problem, device, tuned) ?? fromRule(set, problem, device);
}

function fromTuning(set: KernelSet, problem: Problem, device: KernelDevice, choices: TunedChoices): Picked | undefined {
  const found = tunedFor(choices, set, problem);
  if (!found) return undefined;
  const { kernel, tuned } = found;
  if (tuned.ruleWon) {
    const picked = fromRule(set, problem, device);
    if ('program' in picked && picked.kernel === kernel) return { ...picked, tuning: tuned.tuning };
  }
  const served = serve(kernel, problem, device, tuned.choice);
  if (!('program' in served)) return undefined;
  return { kernel, choice: tuned.choice, program: served.program, tuning: tuned.tuning };
}

function fromRule(set: KernelSet, problem: Problem, device: KernelDevice): Picked | { readonly reason: string } {
  const preferred = candidates(problem, device);
  // What fills a texture is timed apart, so a kernel that reads one is picked only where the set has nothing else that serves.
  const others = [...set.kernels]
    .sort((one, other) => one.textures.length - other.textures.length)
    .map(({ name }) => ({ name, choice: {} }));
  const reasons = new Set<string>();
  for (const { name, choice } of [...preferred, ...others]) {
    const kernel = set.kernels.find((known) => known.name === name);
    if (!kernel) continue;
    const served = serve(kernel, problem, device, choice);
    if ('program' in served) return { kernel, choice, program: served.program };
    reasons.add(served.reason);
  }
  return { reason: `no kernel serves this: ${[...reasons].join('; ')}` };
}

/** Most wanted first; names that a set lacks are passed over, and so is what does not serve. */
function candidates(problem: Problem, device: KernelDevice): Candidate[] {
  if (activationScale(problem)) return [`${problem.format.w}-both`, 'naive'].map((name) => ({ name, choice: {} }));
  const software = device.source?.endsWith('software') ?? false;
  const names = software ? onSoftware(problem, device) : onGpu(problem);
  return [...names, 'register-tile', 'direct', 'naive'].map((name) => ({
    name,
    choice: choiceFor(name, problem, device),
  }));
}

/**
 * Few columns leave the lanes of a subgroup without any: narrower tiles make more of them. Where C is narrower still, threads
 * lie along m. Rows of B that are read element by element pay for what a thread does besides, so a thread takes more of them.
 */
function choiceFor(name: string, problem: Problem, device: KernelDevice): Choice {
  const { n } = problem.shape;
  if (name === 'gemv-direct' && problem.layout === 'nn' && n % 4 !== 0) return { thread: { n: 8 } };
  if (name === 'direct' && n <= NARROWEST) return { tile: { m: 32, n: 8 }, thread: { m: 4, n: 4 } };
  // SwiftShader keeps sums in memory in any case, and what is loaded for more rows is loaded less often.
  if (name === 'subgroup' && device.source === 'embedded-software' && longestRows(problem) > FEW_ROWS)
    return { tile: { m: 32 }, thread: { m: 32 } };
  const narrow = (name.endsWith('subgroup') || name.endsWith('-ring')) && n <= NARROW;
  if (narrow) return { thread: { n: 4 } };
  return name.endsWith('-ring') && n <= MEDIUM ? { thread: { n: 8 } } : {};
}

function onGpu(problem: Problem): string[] {
  const { format } = problem;
  const few = longestRows(problem) <= FEW_ROWS;
  const narrow = format.acc === 'f16' ? ['native-f16-acc'] : [];
  if (few) return [...narrow, `${format.w}-gemv`, format.w, 'gemv'];
  const lonely = isLonely(problem) ? ['split-k'] : [];
  return [...narrow, format.w, ...lonely, 'subgroup-matrix', ...(format.w === 'f16' ? ['native-f16'] : [])];
}

/**
 * lavapipe runs a barrier as a context switch of every thread and a load as one element after the other, so kernels without
 * barriers win there, and from two rows on those that load an element once for a whole subgroup, 16-bit weights included;
 * without subgroups, the one whose loop is small enough for the instruction cache.
 * SwiftShader minds barriers less, but works out every index where it is written and keeps arrays in memory: for few rows
 * the kernel with the fewest of both wins. Both emulate f16 arithmetic operation by operation, but unpack pairs with one
 * instruction.
 */
function onSoftware(problem: Problem, device: KernelDevice): string[] {
  const { format, layout, shape } = problem;
  const rows = longestRows(problem);
  const inSystem = device.source === 'system-software';
  const few = rows <= (inSystem ? 1 : WALKED_ROWS);
  const whole = layout === 'nn' && shape.n % 4 === 0 && shape.k % 4 === 0;
  const walking = few && whole ? ['gemv-walk'] : [];
  const narrow = format.acc === 'f16' ? ['native-f16-acc'] : [];
  const ring = rows <= RING_ROWS ? [`${format.w}-ring`] : [];
  const blocks = [...ring, `${format.w}-subgroup`, format.w];
  const packed = `packed-${format.w}`;
  // Halves that lie along k are decoded in pairs as they are loaded; along n that has been slower.
  const paired = rows === 1 && layout === 'nt' ? [packed] : [];
  const byColumns = few ? ['gemv-direct'] : [];
  const narrowC = inSystem && shape.n <= NARROWEST ? ['direct'] : [];
  const small = inSystem ? ['outer-product'] : [];
  return [
    ...narrow,
    ...blocks,
    ...walking,
    ...paired,
    ...byColumns,
    ...narrowC,
    'subgroup',
    ...small,
    packed,
    'direct',
  ];
}

/** C has too few tiles to fill a GPU, and k is long enough to be shared out. */
function isLonely({ shape: { batch, m, n, k }, groups }: Problem): boolean {
  return !groups && batch * m * n <= LONELY_ELEMENTS && k >= LONG_K;
}
