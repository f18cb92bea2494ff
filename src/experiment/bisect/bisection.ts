/** Binary search for the first bad commit, where some commits cannot be tested. */

export type Side = 'good' | 'bad' | 'untestable';

export interface Bisection {
  /** The first bad commit is one of these, `from` < i ≤ `to`; a single one when `to` = `from` + 1. Indices; −1 is the good end. */
  readonly from: number;
  readonly to: number;
}

/**
 * Searches commits 0 … count − 1, oldest first. What lies before 0 is known to be good, the last one to be bad.
 *
 * @param test called at most once per commit, about log₂ count times if all can be tested
 * @returns the last good and the first bad one; only untestable ones lie between them. Null when `test` returned null
 */
export async function bisection(
  count: number,
  test: (index: number) => Promise<Side | null>,
): Promise<Bisection | null> {
  let [from, to] = [-1, count - 1];
  const untestable = new Set<number>();
  for (;;) {
    const next = middle(from, to, untestable);
    if (next === null) return { from, to };
    const side = await test(next);
    if (side === null) return null;
    if (side === 'good') from = next;
    else if (side === 'bad') to = next;
    else untestable.add(next);
  }
}

/** The commit nearest to the middle of those that may still be tested. */
function middle(from: number, to: number, untestable: ReadonlySet<number>): number | null {
  const centre = (from + to) / 2;
  let best: number | null = null;
  for (let index = from + 1; index < to; index++) {
    if (untestable.has(index)) continue;
    if (best === null || Math.abs(index - centre) < Math.abs(best - centre)) best = index;
  }
  return best;
}
