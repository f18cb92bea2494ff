/**
 * The one interface through which histories are read: the runs of a results folder, without taking apart what judging does not
 * need. Records are read from their files, or from Parquet where they were compacted.
 */
import type { RunRecord } from '../schema.ts';

/** A record without its cases. */
export type RunHead = Omit<RunRecord, 'cases'>;

export type RowStatus = 'measured' | 'skipped' | 'failed';

/** One case of a run. */
export interface RunRow {
  readonly series: string;
  readonly id: string;
  readonly status: RowStatus;
  /** Median over processes, per launch; NaN unless measured. */
  readonly seconds: number;
  /** Name and source hash of the kernel that ran; empty where none did. */
  readonly kernel: string;
  readonly kernelHash: string;
}

/** Where a record is. */
export interface StoredRun {
  /** Name of the folder that it is in. */
  readonly machine: string;
  /** Name of its file, without `.json`. */
  readonly id: string;
  /** Its file, for messages; a compacted record may be only in Parquet. */
  readonly file: string;
}

/**
 * Runs are read in the order of `runs`: machines by name, oldest first within a machine. Subsets must keep that order. All throw
 * RecordError for what is damaged.
 */
export interface HistoryStore {
  readonly runs: readonly StoredRun[];
  heads(runs: readonly StoredRun[]): AsyncIterable<RunHead>;
  rows(runs: readonly StoredRun[]): AsyncIterable<readonly RunRow[]>;
  /** The whole record, without samples. */
  record(run: StoredRun): Promise<RunRecord>;
}

export function rowsOf({ cases }: Pick<RunRecord, 'cases'>): RunRow[] {
  return cases.map((row) => ({
    series: row.series,
    id: row.id,
    status: row.status,
    seconds: row.status === 'measured' ? row.summary.medianSeconds : Number.NaN,
    kernel: row.kernel.name ?? '',
    kernelHash: row.kernel.hash ?? '',
  }));
}

/** The order of runs: that of their files in a folder. */
export function byPlace(one: StoredRun, other: StoredRun): number {
  if (one.machine !== other.machine) return one.machine < other.machine ? -1 : 1;
  const [a, b] = [`${one.id}.json`, `${other.id}.json`];
  return a < b ? -1 : a > b ? 1 : 0;
}
