/** All problems of a store, with what each machine found. */
import type { MeasuredRow, Row } from '../record/row.ts';
import { type Atlas, fastestFirst, isMeasured, type Latest, type Place, problemOf } from './atlas.ts';

/** A problem on one machine. */
export interface Found {
  readonly place: Place;
  /** Fastest first. */
  readonly measured: readonly Latest<MeasuredRow>[];
  /** Cases without a number that should have one. */
  readonly failed: readonly Latest[];
}

export interface Problem {
  readonly problem: string;
  /** Any row of it, for its shape and formats. */
  readonly row: Row;
  readonly found: readonly Found[];
}

/** By suite, in the order in which machines measured them; problems that nobody has a number for are left out. */
export function problemsBySuite({ places }: Pick<Atlas, 'places'>): Map<string, Problem[]> {
  const problems = new Map<string, { problem: string; row: Row; found: Found[] }>();
  for (const place of places) {
    for (const [problem, all] of grouped(place.latest)) {
      const measured = fastestFirst(all.filter(isMeasured));
      const failed = all.filter(({ row }) => row.status === 'failed');
      const [first] = all;
      if (!first || measured.length + failed.length === 0) continue;
      const known = problems.get(problem) ?? { problem, row: first.row, found: [] };
      known.found.push({ place, measured, failed });
      problems.set(problem, known);
    }
  }
  const suites = new Map<string, Problem[]>();
  for (const one of problems.values()) {
    const known = suites.get(one.row.suite);
    if (known) known.push(one);
    else suites.set(one.row.suite, [one]);
  }
  return suites;
}

function grouped(latest: readonly Latest[]): Map<string, Latest[]> {
  const groups = new Map<string, Latest[]>();
  for (const one of latest) {
    const problem = problemOf(one.row);
    const known = groups.get(problem);
    if (known) known.push(one);
    else groups.set(problem, [one]);
  }
  return groups;
}
