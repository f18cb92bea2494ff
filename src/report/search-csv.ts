/** A search as a table for programs: one row per candidate, ascending in d_ff. Numbers and plain words only. */

import { byWidth, type SearchDocument, type SearchRow } from '../judge/search/search-document.ts';
import { round5 } from '../record/round.ts';
import { renderCsv } from './document/csv.ts';
import { column, tableOf } from './document/table.ts';
import { RAW } from './quantities.ts';

export function renderSearchCsv(document: SearchDocument): string {
  const raw = (title: string, of: (row: SearchRow) => number | string | boolean) => column(title, RAW, of);
  const measured = (title: string, of: (row: SearchRow) => number | undefined) =>
    column(title, RAW, (row: SearchRow) => {
      const value = of(row);
      return value === undefined ? null : round5(value);
    });
  const sided = (['up', 'down'] as const).flatMap((side) => [
    measured(`${side}Seconds`, (row) => row.seconds[side]),
    measured(`${side}LowSeconds`, (row) => row.intervals[side]?.[0]),
    measured(`${side}HighSeconds`, (row) => row.intervals[side]?.[1]),
  ]);
  const columns = [
    raw('dFf', (row) => row.dFf),
    raw('parameters', (row) => row.parameters),
    raw('divisor', (row) => row.divisor),
    raw('group', (row) => row.group),
    measured('slower', (row) => row.slower),
    measured('mlpSeconds', (row) => row.seconds.mlp),
    measured('lowSeconds', (row) => row.interval?.[0]),
    measured('highSeconds', (row) => row.interval?.[1]),
    ...sided,
    ...(['mlp', 'up', 'down'] as const).map((of) => measured(`${of}FlopPerSecond`, (row) => row.flopPerSecond[of])),
    raw('processes', (row) => row.processes),
    raw('confirmed', (row) => row.confirmed),
    raw('baseline', (row) => row.dFf === document.baseline.dFf),
    raw('kernels', (row) => row.kernels.join(' ')),
  ];
  return renderCsv(tableOf(columns, byWidth(document)));
}
