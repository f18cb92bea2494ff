/** The planned looks of an A/B comparison: when a case may be decided, with what error, and how clear it has to be. */
import { STEP, walkBounds } from '../../stats/binomial.ts';

export interface AbRules {
  /** Numbers of processes at which a case may be decided, ascending. */
  readonly looks: readonly number[];
  /** Share of the error that may be used up by each look, ascending to 1. */
  readonly spent: readonly number[];
  /** Probability that a comparison without any change calls some case slower or faster. */
  readonly familyError: number;
  /** Cases that share the error. */
  readonly cases: number;
  /** Smallest relative difference that counts. */
  readonly minimumEffect: number;
  /** Confidence of the interval at each look; the error of `same` is at most the sum of the rests. */
  readonly confidence: readonly number[];
  /** The rule before the first look, if any. */
  readonly gross?: Gross;
}

/** A ratio to base and twin that is decisive in each of this many processes. */
export interface Gross {
  readonly processes: number;
  readonly ratio: number;
}

/**
 * For processes with a twin. Shares were chosen so that up to 13 cases can be significant at the first look; `npm run eval ab`
 * and ab.test.ts show what the rules do on real processes of known truth and on simulated ones.
 */
export const AB_RULES: Omit<AbRules, 'cases'> = {
  looks: [8, 12, 16, 20],
  spent: [0.4, 0.6, 0.8, 1],
  familyError: 0.01,
  minimumEffect: 0.02,
  confidence: [0.98, 0.98, 0.98, 0.95],
  // Of 2,424 real processes of equal work one was 1.3 times further than base and twin, and never two in a row 1.1 times.
  gross: { processes: 2, ratio: 1.3 },
};

/** For pairs of processes, which have no twin and scatter more; a sign test needs at least this many. */
export const PAIR_RULES: Omit<AbRules, 'cases'> = {
  ...AB_RULES,
  looks: [14, 20, 26, 32],
  spent: [0.25, 0.5, 0.75, 1],
};

/** The smallest significant sum at each look. */
export function boundsOf({ looks, familyError, cases, spent }: AbRules, twins: boolean): number[] {
  return walkBounds(looks, familyError / cases, spent, twins ? STEP.ofThree : STEP.ofTwo);
}

/**
 * The same rules with looks at which significance is possible: the more cases share the error, the more processes are needed, and
 * an earlier look would decide nothing.
 */
export function rulesFor(rules: Omit<AbRules, 'cases'>, cases: number, twins: boolean): AbRules {
  const shared = { ...rules, cases: Math.max(1, cases) };
  const [first = 1] = rules.looks;
  const from = (look: number) => rules.looks.map((planned, i) => Math.max(planned, look + i));
  let look = first;
  while (!Number.isFinite(boundsOf({ ...shared, looks: from(look) }, twins)[0])) look++;
  return { ...shared, looks: from(look) };
}

/** @throws RangeError for inconsistent rules */
export function checkRules({ looks, spent, confidence, cases }: AbRules): void {
  const ascending = looks.every((look, i) => Number.isInteger(look) && look > (looks[i - 1] ?? 0));
  if (looks.length === 0 || !ascending)
    throw new RangeError(`looks must be ascending whole numbers, got ${looks.join(', ')}`);
  if (spent.length !== looks.length || confidence.length !== looks.length)
    throw new RangeError('every look needs its share of the error and its confidence');
  if (!(cases >= 1)) throw new RangeError(`cases must be at least 1, got ${cases}`);
}
