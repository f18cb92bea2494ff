/** The size of a change at a given run, estimated afterwards: difference of medians on both sides, with an interval. */

import { median } from '../../stats/centre.ts';
import { medianInterval } from '../../stats/summary.ts';

export interface Shift {
  /** ln of after / before. */
  readonly size: number;
  readonly interval: readonly [low: number, high: number];
}

const BEFORE = 20;
const AFTER = 10;
const FEWEST = 3;
const CONFIDENCE = 0.95;

/**
 * @param costs ln of the cost by run, NaN for a missing one
 * @param at first run at the new level
 * @param until first run that no longer belongs to it
 * @returns null with fewer than 3 points on either side
 */
export function shiftAt(costs: (run: number) => number, at: number, until: number): Shift | null {
  const before: number[] = [];
  for (let run = at - 1; run >= 0 && before.length < BEFORE; run--) keep(before, costs(run));
  const after: number[] = [];
  for (let run = at; run < until && after.length < AFTER; run++) keep(after, costs(run));
  if (before.length < FEWEST || after.length < FEWEST) return null;
  const level = median(before);
  const sorted = after.sort((a, b) => a - b);
  const [low, high] = medianInterval(sorted, CONFIDENCE);
  return { size: median(sorted) - level, interval: [low - level, high - level] };
}

function keep(values: number[], cost: number): void {
  if (!Number.isNaN(cost)) values.push(cost);
}
