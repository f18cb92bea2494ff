/** How two contenders of one visit compare. */
import { median } from '../record/summary.ts';
import type { ContenderVisit, VisitResult } from './protocol.ts';

/**
 * One process's time ratio head / base: the median over blocks of the ratio of block medians. Both ran in every block, in
 * alternating order, so what slows the machine for longer than a block cancels.
 *
 * @returns null when either contender has no samples in this visit
 */
export function pairedRatio(visit: VisitResult, base: string, head: string): number | null {
  const [a, b] = [base, head].map((name) => visit.contenders.find((contender) => contender.name === name));
  if (!a || !b) return null;
  const [before, after] = [blockMedians(a), blockMedians(b)];
  const ratios = [...before].flatMap(([block, seconds]) => {
    const other = after.get(block);
    return other === undefined ? [] : [other / seconds];
  });
  return ratios.length > 0 ? median(ratios) : null;
}

function blockMedians({ samples, blockOf }: ContenderVisit): Map<number, number> {
  const blocks = new Map<number, number[]>();
  for (const [i, seconds] of samples.entries()) {
    const block = blockOf[i] ?? 0;
    blocks.set(block, [...(blocks.get(block) ?? []), seconds]);
  }
  return new Map([...blocks].map(([block, seconds]) => [block, median(seconds)]));
}
