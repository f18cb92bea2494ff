/** What the history of a machine says, in few words. */
import type { CheckVerdict, MachineShift } from '../../judge/history/check.ts';
import { isFinding, type ReportedSeries } from '../../report/check-report.ts';
import { counted, percent } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';

export interface Standing {
  /** Only what is decided, or nearly: worst first. */
  readonly findings: readonly ReportedSeries[];
  readonly shifts: readonly MachineShift[];
  /** The worst verdict of any case, of records that are not judged `failed` where a case failed. */
  readonly headline: CheckVerdict | 'not judged';
  /** Cases with that verdict, of all: `3 of 489`; empty where it says nothing. */
  readonly share: string;
  /** One sentence. */
  readonly sentence: string;
}

type Judged = Pick<Place, 'machine' | 'latest'>;

export function standingOf({ check }: Pick<Atlas, 'check'>, { machine, latest }: Judged): Standing {
  const own = longest(check.series.filter((one) => one.machine === machine));
  const findings = own.filter(isFinding);
  const shifts = check.machineShifts.filter((one) => one.machine === machine);
  const decided = own.filter(({ verdict }) => verdict === 'same' || verdict === 'slower' || verdict === 'faster');
  const headline = findings[0]?.verdict ?? (decided.length > 0 ? 'same' : own.length > 0 ? 'new' : 'not judged');
  const sentence = sentenceOf(own, findings);
  if (own.length > 0) return { findings, shifts, headline, share: shareOf(headline, own), sentence };
  const ran = latest.filter(({ row }) => row.status !== 'skipped');
  const failed = ran.filter(({ row }) => row.status === 'failed').length;
  if (failed === 0) return { findings, shifts, headline, share: '', sentence };
  return { findings, shifts, headline: 'failed', share: `${failed} of ${ran.length}`, sentence };
}

function shareOf(headline: string, own: readonly ReportedSeries[]): string {
  if (headline === 'same' || headline === 'new') return '';
  return `${own.filter(({ verdict }) => verdict === headline).length} of ${own.length}`;
}

/** One history a series: that of the physical machine which has the longest. */
export function longest(all: readonly ReportedSeries[]): ReportedSeries[] {
  const most = new Map<string, ReportedSeries>();
  for (const one of all) if (one.points > (most.get(one.series)?.points ?? -1)) most.set(one.series, one);
  return all.filter((one) => most.get(one.series) === one);
}

function sentenceOf(own: readonly ReportedSeries[], findings: readonly ReportedSeries[]): string {
  if (own.length === 0)
    return 'These records are shown and never judged: they are not of fresh processes and a clean commit.';
  const effects = own.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []).sort((a, b) => a - b);
  const smallest = effects[0];
  const middle = effects[effects.length >> 1];
  if (findings.length > 0) {
    const counts = new Map<string, number>();
    for (const { verdict } of findings) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const told = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
    return `${told}, of ${counted(own.length, 'case')}.`;
  }
  if (smallest === undefined || middle === undefined)
    return `Too few runs to judge ${counted(own.length, 'case')}: a level needs 25 points.`;
  return `Nothing moved; the smallest change that would have shown is ${percent(smallest)}, and in half of the cases ${percent(middle)}.`;
}
