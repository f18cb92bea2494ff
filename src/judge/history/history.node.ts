/**
 * Reads a store of records into tracks. A history can have a million rows, so rows are read from the CSV beside each record, and
 * only the head of the record is parsed. Records without a usable CSV are read completely.
 */
import { existsSync } from 'node:fs';
import { notServedIds } from '../../record/not-served.ts';
import { parseRecord } from '../../record/read.ts';
import { listRecords, readRecord } from '../../record/store.node.ts';
import { WholeFile } from '../../record/whole-file.node.ts';
import { CsvRows } from './csv-rows.node.ts';
import { factsOf, type RunFacts, type RunHead, type RunRow, rowsOf } from './runs.ts';
import { Track } from './track.ts';

/** Most heads are shorter; longer ones are read again. */
const HEAD_BYTES = 1 << 14;
const CASES = /\n? ?"cases": ?\[/;

export interface ReadHistory {
  readonly tracks: readonly Track[];
  readonly records: number;
  readonly rows: number;
  /** Records left out, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Records that are shown and never judged: their intervals come from devices of one process. */
  readonly context: readonly ContextRun[];
}

export interface ContextRun {
  readonly file: string;
  readonly id: string;
  readonly machine: string;
  readonly reason: string;
}

/** Reads all records under a results folder, or of one machine. Throws RecordError for one that is damaged. */
export function readHistory(resultsDir: string, machine?: string): ReadHistory {
  const skipped: { file: string; reason: string }[] = [];
  const context: ContextRun[] = [];
  const runs: { file: string; facts: RunFacts; notServed: readonly string[] }[] = [];
  const merged = new Set<string>();
  const reader = new WholeFile();
  for (const file of listRecords(resultsDir, machine)) {
    const head = readHead(file, reader);
    const facts = factsOf(head);
    for (const id of head.settings.merged ?? []) merged.add(`${facts.machine} ${id}`);
    if (facts.dirty) skipped.push({ file, reason: 'measured on a working tree that differed from its commit' });
    else if (facts.replication === 'device') context.push(contextOf(file, facts));
    else runs.push({ file, facts, notServed: head.notServed ? notServedIds(head.notServed) : [] });
  }
  // The rows of a shard are in the record that it was merged into.
  const judged = runs.filter(({ facts }) => !(facts.isPart && merged.has(`${facts.machine} ${facts.id}`)));
  // Ids start with the time of the run; machines and units interleave.
  judged.sort((a, b) => (a.facts.id < b.facts.id ? -1 : a.facts.id > b.facts.id ? 1 : 0));
  const tracks = new Map<string, Track>();
  const rowReader = new RowReader(reader);
  let rows = 0;
  for (const { file, facts, notServed } of judged) {
    const key = `${facts.machine} ${facts.unit}`;
    const track = tracks.get(key) ?? new Track(facts.machine, facts.unit);
    tracks.set(key, track);
    const read = rowReader.read(file, facts.id, key);
    rows += read.length;
    track.add(facts, read, notServed);
  }
  return { tracks: [...tracks.values()], records: judged.length, rows, skipped, context };
}

function contextOf(file: string, { id, machine }: RunFacts): ContextRun {
  return { file, id, machine, reason: 'replicated by fresh devices in one process, so its intervals never gate' };
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

/** The rows of records in turn; a reader of CSVs for each machine, whose runs are alike. */
class RowReader {
  private readonly csvs = new Map<string, CsvRows>();

  constructor(private readonly reader: WholeFile) {}

  read(file: string, record: string, machine: string): RunRow[] {
    const csv = file.replace(/\.json$/, '.csv');
    const known = this.csvs.get(machine) ?? new CsvRows();
    this.csvs.set(machine, known);
    const rows = existsSync(csv) ? known.read(this.reader.read(csv), record) : null;
    return rows ?? rowsOf(readRecord(file));
  }
}
