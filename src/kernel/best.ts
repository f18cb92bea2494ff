/** What `kernel: best` stands for: what was tuned for the problem's class here, else a rule. */
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
  const served = serve(kernel, problem, device, tuned.choice);
  if (!('program' in served)) return undefined;
  return { kernel, choice: tuned.choice, program: served.program, tuning: tuned.tuning };
}

function fromRule(set: KernelSet, problem: Problem, device: KernelDevice): Picked | { readonly reason: string } {
  const preferred = candidates(problem, device);
  const others = set.kernels.map(({ name }) => ({ name, choice: {} }));
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

/**
 * Most wanted first; names that a set lacks are passed over. lavapipe runs a barrier as a context switch of every thread, so
 * there the kernels without one win; SwiftShader does not mind them.
 */
function candidates(problem: Problem, device: KernelDevice): Candidate[] {
  const { format } = problem;
  const few = longestRows(problem) <= FEW_ROWS;
  const barriers = device.source !== 'system-software';
  const gpu = !(device.source?.endsWith('software') ?? false);
  const names: string[] = [];
  if (format.acc === 'f16') names.push('native-f16-acc');
  if (few && gpu) names.push(`${format.w}-gemv`);
  // A shuffle is one instruction of a CPU's vectors, and a load one for each lane and element; a GPU's caches see to that.
  if (problem.scale) names.push(...(gpu ? [] : [`${format.w}-subgroup`]), format.w);
  // Software devices emulate f16 arithmetic operation by operation, but unpack pairs with one instruction.
  if (!gpu) names.push(`packed-${format.w}`);
  if (few) names.push(...(barriers ? ['gemv', 'gemv-direct'] : ['gemv-direct']));
  if (gpu && format.w === 'f16') names.push('native-f16');
  if (!gpu) names.push('direct');
  return [...names, 'register-tile', 'direct', 'naive'].map((name) => ({ name, choice: {} }));
}
