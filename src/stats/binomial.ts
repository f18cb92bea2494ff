/** Exact tail probabilities of binomial counts and random walks, for distribution-free tests of medians. */

/** Probability of at most `k` successes in `n` trials of probability `p`. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** Probability of a step of +1, equal to that of −1, if nothing changed. */
export const STEP = {
  /** Two contenders: one is slower. */
  ofTwo: 1 / 2,
  /** Three contenders: slowest, fastest, or between the others (a step of 0). */
  ofThree: 1 / 3,
} as const;

/**
 * Bounds of a group-sequential test on a random walk. The walk's distribution at each look, given that it did not stop before, is
 * computed exactly, not bounded.
 *
 * @param looks numbers of steps at which stopping is considered, ascending
 * @param error probability of ever stopping on either side
 * @param spent share of the error that may be used up by each look, ascending to 1
 * @param step probability of a step to either side
 * @returns the smallest significant distance from 0 at each look; Infinity if none
 */
export function walkBounds(looks: readonly number[], error: number, spent: readonly number[], step: number): number[] {
  let alive: number[] = [1];
  let at = 0;
  let used = 0;
  return looks.map((look, i) => {
    for (; at < look; at++) alive = stepped(alive, step, step);
    const budget = error * (spent[i] ?? 1) - used;
    let bound = Number.POSITIVE_INFINITY;
    let stopping = 0;
    for (let distance = look; distance > 0; distance--) {
      const next = (alive[look + distance] ?? 0) + (alive[look - distance] ?? 0);
      if (stopping + next > budget) break;
      stopping += next;
      // A walk without steps of 0 reaches only every other distance.
      if (next > 0) bound = distance;
    }
    used += stopping;
    alive = alive.map((probability, place) => (Math.abs(place - look) >= bound ? 0 : probability));
    return bound;
  });
}

/** Probability that a walk of n steps, each +1 with probability `up` and −1 with `down`, ends at `bound` or beyond. */
export function walkAtLeast(bound: number, n: number, up: number, down: number): number {
  let walk: number[] = [1];
  for (let i = 0; i < n; i++) walk = stepped(walk, up, down);
  return walk.reduce((sum, probability, place) => (place - n >= bound ? sum + probability : sum), 0);
}

/** The distribution of a walk after one more step; place p of n steps is the distance p − n. */
function stepped(walk: readonly number[], up: number, down: number): number[] {
  const stay = 1 - up - down;
  return Array.from(
    { length: walk.length + 2 },
    (_, place) => up * (walk[place - 2] ?? 0) + stay * (walk[place - 1] ?? 0) + down * (walk[place] ?? 0),
  );
}
