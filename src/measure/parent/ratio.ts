/** Ratio of two contenders of one visit. */

import type { VisitResult } from '../../record/journal/journal.ts';
import { blockTimes, ratioOfBlocks } from '../../stats/paired.ts';

/**
 * One process's time ratio head / base. Both ran in every block, in changing order, so what slows the machine for longer than a
 * block cancels.
 *
 * @returns null when either contender has no samples in this visit, or they were timed by different clocks
 */
export function pairedRatio(visit: VisitResult, base: string, head: string): number | null {
  const [before, after] = [base, head].map((name) => visit.contenders.find((contender) => contender.name === name));
  // Device time and wall time are not comparable.
  if (!before || !after || before.clock !== after.clock) return null;
  return ratioOfBlocks(blockTimes(before), blockTimes(after));
}
