/** A record that is another of the store under a new date. */
import type { RunRecord } from '../../record/schema.ts';
import { ask, type Finding, refuse } from './finding.ts';

/** Fewer visits agree by chance. */
const ENOUGH = 6;
const SHARE = 0.8;
/** Two medians of 5 significant digits each: their ratio is off by up to this. */
const SAME_RATIO = 2.2e-4;

interface Pair {
  /** Whether compiling and the first launch took exactly as long. */
  readonly isSameCost: boolean;
  /** Of the medians. */
  readonly ratio: number;
}

/** @param other of the same machine */
export function* replayFindings(record: RunRecord, other: RunRecord): Generator<Finding> {
  const pairs = pairsOf(record, other);
  if (pairs.length < ENOUGH) return;
  const copied = pairs.filter(({ isSameCost }) => isSameCost).length;
  if (copied > SHARE * pairs.length)
    yield refuse(`${copied} of ${pairs.length} visits compiled and launched exactly as long as in ${other.id}`);
  else if (proportional(pairs))
    yield ask(`the times of ${pairs.length} visits are those of ${other.id}, times a constant`);
}

/** Visits of the same case in the process of the same index. */
function pairsOf(record: RunRecord, other: RunRecord): Pair[] {
  const theirs = new Map(
    other.cases.flatMap((row) => row.visits.map((visit) => [`${row.series} ${visit.process}`, visit] as const)),
  );
  return record.cases.flatMap((row) =>
    row.visits.flatMap((visit) => {
      const same = theirs.get(`${row.series} ${visit.process}`);
      if (!same) return [];
      const isSameCost =
        visit.firstDispatchSeconds > 0 &&
        visit.firstDispatchSeconds === same.firstDispatchSeconds &&
        visit.pipelineSeconds === same.pipelineSeconds;
      return [{ isSameCost, ratio: visit.medianSeconds / same.medianSeconds }];
    }),
  );
}

function proportional(pairs: readonly Pair[]): boolean {
  const ratios = pairs.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1] ?? 1;
  return ratios.filter((ratio) => Math.abs(ratio / middle - 1) <= SAME_RATIO).length > SHARE * pairs.length;
}
