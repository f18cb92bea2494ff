/**
 * A history read from Parquet: `compacted/<machine>/<year>-<month>.parquet` in a results folder, one row a case
 * and one with the head of each record, in the order of runs. `run` and `identity` number what repeats, so that judging reads three columns of numbers.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { parseRecord } from '../read.ts';
import { RecordError } from '../record-error.ts';
import type { RunRecord } from '../schema.ts';
import { DuckDb, parquet } from './duckdb.node.ts';
import { byPlace, type HistoryStore, type RunHead, type RunRow, type StoredRun } from './history-store.ts';
import { COMPACTED } from './store.node.ts';

/** A run and where it is in Parquet. */
interface CompactedRun extends StoredRun {
  readonly month: string;
  /** Its number there. */
  readonly run: number;
}

type Identity = Omit<RunRow, 'seconds'>;

export class CompactedStore implements HistoryStore {
  private readonly known: ReadonlyMap<string, CompactedRun>;

  private constructor(
    private readonly db: DuckDb,
    readonly runs: readonly CompactedRun[],
  ) {
    this.known = new Map(runs.map((run) => [`${run.machine}/${run.id}`, run]));
  }

  /**
   * Null where nothing is compacted. Throws RecordError.
   *
   * @param place of the results, for messages; another than the folder where that is a copy
   */
  static async open(resultsDir: string, machine?: string, place = resultsDir): Promise<CompactedStore | null> {
    if (!existsSync(join(resultsDir, COMPACTED))) return null;
    const db = await DuckDb.open(place);
    const runs: CompactedRun[] = [];
    for (const month of months(resultsDir, machine)) runs.push(...(await runsOf(db, place, month)));
    return new CompactedStore(db, runs.sort(byPlace));
  }

  async *heads(runs: readonly StoredRun[]): AsyncGenerator<RunHead> {
    for (const { month, numbers, files } of this.byMonth(runs)) {
      const heads = await this.db.rows(month, `SELECT run, head FROM ${parquet(month)} WHERE head IS NOT NULL`);
      const known = new Map(heads.map(([run, head]) => [Number(run), String(head)]));
      for (const [i, run] of numbers.entries())
        yield parseRecord(joined({ head: known.get(run) ?? '', cases: [] }), files[i] as string);
    }
  }

  async *rows(runs: readonly StoredRun[]): AsyncGenerator<readonly RunRow[]> {
    for (const { month, numbers } of this.byMonth(runs)) {
      const identities = await identitiesOf(this.db, month);
      let [wanted, rows] = [0, [] as RunRow[]];
      for await (const chunk of this.db.chunks(
        month,
        `SELECT run, identity, medianSeconds FROM ${parquet(month)} WHERE identity IS NOT NULL`,
      )) {
        const [runs, its, seconds] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
        for (let i = 0, { rowCount } = chunk; i < rowCount; i++) {
          const run = Number(runs?.getItem(i));
          // A record without cases has no row here.
          for (; (numbers[wanted] ?? run) < run; wanted++) {
            yield rows;
            rows = [];
          }
          const identity = identities[Number(its?.getItem(i))];
          if (identity === undefined) throw new RecordError(month, undefined, 'has a row without its identity');
          if (numbers[wanted] === run) rows.push({ ...identity, seconds: Number(seconds?.getItem(i) ?? Number.NaN) });
        }
      }
      for (; wanted < numbers.length; wanted++) {
        yield rows;
        rows = [];
      }
    }
  }

  async record(run: StoredRun): Promise<RunRecord> {
    return parseRecord(await this.text(run), run.file);
  }

  /** The whole record as one line of JSON, cases last. */
  async text(run: StoredRun): Promise<string> {
    const { month, run: number } = this.compacted(run);
    for await (const parts of recordParts(this.db, month, number)) return joined(parts);
    throw new RecordError(month, undefined, `lacks the record ${run.id}`);
  }

  has({ machine, id }: StoredRun): boolean {
    return this.known.has(`${machine}/${id}`);
  }

  /** Runs of one month together; they follow each other. */
  private *byMonth(runs: readonly StoredRun[]) {
    const all = runs.map((run) => this.compacted(run));
    for (let from = 0; from < all.length; ) {
      const month = all[from]?.month as string;
      let to = from;
      while (all[to]?.month === month) to++;
      const these = all.slice(from, to);
      yield { month, numbers: these.map(({ run }) => run), files: these.map(({ file }) => file) };
      from = to;
    }
  }

  private compacted({ machine, id }: StoredRun): CompactedRun {
    const found = this.known.get(`${machine}/${id}`);
    if (!found) throw new Error(`${machine}/${id} is not compacted`);
    return found;
  }
}

/** A record as it was, in pieces of JSON. */
export interface RecordParts {
  readonly run: number;
  readonly head: string;
  readonly cases: readonly string[];
}

/** Whole records of one month, in order. */
export async function* recordParts(db: DuckDb, month: string, only?: number): AsyncGenerator<RecordParts> {
  const where = only === undefined ? '' : `WHERE run = ${only}`;
  let [run, head, cases] = [-1, '', [] as string[]];
  for await (const chunk of db.chunks(month, `SELECT run, head, "row" FROM ${parquet(month)} ${where}`)) {
    const [runs, heads, rows] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
    for (let i = 0; i < chunk.rowCount; i++) {
      const text = heads?.getItem(i);
      if (text === null) {
        cases.push(String(rows?.getItem(i)));
        continue;
      }
      if (run >= 0) yield { run, head, cases };
      [run, head, cases] = [Number(runs?.getItem(i)), String(text), []];
    }
  }
  if (run >= 0) yield { run, head, cases };
}

/** One line of JSON, cases last. */
export function joined({ head, cases }: Pick<RecordParts, 'head' | 'cases'>): string {
  return `${head.slice(0, -1)},"cases":[${cases.join(',')}]}`;
}

function months(resultsDir: string, machine?: string): string[] {
  const folder = join(resultsDir, COMPACTED);
  const machines = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (machine === undefined || entry.name === machine))
    .map(({ name }) => name);
  return machines
    .flatMap((name) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)))
    .filter((file) => file.endsWith('.parquet'));
}

async function runsOf(db: DuckDb, resultsDir: string, month: string): Promise<CompactedRun[]> {
  const found = await db.rows(month, `SELECT run, machine, record FROM ${parquet(month)} WHERE head IS NOT NULL`);
  return found.map(([run, machine, record]) => {
    const place = { machine: String(machine), id: String(record) };
    return { ...place, file: join(resultsDir, place.machine, `${place.id}.json`), month, run: Number(run) };
  });
}

async function identitiesOf(db: DuckDb, month: string): Promise<Identity[]> {
  const columns = ['series', 'id', 'status', 'kernel', 'kernelHash'].map((name) => `any_value(${name})`).join(', ');
  const found = await db.rows(
    month,
    `SELECT identity, ${columns} FROM ${parquet(month)} WHERE identity IS NOT NULL GROUP BY identity`,
  );
  const identities: Identity[] = [];
  for (const [identity, ...cells] of found) identities[Number(identity)] = identityOf(cells);
  return identities;
}

function identityOf(cells: readonly DuckDBValue[]): Identity {
  const [series = '', id = '', status, kernel = '', kernelHash = ''] = cells.map((cell) =>
    cell === null ? '' : String(cell),
  );
  return { series, id, status: status === 'measured' || status === 'failed' ? status : 'skipped', kernel, kernelHash };
}
