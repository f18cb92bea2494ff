/**
 * What a machine cannot tell apart. An A/A experiment measures one kernel as two contenders; the spread of the ratios between
 * them over processes is noise and nothing else, so it says how far the estimate of n processes strays by itself, and how
 * large a slowdown must be to be found.
 */
import { binomialAtMost, dissenterBounds } from './binomial.ts';

/** An estimate strays beyond the floor in one A/A experiment of this many. */
const FLOOR_CONFIDENCE = 0.99;
const POWER = 0.9;
const LARGEST_EFFECT = 4;

/**
 * The noise floor of the median over `processes` processes: A/A estimates lie within ±floor with 99 % probability. Exact for
 * the empirical distribution: a median is above a value as often as half the processes are.
 *
 * @param ratios A/A ratios (one contender's time / the other's), one a process; which side is which is arbitrary, so each
 *   counts as its inverse too
 * @returns a relative difference, 0.012 for 1.2 %
 * @throws RangeError for no ratios or no processes
 */
export function floorOf(ratios: readonly number[], processes: number): number {
  const sorted = symmetric(ratios);
  if (sorted.length === 0 || processes < 1) throw new RangeError('a noise floor needs A/A ratios and processes');
  const allowed = (1 - FLOOR_CONFIDENCE) / 2;
  const above = sorted.find((ratio) => ratio >= 1 && medianAbove(sorted, ratio, processes, 'perhaps') <= allowed);
  return (above ?? sorted.at(-1) ?? 1) - 1;
}

export interface EffectOptions {
  /** Processes of the comparison, all looked at together. */
  readonly processes: number;
  /** Probability of calling an unchanged case slower or faster. */
  readonly error: number;
  readonly minimumEffect: number;
}

/**
 * The smallest slowdown that a comparison of n processes calls `slower` in at least 90 % of cases, given the machine's A/A
 * ratios. A bound from below: the two ways to miss it are added up.
 *
 * @returns relative, 0.03 for 3 %; null when n processes can never be clear or nothing up to 400 % is found
 */
export function minimalDetectableEffect(ratios: readonly number[], options: EffectOptions): number | null {
  const { processes, error, minimumEffect } = options;
  const sorted = symmetric(ratios);
  const [bound = -1] = dissenterBounds([processes], error, [1]);
  if (sorted.length === 0 || bound < 0) return null;
  const threshold = 1 + Math.max(minimumEffect, floorOf(ratios, processes));
  const found = (slowdown: number) => {
    const scale = 1 + slowdown;
    const dissents = shareAtMost(sorted, 1 / scale);
    const tooClear = 1 - binomialAtMost(bound, processes, dissents);
    const tooSmall = 1 - medianAbove(sorted, threshold / scale, processes, 'surely');
    return 1 - tooClear - tooSmall >= POWER;
  };
  if (!found(LARGEST_EFFECT)) return null;
  let [low, high] = [0, LARGEST_EFFECT];
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (found(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high * 1000) / 1000;
}

/**
 * The same for a case that was measured alone: every process against every other stands in for an A/A experiment. Pessimistic,
 * because contenders that share a process share its luck.
 *
 * @param medians seconds, one a process
 */
export function effectFromMedians(medians: readonly number[], options: EffectOptions): number | null {
  if (medians.length < 3) return null;
  const ratios = medians.flatMap((one, i) => medians.slice(i + 1).map((other) => one / other));
  return minimalDetectableEffect(ratios, options);
}

/**
 * Probability that the median of n draws exceeds `value`. For even n the median is the mean of two: it surely does when both
 * are above, and perhaps when one is.
 */
function medianAbove(sorted: readonly number[], value: number, n: number, sure: 'surely' | 'perhaps'): number {
  const most = sure === 'surely' ? Math.ceil(n / 2) - 1 : Math.floor(n / 2);
  return binomialAtMost(most, n, shareAtMost(sorted, value));
}

function shareAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

function symmetric(ratios: readonly number[]): number[] {
  return ratios.flatMap((ratio) => [ratio, 1 / ratio]).sort((a, b) => a - b);
}
