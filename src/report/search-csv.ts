/** One row per candidate, ascending in d_ff. Numbers and plain words only, so that nothing needs quotes. */
import { type Between, byWidth, type SearchDocument, type SearchRow } from './search.ts';

const COLUMNS: Readonly<Record<string, (row: SearchRow, document: SearchDocument) => number | string | boolean>> = {
  dFf: (row) => row.dFf,
  parameters: (row) => row.parameters,
  divisor: (row) => row.divisor,
  group: (row) => row.group,
  slower: (row) => precise(row.slower),
  mlpSeconds: (row) => precise(row.seconds.mlp),
  lowSeconds: (row) => end(row.interval, 0),
  highSeconds: (row) => end(row.interval, 1),
  upSeconds: (row) => precise(row.seconds.up),
  upLowSeconds: (row) => end(row.intervals.up, 0),
  upHighSeconds: (row) => end(row.intervals.up, 1),
  downSeconds: (row) => precise(row.seconds.down),
  downLowSeconds: (row) => end(row.intervals.down, 0),
  downHighSeconds: (row) => end(row.intervals.down, 1),
  mlpFlopPerSecond: (row) => precise(row.flopPerSecond.mlp),
  upFlopPerSecond: (row) => precise(row.flopPerSecond.up),
  downFlopPerSecond: (row) => precise(row.flopPerSecond.down),
  processes: (row) => row.processes,
  confirmed: (row) => row.confirmed,
  baseline: (row, { baseline }) => row.dFf === baseline.dFf,
  kernels: (row) => row.kernels.join(' '),
};

/** RFC 4180, with a header line. */
export function renderSearchCsv(document: SearchDocument): string {
  const rows = byWidth(document).map((row) => Object.values(COLUMNS).map((cell) => String(cell(row, document))));
  return [Object.keys(COLUMNS), ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** Empty where there is no interval. */
function end(interval: Between | null, which: 0 | 1): number | string {
  return interval === null ? '' : precise(interval[which]);
}

function precise(value: number): number {
  return Number(value.toPrecision(5));
}
