/** Exact binomial tails: what a count of processes on one side says about a median, whatever the distribution. */

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

/**
 * Bounds of a group-sequential sign test. Under the null hypothesis each process falls on either side with probability ½, so
 * the number of dissenters (processes against the majority) is a random walk, and the probability of stopping at any look is
 * computed exactly, not bounded.
 *
 * @param looks numbers of processes at which stopping is considered, ascending
 * @param error probability of ever stopping on either side
 * @param spent share of the error that may be used up by each look, ascending to 1
 * @returns most dissenters at each look for a clear verdict; −1 where no outcome is clear enough
 */
export function dissenterBounds(looks: readonly number[], error: number, spent: readonly number[]): number[] {
  let alive: number[] = [1];
  let at = 0;
  let used = 0;
  return looks.map((look, i) => {
    for (; at < look; at++) alive = tossed(alive);
    const budget = error * (spent[i] ?? 1) - used;
    let bound = -1;
    let stopping = 0;
    while (2 * (bound + 1) < look) {
      const next = (alive[bound + 1] ?? 0) + (alive[look - bound - 1] ?? 0);
      if (stopping + next > budget) break;
      stopping += next;
      bound++;
    }
    used += stopping;
    alive = alive.map((probability, heads) => (heads <= bound || heads >= look - bound ? 0 : probability));
    return bound;
  });
}

/** The distribution of the number of heads after one more fair toss. */
function tossed(heads: readonly number[]): number[] {
  return Array.from({ length: heads.length + 1 }, (_, k) => ((heads[k] ?? 0) + (heads[k - 1] ?? 0)) / 2);
}
