/** One case of an A/B as a report shows it. */

import type { ComparedCase } from '../../judge/ab/comparison.ts';
import type { CaseOutcome } from '../../measure/parent/measurement.ts';
import { DEFAULT_SETTINGS, pairedSettings } from '../../measure/parent/settings.ts';
import type { Case } from '../../plan/case/case.ts';
import type { Calibration } from '../../record/beside/calibration.ts';
import type { Decided } from './decided.ts';
import { BASE, type Broken, HEAD, type Pairing, sideError, sideFailure, TWIN } from './sides.ts';

/** Fields of a case without ratios. */
export function withoutRatios(id: string, reproduce: string): Omit<ComparedCase, 'verdict' | 'reason'> {
  return {
    id,
    ratio: null,
    interval: null,
    floor: null,
    minimalDetectableEffect: null,
    ratios: [],
    kernels: { base: null, head: null },
    errors: null,
    reproduce,
  };
}

/** The verdict on a case that at least one side serves. */
export function comparedCase(
  outcome: CaseOutcome,
  found: Exclude<Pairing, { kind: 'neither' }> | Broken,
  { decided, reproduce }: { readonly decided: Decided; readonly reproduce: string },
): ComparedCase {
  const { id } = outcome.case;
  const kernels = kernelsOf(found);
  const nothing = { ...withoutRatios(id, reproduce), kernels };
  if (found.kind === 'broken') return { ...nothing, verdict: 'failed', cause: 'compile', reason: found.detail };
  const broken = brokenBy(outcome);
  if (broken) return { ...nothing, verdict: 'failed', reason: broken };
  if (found.kind === 'missing') return { ...nothing, verdict: found.kind, reason: found.detail };
  if (found.kind === 'new') return { ...nothing, verdict: found.kind, reason: `${verified(outcome)}; ${found.detail}` };
  if (found.kind === 'identical' && outcome.visits.length === 0)
    return { ...nothing, verdict: 'same', reason: 'both sides are the same program' };
  const [base, head] = [sideError(outcome, BASE), sideError(outcome, HEAD)];
  const { final: _, reason, ...evidence } = decided;
  const errors = base === null || head === null ? null : { base, head };
  const common = { id, reproduce, kernels, ...evidence, errors };
  if (found.kind === 'changed') return { ...common, reason };
  return { ...common, control: true, reason: `control, identical on both sides: ${reason}` };
}

/** What is known of a case that only the head serves. */
function verified(outcome: CaseOutcome): string {
  const error = sideError(outcome, HEAD);
  return error === null ? 'not verified' : `verified (error ${error.toExponential(1)}), not compared`;
}

/** Right on base and wrong or broken on head; or broken for both, which is no verdict about the change. */
export function brokenBy(outcome: CaseOutcome): string | null {
  const head = sideFailure(outcome, HEAD);
  if (head) return `head ${head}`;
  const base = sideFailure(outcome, BASE);
  if (base) return `base ${base}`;
  const twin = sideFailure(outcome, TWIN);
  if (twin) return `base, run once more, ${twin}`;
  return outcome.refusal?.status === 'failed' ? `${outcome.refusal.reason}: ${outcome.refusal.detail}` : null;
}

/** A/A ratios of this very kernel from a calibration of this unit that sampled as comparisons do. */
export function calibratedNoise(
  calibration: Calibration | undefined,
  found: Pairing | Broken | undefined,
  { series }: Case,
): readonly number[] | undefined {
  if (!calibration || found === undefined || (found.kind !== 'changed' && found.kind !== 'identical')) return undefined;
  const { blocks, minSamples } = pairedSettings(DEFAULT_SETTINGS).sampling;
  if (calibration.settings.blocks !== blocks || calibration.settings.minSamples !== minSamples) return undefined;
  return calibration.cases.find((known) => known.series === series && known.kernel.hash === found.base.kernelHash)
    ?.ratios;
}

/** Names of the kernels that serve a case on either side. */
export function kernelsOf(found: Pairing | Broken): ComparedCase['kernels'] {
  if (found.kind === 'broken') return found.kernels;
  const base = 'base' in found ? found.base.kernel : null;
  const head = 'head' in found ? found.head.kernel : found.kind === 'identical' ? base : null;
  return { base, head };
}

/** A case that no process has visited. */
export function unmeasured(item: Case): CaseOutcome {
  return { case: item, entry: null, visits: [], refusal: null };
}
