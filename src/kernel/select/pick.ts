/** The program that a case requests: of a kernel by name, or selected by `best`. */
import type { Case } from '../../plan/case/case.ts';
import type { KernelDevice } from '../device.ts';
import type { Program } from '../program.ts';
import type { Refusal } from '../refusal.ts';
import type { KernelSet } from '../set/kernel.ts';
import { best } from './best.ts';
import { ruleAgainst } from './limits.ts';
import { serve } from './serve.ts';
import { type TunedChoices, UNTUNED } from './tuned.ts';

/** The program that a case requests by name or as `best`, which follows the rule here: tunings belong to one machine. */
export function pick(
  set: KernelSet,
  item: Pick<Case, 'kernel' | 'problem' | 'sizes'>,
  device: KernelDevice,
): Program | Refusal {
  const picked = pickTuned(set, item, device, UNTUNED);
  return 'status' in picked ? picked : picked.program;
}

/** The same, with what was tuned on the device; `best` names the tuning it followed. */
export function pickTuned(
  set: KernelSet,
  item: Pick<Case, 'kernel' | 'problem' | 'sizes'>,
  device: KernelDevice,
  tuned: TunedChoices,
): { program: Program; tuning?: string } | Refusal {
  if (item.kernel === 'best') {
    const picked = best(set, item.problem, device, tuned);
    return 'program' in picked ? picked : refuse(picked.reason);
  }
  const kernel = set.kernels.find((known) => known.name === item.kernel);
  if (!kernel) return refuse(`${set.origin} has no kernel "${item.kernel}"`);
  const served = serve(kernel, item.problem, device, item.sizes);
  return 'program' in served ? served : refuse(served.reason, ruleAgainst(kernel, item.problem));
}

function refuse(detail: string, rule: string | null = null): Refusal {
  return { status: 'skipped', reason: 'unsupported', detail, ...(rule !== null && { rule }) };
}
