/** Writes one month of one machine's records to Parquet: whole and verified, or not at all. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { CSV_COLUMNS } from '../csv.ts';
import { makeFolder, onDisk, syncFolder } from '../disk.node.ts';
import { parseAsWritten } from '../read.ts';
import { RecordError } from '../record-error.ts';
import type { Row } from '../row.ts';
import { recordSchema } from '../schema.ts';
import { recordParts } from './compacted-store.node.ts';
import { type DuckDb, parquet, text } from './duckdb.node.ts';
import type { StoredRun } from './history-store.ts';

/** Columns of the CSV that are no text. */
const NUMBERS = [
  ...['batch', 'experts', 'm', 'n', 'k', 'seed', 'repeats', 'medianSeconds', 'lowSeconds', 'highSeconds'],
  ...['processes', 'samples', 'flop', 'bytes', 'flopPerSecond', 'bytesPerSecond', 'ofPeak', 'ofRoofline'],
  ...['kernelError', 'formatError', 'errorBudget'],
];
const TRUTHS = ['dirty', 'bias', 'launchBound'];

/** Rows are appended to DuckDB this many at a time: what a chunk of it holds. */
const CHUNK = 2048;
/** Rows of a group are decompressed together; with the JSON of each, DuckDB's usual 122880 are too many. */
const ROW_GROUP = 16_384;

const CELLS = Object.entries(CSV_COLUMNS);

/**
 * A record has one row with its `head`, and one for each case: what repeats as numbers, the columns of the CSV, and the `row` as
 * it is in the record.
 */
const COLUMNS: readonly (readonly [name: string, type: 'INTEGER' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR'])[] = [
  ['run', 'INTEGER'],
  ['identity', 'INTEGER'],
  ...CELLS.map(([name]) => [name, typeOf(name)] as const),
  ['head', 'VARCHAR'],
  ['row', 'VARCHAR'],
];

const TEXTS: ReadonlySet<string> = new Set(COLUMNS.flatMap(([name, type]) => (type === 'VARCHAR' ? [name] : [])));

function typeOf(name: string) {
  return NUMBERS.includes(name) ? 'DOUBLE' : TRUTHS.includes(name) ? 'BOOLEAN' : 'VARCHAR';
}

/** The JSON of a record. */
export interface WholeRecord {
  readonly run: StoredRun;
  readonly text: string;
}

/**
 * @param records in the order of their runs
 * @throws RecordError, DiskError; a file that was there stays as it was
 */
export async function writeMonth(db: DuckDb, file: string, records: Iterable<WholeRecord>): Promise<void> {
  makeFolder(dirname(file));
  const temporary = `${file}.tmp`;
  try {
    const written = await fill(db, file, records);
    await db.rows(
      temporary,
      `COPY month TO ${text(temporary)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP})`,
    );
    await verify(db, temporary, written);
    onDisk(file, () => {
      const descriptor = openSync(temporary, 'r+');
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(temporary, file);
    });
    syncFolder(file);
  } finally {
    rmSync(temporary, { force: true });
    await db.rows(file, 'DROP TABLE IF EXISTS month');
  }
}

/** Fills the table `month`. @returns hashes of the records, by number */
async function fill(db: DuckDb, file: string, records: Iterable<WholeRecord>): Promise<string[]> {
  const table = COLUMNS.map(([name, type]) => `"${name}" ${type}`).join(', ');
  await db.rows(file, `CREATE OR REPLACE TEMP TABLE month (${table})`);
  const { DuckDBDataChunk, INTEGER, DOUBLE, BOOLEAN, VARCHAR } = db.library;
  const types: Record<string, DuckDBType> = { INTEGER, DOUBLE, BOOLEAN, VARCHAR };
  const appender = await db.connection.createAppender('month');
  const identities = new Map<string, number>();
  const hashes: string[] = [];
  const append = (rows: DuckDBValue[][]) => {
    const chunk = DuckDBDataChunk.create(COLUMNS.map(([, type]) => types[type] as DuckDBType));
    chunk.setRows(rows);
    appender.appendDataChunk(chunk);
  };
  let waiting: DuckDBValue[][] = [];
  for (const whole of records) {
    const hash = createHash('sha256');
    for (const row of rowsOf(whole, hashes.length, identities)) {
      // Its head or its case.
      hash.update(String(row.at(-2) ?? row.at(-1)));
      waiting.push(row);
      if (waiting.length < CHUNK) continue;
      append(waiting);
      waiting = [];
    }
    hashes.push(hash.digest('hex'));
  }
  if (waiting.length > 0) append(waiting);
  appender.closeSync();
  return hashes;
}

function* rowsOf(
  { run: { machine, id, file }, text }: WholeRecord,
  run: number,
  identities: Map<string, number>,
): Generator<DuckDBValue[]> {
  const { parsed: record, written } = parseAsWritten(text, file, recordSchema);
  if (record.id !== id || record.machine !== machine)
    throw new RecordError(
      file,
      undefined,
      `is the record ${record.id} of ${record.machine}, and not where its name says`,
    );
  const { cases, ...head } = written as { cases: readonly unknown[] };
  yield [
    run,
    null,
    ...CELLS.map(([name]) => (name === 'record' ? id : name === 'machine' ? machine : null)),
    JSON.stringify(head),
    null,
  ];
  for (const [i, row] of record.cases.entries()) {
    const cells = CELLS.map(([name, cellOf]) => stored(name, cellOf(row, record)));
    yield [run, numberOf(row, identities), ...cells, null, JSON.stringify(cases[i])];
  }
}

/** A scale's block, for one, is a number or a word. */
function stored(name: string, cell: string | number | boolean | undefined): DuckDBValue {
  if (cell === undefined) return null;
  return TEXTS.has(name) ? String(cell) : cell;
}

function numberOf({ series, id, status, kernel }: Row, identities: Map<string, number>): number {
  const key = JSON.stringify([series, id, status, kernel.name, kernel.hash]);
  const known = identities.get(key) ?? identities.size;
  identities.set(key, known);
  return known;
}

/** Reads back what was written: every record as it was, and the columns that verdicts are made from. */
async function verify(db: DuckDb, file: string, hashes: readonly string[]): Promise<void> {
  let found = 0;
  for await (const { run, head, cases } of recordParts(db, file)) {
    const hash = createHash('sha256').update(head);
    for (const one of cases) hash.update(one);
    if (run === found && hash.digest('hex') === hashes[run]) found++;
  }
  if (found !== hashes.length)
    throw new RecordError(file, undefined, `record ${found} is not as it was written; nothing was changed`);
  const same = Object.entries(JUDGED).map(([name, path]) => `"${name}" IS NOT DISTINCT FROM ${path}`);
  const names = Object.keys(JUDGED).filter((name) => name !== 'medianSeconds');
  const [wrong] = await db.rows(
    file,
    `SELECT (SELECT count(*) FROM ${parquet(file)} WHERE head IS NULL AND NOT (${same.join(' AND ')})),
      (SELECT count(*) FROM (SELECT identity FROM ${parquet(file)} WHERE identity IS NOT NULL GROUP BY identity
        HAVING count(DISTINCT (${names.join(', ')})) <> 1))`,
  );
  if (wrong?.some((count) => Number(count) !== 0))
    throw new RecordError(file, undefined, 'columns differ from the records; nothing was changed');
}

/** What is judged, and where a case has it. */
const JUDGED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['series', 'id', 'status'].map((name) => [name, `"row"->>'$.${name}'`])),
  kernel: `"row"->>'$.kernel.name'`,
  kernelHash: `"row"->>'$.kernel.hash'`,
  medianSeconds: `TRY_CAST("row"->>'$.summary.medianSeconds' AS DOUBLE)`,
};
