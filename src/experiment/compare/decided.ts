/** A decision with all the evidence that a report shows, whatever kind of process pairs the ratios come from. */
import { type AbDecision, type AbProcess, type AbVerdict, decide, haveTwins, ratioOf } from '../../judge/ab/ab.ts';
import type { ComparedCase } from '../../judge/ab/comparison.ts';
import { minimalDetectableEffect } from '../../judge/ab/floor.ts';
import { type AbRules, boundsOf } from '../../judge/ab/rules.ts';

export interface Decided
  extends Pick<ComparedCase, 'ratio' | 'interval' | 'floor' | 'minimalDetectableEffect' | 'ratios' | 'reason'> {
  readonly verdict: AbVerdict;
  /** Whether more processes cannot change it. */
  readonly final: boolean;
}

/**
 * @param processes in order of measurement
 * @param noise A/A ratios of the same case from elsewhere than the processes' own twins
 */
export function decided(processes: readonly AbProcess[], noise: readonly number[], rules: AbRules): Decided {
  const ratios = processes.map(ratioOf);
  if (ratios.length === 0) {
    const nothing = { ratio: null, interval: null, floor: null, minimalDetectableEffect: null };
    return { ...nothing, verdict: 'unclear', final: false, ratios, reason: 'not measured' };
  }
  const { final, processes: used, ...decision } = decide({ processes, noise }, rules);
  return {
    ...decision,
    final,
    ratios,
    minimalDetectableEffect: effectOf(processes.slice(0, used), noise, decision, rules),
  };
}

function effectOf(
  processes: readonly AbProcess[],
  noise: readonly number[],
  { floor }: Pick<AbDecision, 'floor'>,
  rules: AbRules,
): number | null {
  const twins = haveTwins(processes);
  const bound = boundsOf(rules, twins)[rules.looks.indexOf(processes.length)];
  if (floor === null || bound === undefined) return null;
  const known = [...noise, ...processes.flatMap(({ twinToBase }) => twinToBase ?? [])];
  const { minimumEffect } = rules;
  return minimalDetectableEffect(known, { processes: processes.length, bound, minimumEffect, floor, twins });
}

/** The same rules with twice the processes at every look, for what the first attempt left unclear. */
export function moreProcesses<Rules extends Omit<AbRules, 'cases'>>(rules: Rules): Rules {
  return { ...rules, looks: rules.looks.map((look) => 2 * look) };
}
