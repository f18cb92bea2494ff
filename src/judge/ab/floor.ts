/**
 * The A/A floor of a machine. An A/A experiment measures one kernel as two contenders; the spread of their ratios over processes
 * is pure noise. It determines how far the estimate of n processes deviates by chance, and how large a slowdown must be to be
 * found.
 */
import { binomialAtMost, walkAtLeast } from '../../stats/binomial.ts';

/** One in this many A/A estimates exceeds the floor. */
const FLOOR_CONFIDENCE = 0.99;
const POWER = 0.9;
const LARGEST_EFFECT = 4;

/**
 * The noise floor of the median over `processes` processes: A/A estimates lie within ±floor with 99 % probability. Exact for the
 * empirical distribution: a median is above a value as often as half the processes are.
 *
 * @param ratios A/A ratios (one contender's time / the other's), one per process; the sides are interchangeable, so each counts
 * as its inverse too
 * @returns a relative difference, 0.012 for 1.2 %
 * @throws RangeError for no ratios or no processes
 */
export function floorOf(ratios: readonly number[], processes: number): number {
  const sorted = symmetric(ratios);
  if (sorted.length === 0 || processes < 1) throw new RangeError('a noise floor needs A/A ratios and processes');
  const allowed = (1 - FLOOR_CONFIDENCE) / 2;
  const above = sorted.find((ratio) => ratio >= 1 && medianAbove(sorted, ratio, processes) <= allowed);
  return (above ?? sorted.at(-1) ?? 1) - 1;
}

export interface EffectOptions {
  /** Processes of the comparison, at a single look. */
  readonly processes: number;
  /** The smallest significant sum then: slower minus faster processes. */
  readonly bound: number;
  readonly minimumEffect: number;
  /** What the median must exceed as well. */
  readonly floor: number;
  /** Whether a twin of the base runs in each of the processes, as `compare` has it. */
  readonly twins: boolean;
}

/**
 * The smallest slowdown that a comparison of n processes calls `slower` in at least 90 % of cases, given the machine's A/A
 * ratios. Conservative: the probabilities of all ways to miss it are added up, and with a twin a process counts as a miss if it
 * misses against either of the two.
 *
 * @returns relative, 0.03 for 3 %; null if n processes can never be significant, or nothing up to 400 % is found
 */
export function minimalDetectableEffect(ratios: readonly number[], options: EffectOptions): number | null {
  const { processes, bound, minimumEffect, floor, twins } = options;
  const sorted = symmetric(ratios);
  if (sorted.length === 0 || !Number.isFinite(bound)) return null;
  const threshold = 1 + Math.max(minimumEffect, floor);
  const against = twins ? 2 : 1;
  const found = (slowdown: number) => {
    const scale = 1 + slowdown;
    const dissents = shareAtMost(sorted, 1 / scale);
    const slower = Math.max(0, 1 - against * dissents);
    const notClear = 1 - walkAtLeast(bound, processes, slower, Math.min(dissents, 1 - slower));
    const low = Math.min(1, against * shareAtMost(sorted, threshold / scale));
    const tooSmall = 1 - binomialAtMost(Math.ceil(processes / 2) - 1, processes, low);
    return 1 - notClear - tooSmall >= POWER;
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
 * Probability that the median of n draws may exceed `value`. For even n the median is the mean of two: it may when one of them
 * is above.
 */
function medianAbove(sorted: readonly number[], value: number, n: number): number {
  return binomialAtMost(Math.floor(n / 2), n, shareAtMost(sorted, value));
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
