/**
 * The decision of an A/B comparison: a pure function of the per-process ratios head time / base time. Only the signs and ranks of
 * ratios count, because processes come in modes: a few differ by 20 % for their whole life, and no mean survives that.
 *
 * - `slower`, `faster`: clear, by a sign test over looks fixed in advance whose error is exact over all looks and shared
 *   between all cases; and the median ratio is beyond the minimum effect; and beyond the case's own A/A floor.
 * - `same`: the interval of the median ratio lies within ± the minimum effect.
 * - otherwise `unclear`.
 *
 * A verdict stands from the look that gave it: later processes of that case are not looked at.
 */
import { median, medianInterval } from '../record/summary.ts';
import { dissenterBounds } from './binomial.ts';
import { floorOf } from './floor.ts';

export type AbVerdict = 'slower' | 'faster' | 'same' | 'unclear';

export interface AbRules {
  /** Numbers of processes at which a case may be decided, ascending. */
  readonly looks: readonly number[];
  /** Share of the error that may be used up by each look, ascending to 1. */
  readonly spent: readonly number[];
  /** Probability that a comparison in which nothing changed calls any case slower or faster. */
  readonly familyError: number;
  /** Cases that share the error. */
  readonly cases: number;
  /** Smallest relative difference worth a verdict. */
  readonly minimumEffect: number;
  /** Confidence of the interval at each look; `same` is wrong with at most what they leave, added up. */
  readonly confidence: readonly number[];
}

/**
 * Looks and shares were chosen by simulation (ab.test.ts) for 8 cases whose processes scatter by 1…3 % with up to a fifth of
 * them in another mode: fewer than 14 processes can hardly be clear at 1/8 of the error, and more than 32 change little.
 */
export const AB_RULES: Omit<AbRules, 'cases'> = {
  looks: [14, 20, 26, 32],
  spent: [0.25, 0.5, 0.75, 1],
  familyError: 0.01,
  minimumEffect: 0.02,
  confidence: [0.98, 0.98, 0.98, 0.95],
};

export interface AbDecision {
  readonly verdict: AbVerdict;
  /** Median of head time / base time. NaN before the first process. */
  readonly ratio: number;
  /** Distribution-free interval of the median ratio; smallest and largest ratio before the first look. */
  readonly interval: readonly [low: number, high: number];
  /** A/A noise of this many processes; null when there was no A/A experiment. */
  readonly floor: number | null;
  /** Processes the decision rests on. */
  readonly processes: number;
  /** Whether more processes cannot change it. */
  readonly final: boolean;
  readonly reason: string;
}

export type AbCase = {
  /** Head time / base time, one a process, in order of measurement. */
  readonly ratios: readonly number[];
  /** Ratios of an A/A experiment of this case, from a calibration or a twin measured alongside; empty for none. */
  readonly noise: readonly number[];
};

/** Decides one case. Throws RangeError for rules that contradict themselves or ratios that are none. */
export function decide({ ratios, noise }: AbCase, rules: AbRules): AbDecision {
  check(ratios, rules);
  const bounds = dissenterBounds(rules.looks, rules.familyError / rules.cases, rules.spent);
  const reached = rules.looks.filter((look) => look <= ratios.length);
  let decision = early(ratios, rules);
  for (const [i, look] of reached.entries()) {
    const last = i === rules.looks.length - 1;
    decision = atLook(ratios.slice(0, look), noise, {
      rules,
      bound: bounds[i] ?? -1,
      confidence: rules.confidence[i] ?? 0.95,
    });
    if (decision.final || last) return { ...decision, final: true };
  }
  return decision;
}

interface Look {
  readonly rules: AbRules;
  readonly bound: number;
  readonly confidence: number;
}

function atLook(ratios: readonly number[], noise: readonly number[], look: Look): AbDecision {
  const { minimumEffect } = look.rules;
  const ratio = median(ratios);
  const sorted = [...ratios].sort((a, b) => a - b);
  const interval = medianInterval(sorted, look.confidence);
  const floor = noise.length === 0 ? null : floorOf(noise, ratios.length);
  const facts = { ratio, interval, floor, processes: ratios.length };
  const settled = (verdict: AbVerdict, reason: string) => ({ ...facts, verdict, final: verdict !== 'unclear', reason });
  // A tie speaks for neither side.
  const dissenters = ratios.filter((r) => (ratio > 1 ? r <= 1 : r >= 1)).length;
  const effect = Math.abs(Math.log(ratio));
  const evidence = `${ratios.length - dissenters} of ${ratios.length} processes ${ratio > 1 ? 'slower' : 'faster'}`;
  const clear = dissenters <= look.bound;
  if (clear && effect > Math.log1p(minimumEffect)) {
    if (floor === null) return settled('unclear', `${evidence}, but the A/A floor of this case is unknown`);
    if (effect > Math.log1p(floor)) return settled(ratio > 1 ? 'slower' : 'faster', evidence);
    return settled('unclear', `${evidence}, but within the A/A floor of ${percent(floor)}`);
  }
  const edge = Math.log1p(minimumEffect);
  if (Math.log(interval[0]) >= -edge && Math.log(interval[1]) <= edge) {
    return settled('same', `the interval lies within ±${percent(minimumEffect)}`);
  }
  const why = clear
    ? 'is clear but within the minimum effect, and the interval is not'
    : `is not clear (at most ${Math.max(look.bound, 0)} may disagree)`;
  return settled('unclear', `${evidence}: ${why}`);
}

function early(ratios: readonly number[], { looks }: AbRules): AbDecision {
  const interval = [Math.min(...ratios), Math.max(...ratios)] as const;
  const reason = `${ratios.length} processes; the first look is at ${looks[0]}`;
  return {
    verdict: 'unclear',
    ratio: median(ratios),
    interval,
    floor: null,
    processes: ratios.length,
    final: false,
    reason,
  };
}

function check(ratios: readonly number[], { looks, spent, confidence, cases }: AbRules): void {
  const ascending = looks.every((look, i) => Number.isInteger(look) && look > (looks[i - 1] ?? 0));
  if (looks.length === 0 || !ascending)
    throw new RangeError(`looks must be ascending whole numbers, got ${looks.join(', ')}`);
  if (spent.length !== looks.length || confidence.length !== looks.length)
    throw new RangeError('every look needs its share of the error and its confidence');
  if (!(cases >= 1)) throw new RangeError(`cases must be at least 1, got ${cases}`);
  const wrong = ratios.find((ratio) => !(ratio > 0 && Number.isFinite(ratio)));
  if (wrong !== undefined) throw new RangeError(`a ratio of times must be positive, got ${wrong}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
