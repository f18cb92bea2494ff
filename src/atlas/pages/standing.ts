/** What the history of a machine says, in few words. */
import type { MachineShift } from '../../judge/history/check.ts';
import { isFinding, type ReportedSeries } from '../../report/check-report.ts';
import { counted, percent } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';

export interface Standing {
  /** Only what is decided, or nearly: worst first. */
  readonly findings: readonly ReportedSeries[];
  readonly shifts: readonly MachineShift[];
  /** The worst verdict of any case. */
  readonly headline: string;
  /** One sentence. */
  readonly sentence: string;
}

export function standingOf({ check }: Pick<Atlas, 'check'>, { machine }: Pick<Place, 'machine'>): Standing {
  const own = longest(check.series.filter((one) => one.machine === machine));
  const findings = own.filter(isFinding);
  const shifts = check.machineShifts.filter((one) => one.machine === machine);
  const decided = own.filter(({ verdict }) => verdict === 'same' || verdict === 'slower' || verdict === 'faster');
  const headline = findings[0]?.verdict ?? (decided.length > 0 ? 'same' : own.length > 0 ? 'new' : 'not judged');
  return { findings, shifts, headline, sentence: sentenceOf(own, findings) };
}

/** One history a series: that of the physical machine which has the longest. */
function longest(all: readonly ReportedSeries[]): ReportedSeries[] {
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
