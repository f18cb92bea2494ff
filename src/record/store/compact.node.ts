/** Compacts records: those of each machine and month to one Parquet file, which is written again only when a record is new. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../disk.node.ts';
import { lock } from '../journal/lock.node.ts';
import { type WholeRecord, writeMonth } from './compacted-month.node.ts';
import { CompactedStore, joined, recordParts } from './compacted-store.node.ts';
import { DirectStore } from './direct-store.node.ts';
import { DuckDb } from './duckdb.node.ts';
import { byPlace, type StoredRun } from './history-store.ts';
import { COMPACTED } from './store.node.ts';

export interface CompactedMonth {
  readonly machine: string;
  /** `2026-01` */
  readonly month: string;
  readonly file: string;
  /** In the file, and of these new. */
  readonly records: number;
  readonly added: number;
}

/**
 * Compacts the records of a results folder, which stay.
 *
 * @param into results folder to write to; usually the same
 * @returns the months that have records, in order
 * @throws RecordError for a record that is damaged, LockHeld, DiskError
 */
export async function compact(resultsDir: string, into: string): Promise<CompactedMonth[]> {
  const folder = join(into, COMPACTED);
  makeFolder(folder);
  const release = lock(join(folder, '.lock'));
  try {
    const db = await DuckDb.open(folder);
    const known = await CompactedStore.open(into);
    const months = new Map<string, StoredRun[]>();
    for (const run of new DirectStore(resultsDir).runs) {
      const key = `${run.machine}/${monthOf(run)}`;
      months.set(key, [...(months.get(key) ?? []), run]);
    }
    const done: CompactedMonth[] = [];
    for (const [key, runs] of months) {
      const [machine = '', month = ''] = key.split('/');
      const there = known?.runs.filter((run) => run.machine === machine && monthOf(run) === month) ?? [];
      const fresh = runs.filter((run) => !known?.has(run));
      const file = join(folder, machine, `${month}.parquet`);
      const all = [...there, ...fresh].sort(byPlace);
      if (fresh.length > 0) {
        const old = new Map<number, string>();
        if (there.length > 0) for await (const parts of recordParts(db, file)) old.set(parts.run, joined(parts));
        const numbers = new Map<StoredRun, number>(there.map((run) => [run, run.run]));
        const textOf = (run: StoredRun) => old.get(numbers.get(run) ?? -1) ?? readFileSync(run.file, 'utf8');
        await writeMonth(db, file, each(all, textOf));
      }
      done.push({ machine, month, file, records: all.length, added: fresh.length });
    }
    return done;
  } finally {
    release();
  }
}

/** One at a time: a month may not fit into memory. */
function* each(runs: readonly StoredRun[], textOf: (run: StoredRun) => string): Generator<WholeRecord> {
  for (const run of runs) yield { run, text: textOf(run) };
}

/** Ids start with the time of the run. */
function monthOf({ id }: StoredRun): string {
  return `${id.slice(0, 4)}-${id.slice(4, 6)}`;
}
