/** A contender of a tournament, one kernel with tile and thread sizes; and its results. */

import { choiceText, type FullChoice } from '../../kernel/select/variants.ts';
import type { Kernel } from '../../kernel/set/kernel.ts';
import { pairedRatio } from '../../measure/parent/ratio.ts';
import type { ContenderVisit, VisitResult } from '../../record/journal/journal.ts';
import { median } from '../../stats/centre.ts';

export interface Candidate {
  readonly kernel: Kernel;
  readonly choice: FullChoice;
  /** `direct 32×64×4/4×4`: its name as a contender. */
  readonly name: string;
}

export function candidateOf(kernel: Kernel, { tile, thread }: FullChoice): Candidate {
  const choice = { tile, thread };
  return { kernel, choice, name: `${kernel.name} ${choiceText(choice)}` };
}

/** Excluded after one wrong result or failed compilation in any process. */
export function isSound(visits: readonly VisitResult[], { name }: Candidate): boolean {
  return visits.every((visit) =>
    visit.contenders.every((contender) => contender.name !== name || contender.status === 'measured'),
  );
}

/** Time of the candidate / time of the control, one for each visit that had both. */
export function ratiosIn(visits: readonly VisitResult[], control: Candidate, candidate: Candidate): number[] {
  return visits.flatMap((visit) => pairedRatio(visit, control.name, candidate.name) ?? []);
}

/** Seconds per launch; null where it was not measured. */
export function secondsIn(visit: VisitResult, candidate: Candidate): number | null {
  const found = visit.contenders.find(({ name }) => name === candidate.name);
  return found && found.samples.length > 0 ? median(found.samples) : null;
}

/** Wall seconds that a contender took of a visit, verification on every operand set included. */
export function secondsTaken(contender: ContenderVisit, sets: number): number {
  const { pipelineSeconds, firstDispatchSeconds, warmUp, wallSamples, repeats } = contender;
  const sampled = wallSamples.reduce((sum, seconds) => sum + seconds * repeats, 0);
  const launch = wallSamples.length > 0 ? median(wallSamples) : 0;
  return pipelineSeconds + firstDispatchSeconds + warmUp.seconds + sampled + (sets + 1) * launch;
}
