/**
 * A history read from its record files. It can have a million rows, so rows are read from the CSV beside each record, and only the
 * head of the record is parsed. Records without a usable CSV are read completely.
 */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseRecord } from '../read.ts';
import type { RunRecord } from '../schema.ts';
import { CsvRows } from './csv-rows.node.ts';
import { type HistoryStore, type RunHead, type RunRow, rowsOf, type StoredRun } from './history-store.ts';
import { listRecords, readRecord } from './store.node.ts';
import { WholeFile } from './whole-file.node.ts';

/** Most heads are shorter; longer ones are read again. */
const HEAD_BYTES = 1 << 14;
const CASES = /\n? ?"cases": ?\[/;

export class DirectStore implements HistoryStore {
  readonly runs: readonly StoredRun[];
  private readonly reader = new WholeFile();
  /** A reader of CSVs for each machine, whose runs are alike. */
  private readonly csvs = new Map<string, CsvRows>();

  constructor(resultsDir: string, machine?: string) {
    this.runs = listRecords(resultsDir, machine).map((file) => ({
      machine: basename(dirname(file)),
      id: basename(file, '.json'),
      file,
    }));
  }

  async *heads(runs: readonly StoredRun[]): AsyncGenerator<RunHead> {
    for (const { file } of runs) yield readHead(file, this.reader);
  }

  async *rows(runs: readonly StoredRun[]): AsyncGenerator<readonly RunRow[]> {
    for (const run of runs) yield this.rowsOf(run);
  }

  async record({ file }: StoredRun): Promise<RunRecord> {
    return readRecord(file);
  }

  private rowsOf({ file, id, machine }: StoredRun): readonly RunRow[] {
    const csv = file.replace(/\.json$/, '.csv');
    const known = this.csvs.get(machine) ?? new CsvRows();
    this.csvs.set(machine, known);
    const rows = existsSync(csv) ? known.read(this.reader.read(csv), id) : null;
    return rows ?? rowsOf(readRecord(file));
  }
}

/** All of a record but its cases. */
function readHead(file: string, reader: WholeFile): RunHead {
  const head = textBeforeCases(file, reader);
  return head === null ? readRecord(file) : parseRecord(head, file);
}

/** The text of a record up to its cases, closed as if it had none; null when it is not laid out as this project writes it. */
function textBeforeCases(file: string, reader: WholeFile): string | null {
  for (let most = HEAD_BYTES; ; most *= 8) {
    const bytes = reader.read(file, most);
    // As latin1, so that no character is cut at the end.
    const found = CASES.exec(bytes.toString('latin1'));
    if (found) return `${bytes.toString('utf8', 0, found.index)}"cases":[]}`;
    if (bytes.length < most) return null;
  }
}
