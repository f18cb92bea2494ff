/** Selection by `kernel: best`: the stored tuning for the problem's class, else the kernels' own preferences. */

import { isTransposedA, type Problem } from '../../gemm/problem.ts';
import { deviceRefusal, deviceScope, type KernelDevice, registersOf } from '../device.ts';
import type { Choice, Program } from '../program.ts';
import { evaluate } from '../set/expression.ts';
import type { Cut, Kernel, KernelSet, Preference } from '../set/kernel.ts';
import { shapeScope } from '../text/choice.ts';
import { problemRefusal } from './limits.ts';
import { serve } from './serve.ts';
import { type TunedChoices, tunedFor, UNTUNED } from './tuned.ts';

/** The selected kernel, its sizes, and its program. */
export interface Picked {
  readonly kernel: Kernel;
  readonly choice: Choice;
  readonly program: Program;
  /** Hash of the tuning file that chose; absent where the rule did. */
  readonly tuning?: string;
}

interface Candidate {
  readonly kernel: Kernel;
  readonly choice: Choice;
}

/**
 * Picks a kernel of `set` that serves `problem` on `device`.
 *
 * @param tuned what was measured to be fastest on this machine; a choice that does not serve this problem, or whose kernel has
 * changed since, is ignored
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
  const impossible = problemRefusal(problem);
  if (impossible) return { reason: impossible };
  const reasons = new Set<string>();
  for (const { kernel, choice } of candidates(set, problem, device)) {
    const served = serve(kernel, problem, device, choice);
    if ('program' in served) return { kernel, choice, program: served.program };
    reasons.add(served.reason);
  }
  return { reason: `no kernel serves this: ${[...reasons].join('; ')}` };
}

/**
 * Kernels whose preferences match this problem and device, by rank, with their sizes; then all of the set. The time to fill
 * textures is not included, so a kernel that reads one is selected only if no other serves.
 */
function candidates({ kernels }: KernelSet, problem: Problem, device: KernelDevice): Candidate[] {
  const scope = preferenceScope(problem, device);
  const holds = ({ if: condition }: Preference | Cut) => !condition || evaluate(condition, scope) !== 0;
  const preferred = kernels.flatMap((kernel) => {
    const { tile, thread } = kernel.cuts.find(holds) ?? {};
    const choice = { ...(tile && { tile }), ...(thread && { thread }) };
    return kernel.preferred.filter(holds).map(({ rank }) => ({ rank, kernel, choice }));
  });
  const byRank = preferred.sort((one, other) => one.rank - other.rank);
  const others = [...kernels].sort((one, other) => one.textures.length - other.textures.length);
  return [...byRank, ...others.map((kernel) => ({ kernel, choice: {} }))];
}

function preferenceScope(problem: Problem, device: KernelDevice): Record<string, number> {
  const { layout, groups, scale } = problem;
  const software = Number(device.source?.endsWith('software') ?? false);
  return {
    ...shapeScope(problem),
    ...deviceScope(device),
    GPU: 1 - software,
    SOFTWARE: software,
    SYSTEM_SOFTWARE: Number(device.source === 'system-software'),
    EMBEDDED_SOFTWARE: Number(device.source === 'embedded-software'),
    NN: Number(layout === 'nn'),
    NT: Number(layout === 'nt'),
    TN: Number(isTransposedA(layout)),
    GROUPED: Number(groups !== undefined),
    REGISTERS: registersOf(device),
    SCALE_BLOCK: typeof scale?.block === 'number' ? scale.block : 0,
  };
}
