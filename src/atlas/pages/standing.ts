/** What the history of a machine says, in few words. */
import { type CheckVerdict, COUNTED, type MachineShift } from '../../judge/history/check.ts';
import { isFinding, type ReportedSeries } from '../../report/check-report.ts';
import { counted, percent } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import { casesRun, failedCases } from '../failures.ts';

/** A verdict, and so many cases that have it. */
export interface Count {
  readonly verdict: CheckVerdict;
  readonly count: number;
}

export interface Standing {
  /** Findings that neither moved nor failed: what is missing or undecided. */
  readonly open: readonly ReportedSeries[];
  readonly shifts: readonly MachineShift[];
  /** What is found, the worst first. */
  readonly found: readonly Count[];
  /** What is said where nothing is found. */
  readonly otherwise: CheckVerdict | 'not judged';
  /** Cases that were judged, or, of records that are not, that ran. Equal cases of several suites count once. */
  readonly cases: number;
  /** One sentence. */
  readonly sentence: string;
}

type Judged = Pick<Place, 'machine' | 'latest'>;

export function standingOf({ check }: Pick<Atlas, 'check'>, place: Judged): Standing {
  const own = longest(check.series.filter((one) => one.machine === place.machine));
  const shifts = check.machineShifts.filter((one) => one.machine === place.machine);
  // What failed is told by the newest rows, like everywhere: a case that never had a number has no history.
  const failed = new Set(failedCases(place).map(({ row }) => row.series));
  const verdicts = own.filter(({ series }) => !failed.has(series));
  const findings = verdicts.filter(isFinding);
  const counts = COUNTED.map((verdict) => ({
    verdict,
    count: findings.filter((one) => one.verdict === verdict).length + (verdict === 'failed' ? failed.size : 0),
  }));
  const decided = verdicts.some(({ verdict }) => verdict === 'same' || verdict === 'slower' || verdict === 'faster');
  const found = counts.filter(({ count }) => count > 0);
  const cases = own.length === 0 ? casesRun(place) : new Set([...failed, ...own.map(({ series }) => series)]).size;
  return {
    open: findings.filter(({ verdict }) => verdict !== 'slower' && verdict !== 'faster'),
    shifts,
    found,
    otherwise: decided ? 'same' : own.length > 0 ? 'new' : 'not judged',
    cases,
    sentence: sentenceOf(own, found, cases),
  };
}

/** One history a series: that of the physical machine which has the longest. */
export function longest(all: readonly ReportedSeries[]): ReportedSeries[] {
  const most = new Map<string, ReportedSeries>();
  for (const one of all) if (one.points > (most.get(one.series)?.points ?? -1)) most.set(one.series, one);
  return all.filter((one) => most.get(one.series) === one);
}

function sentenceOf(own: readonly ReportedSeries[], found: readonly Count[], cases: number): string {
  const told = found.map(({ verdict, count }) => `${count} ${verdict}`).join(', ');
  const all = `of ${counted(cases, 'different case')}`;
  if (own.length === 0) {
    const unjudged = 'These records are shown and never judged: they are not of fresh processes and a clean commit.';
    return found.length === 0 ? unjudged : `${unjudged} ${told}, ${all}.`;
  }
  if (found.length > 0) return `${told}, ${all}.`;
  const effects = own.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []).sort((a, b) => a - b);
  const smallest = effects[0];
  const middle = effects[effects.length >> 1];
  if (smallest === undefined || middle === undefined)
    return `Too few runs to judge ${counted(own.length, 'case')}: a level needs 25 points.`;
  return `Nothing moved; the smallest change that would have shown is ${percent(smallest)}, and in half of the cases ${percent(middle)}.`;
}
