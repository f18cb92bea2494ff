/** A search as a table for programs: one row per candidate, ascending in d_ff. Numbers and plain words only. */
import { renderCsv } from './document/csv.ts';
import { type ColumnOf, column, tableOf } from './document/table.ts';
import { RAW } from './quantities.ts';
import { type Between, byWidth, type SearchDocument, type SearchRow } from './search.ts';

export function renderSearchCsv(document: SearchDocument): string {
  const raw = (title: string, of: (row: SearchRow) => number | string | boolean | null): ColumnOf<SearchRow> =>
    column(title, RAW, of);
  const measured = (title: string, of: (row: SearchRow) => number | null) =>
    raw(title, (row) => {
      const value = of(row);
      return value === null ? null : Number(value.toPrecision(5));
    });
  const end = (interval: Between | null, which: 0 | 1) => interval?.[which] ?? null;
  const columns = [
    raw('dFf', (row) => row.dFf),
    raw('parameters', (row) => row.parameters),
    raw('divisor', (row) => row.divisor),
    raw('group', (row) => row.group),
    measured('slower', (row) => row.slower),
    measured('mlpSeconds', (row) => row.seconds.mlp),
    measured('lowSeconds', (row) => end(row.interval, 0)),
    measured('highSeconds', (row) => end(row.interval, 1)),
    measured('upSeconds', (row) => row.seconds.up),
    measured('upLowSeconds', (row) => end(row.intervals.up, 0)),
    measured('upHighSeconds', (row) => end(row.intervals.up, 1)),
    measured('downSeconds', (row) => row.seconds.down),
    measured('downLowSeconds', (row) => end(row.intervals.down, 0)),
    measured('downHighSeconds', (row) => end(row.intervals.down, 1)),
    measured('mlpFlopPerSecond', (row) => row.flopPerSecond.mlp),
    measured('upFlopPerSecond', (row) => row.flopPerSecond.up),
    measured('downFlopPerSecond', (row) => row.flopPerSecond.down),
    raw('processes', (row) => row.processes),
    raw('confirmed', (row) => row.confirmed),
    raw('baseline', (row) => row.dFf === document.baseline.dFf),
    raw('kernels', (row) => row.kernels.join(' ')),
  ];
  return renderCsv(tableOf(columns, byWidth(document)));
}
