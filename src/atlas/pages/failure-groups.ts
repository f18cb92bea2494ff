/** Failures of all machines: those of machines that fail the same cases for the same reason are one group. */
import type { Row } from '../../record/row.ts';
import { kernelOf, type Place } from '../atlas.ts';
import { failedCases } from '../failures.ts';

export interface FailedCase {
  /** Of the first machine. */
  readonly row: Row;
  /** What machines say of it, each text once: sizes of errors differ. */
  readonly details: readonly string[];
}

export interface FailureGroup {
  readonly places: readonly Place[];
  readonly reason: string;
  readonly cases: readonly FailedCase[];
}

interface Failure {
  readonly places: Place[];
  readonly row: Row;
  readonly reason: string;
  readonly details: Set<string>;
}

/** Those of most machines first. */
export function failureGroups(places: readonly Place[]): FailureGroup[] {
  const groups = new Map<string, { places: readonly Place[]; reason: string; cases: FailedCase[] }>();
  for (const { row, reason, places: own, details } of failuresOf(places)) {
    const key = [reason, ...own.map(({ machine }) => machine)].join(' ');
    const known = groups.get(key) ?? { places: own, reason, cases: [] };
    groups.set(key, known);
    known.cases.push({ row, details: [...details] });
  }
  return [...groups.values()].sort((a, b) => b.places.length - a.places.length);
}

/** What one kernel got wrong in one case, on all machines where it did for one reason. */
function failuresOf(places: readonly Place[]): Failure[] {
  const failures = new Map<string, Failure>();
  for (const place of places) {
    for (const { row } of failedCases(place)) {
      if (row.status !== 'failed') continue;
      const key = `${row.series} ${kernelOf(row)} ${row.reason}`;
      const known = failures.get(key) ?? { places: [], row, reason: row.reason, details: new Set<string>() };
      failures.set(key, known);
      known.places.push(place);
      if (row.detail !== undefined) known.details.add(row.detail);
    }
  }
  return [...failures.values()];
}
