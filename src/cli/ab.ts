/** A decision with all the evidence that a report shows, whatever kind of process pairs the ratios come from. */
import { type AbRules, type AbVerdict, decide } from '../judge/ab.ts';
import { minimalDetectableEffect } from '../judge/floor.ts';

export interface Decided {
  readonly verdict: AbVerdict;
  /** Whether more processes cannot change it. */
  readonly final: boolean;
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  readonly floor: number | null;
  /** Smallest slowdown that as many processes would call slower 9 times in 10; null when the noise is unknown. */
  readonly minimalDetectableEffect: number | null;
  readonly ratios: readonly number[];
  readonly reason: string;
}

/**
 * @param ratios head time / base time, one an observation, in order of measurement
 * @param noise A/A ratios of the same case
 */
export function decided(ratios: readonly number[], noise: readonly number[], rules: AbRules): Decided {
  if (ratios.length === 0) {
    const nothing = { ratio: null, interval: null, floor: null, minimalDetectableEffect: null };
    return { ...nothing, verdict: 'unclear', final: false, ratios, reason: 'not measured' };
  }
  const { verdict, final, ratio, interval, floor, reason } = decide({ ratios, noise }, rules);
  const { cases, familyError, minimumEffect } = rules;
  const options = { processes: ratios.length, error: familyError / cases, minimumEffect };
  return {
    ...{ verdict, final, ratio, interval, floor, ratios, reason },
    minimalDetectableEffect: noise.length === 0 ? null : minimalDetectableEffect(noise, options),
  };
}

/** The same rules with twice the processes at every look, for what the first attempt left unclear. */
export function moreProcesses<Rules extends Omit<AbRules, 'cases'>>(rules: Rules): Rules {
  return { ...rules, looks: rules.looks.map((look) => 2 * look) };
}
