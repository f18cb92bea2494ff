/** One row per case, for spreadsheets and DuckDB. Column names are the record's own. */
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { Row } from './row.ts';
import type { RunRecord } from './schema.ts';

type Cell = string | number | boolean | undefined;

/** In this order; a column that does not apply to a row is empty. */
export const CSV_COLUMNS: Readonly<Record<string, (row: Row, record: RunRecord) => Cell>> = {
  record: (_, record) => record.id,
  machine: (_, record) => record.machine,
  unit: (_, record) => record.unit,
  commit: (_, record) => record.commit?.sha,
  dirty: (_, record) => record.commit?.dirty,
  startedAt: (_, record) => record.startedAt,
  id: (row) => row.id,
  series: (row) => row.series,
  suite: (row) => row.suite,
  phase: (row) => row.phase,
  name: (row) => row.name,
  status: (row) => row.status,
  reason: (row) => (row.status === 'measured' ? undefined : row.reason),
  batch: (row) => row.shape.batch,
  experts: (row) => row.groups?.experts,
  m: (row) => row.shape.m,
  n: (row) => row.shape.n,
  k: (row) => row.shape.k,
  layout: (row) => row.layout,
  w: (row) => row.format.w,
  a: (row) => row.format.a,
  acc: (row) => row.format.acc,
  out: (row) => row.format.out,
  scaleBlock: (row) => row.scale?.block,
  scaleFormat: (row) => row.scale?.format,
  scaleRule: (row) => row.scale?.rule,
  bias: (row) => row.bias,
  operands: (row) => row.operands.mode,
  distribution: (row) => row.distribution,
  seed: (row) => row.seed,
  kernelRequested: (row) => row.kernel.requested,
  kernel: (row) => row.kernel.name,
  kernelHash: (row) => row.kernel.hash,
  tile: ({ kernel: { tile } }) => tile && `${tile.m}x${tile.n}x${tile.k}`,
  thread: ({ kernel: { thread } }) => thread && `${thread.m}x${thread.n}`,
  clock: (row) => row.visits[0]?.clock,
  repeats: (row) => row.visits[0]?.repeats,
  medianSeconds: (row) => summary(row)?.medianSeconds,
  lowSeconds: (row) => summary(row)?.intervalSeconds[0],
  highSeconds: (row) => summary(row)?.intervalSeconds[1],
  intervalKind: (row) => summary(row)?.intervalKind,
  processes: (row) => summary(row)?.processes,
  samples: (row) => summary(row)?.samples,
  flop: (row) => row.flop,
  bytes: (row) => row.bytes,
  flopPerSecond: (row) => summary(row)?.flopPerSecond,
  bytesPerSecond: (row) => summary(row)?.bytesPerSecond,
  ofPeak: (row) => summary(row)?.ofPeak,
  ofRoofline: (row) => summary(row)?.ofRoofline,
  launchBound: (row) => summary(row)?.launchBound,
  kernelError: (row) => verify(row)?.kernelError ?? undefined,
  formatError: (row) => verify(row)?.formatError ?? undefined,
  errorBudget: (row) => verify(row)?.budget,
  warnings: (row) => row.warnings.map((warning) => warning.code).join(';'),
  from: (row) => row.from,
};

/** A line break of any kind, also one that is no record delimiter here: other readers end a record at it. */
const LINE_BREAK = /[\r\n]/;

/**
 * A record's rows, with a header line.
 *
 * @param names of columns; by default all of this version
 */
export function toCsv(record: RunRecord, names: readonly string[] = Object.keys(CSV_COLUMNS)): string {
  const rows = record.cases.map((row) => names.map((name) => printed(CSV_COLUMNS[name]?.(row, record))));
  return csvText([names, ...rows]);
}

/** RFC 4180. Text that a spreadsheet would run as a formula is made inert with a leading quote. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return stringify([...rows], { escape_formulas: true, record_delimiter: 'windows', quoted_match: LINE_BREAK });
}

function printed(cell: Cell): string {
  return cell === undefined ? '' : String(cell);
}

function summary(row: Row) {
  return row.status === 'measured' ? row.summary : undefined;
}

function verify(row: Row) {
  return row.status === 'skipped' ? undefined : row.verify;
}
