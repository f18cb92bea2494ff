/** Records that a new one is compared with: those beside it and in the repository. */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RecordError } from '../../record/record-error.ts';
import type { RunRecord } from '../../record/schema.ts';
import { listRecords, readRecord } from '../../record/store/store.node.ts';
import { type Trace, traceOf } from './replay.ts';

/** No record is larger (the largest of the store has 1.1 MB; one of 10 000 cases about 16 MB). */
export const MAX_RECORD_BYTES = 32 << 20;
/** Of a machine, the newest. */
const MOST_OF_MACHINE = 50;

/** Records of the same machine; none that cannot be read. */
export function* othersOf(path: string, { machine, id }: RunRecord, repository?: string): Generator<RunRecord> {
  const names = new Set([`${id}.json`]);
  for (const folder of foldersOf(path, repository)) {
    for (const file of newest(folder, machine)) {
      if (names.has(basename(file))) continue;
      names.add(basename(file));
      const record = readOr(file);
      if (record) yield record;
    }
  }
}

/** What is compared of records of other machines, in folders of results: whoever takes one of those gives it another name. */
export function* elsewhere(path: string, { machine }: RunRecord, repository?: string): Generator<Trace> {
  for (const folder of foldersOf(path, repository).filter((each) => basename(each) === 'results')) {
    const machines = new Set(listRecords(folder).map((file) => basename(dirname(file))));
    machines.delete(machine);
    for (const other of machines)
      for (const file of newest(folder, other)) {
        const trace = knownTrace(file);
        if (trace) yield trace;
      }
  }
}

function foldersOf(path: string, repository?: string): string[] {
  return [dirname(dirname(path)), ...(repository === undefined ? [] : [join(repository, 'results')])];
}

const newest = (folder: string, machine: string) => listRecords(folder, machine).slice(-MOST_OF_MACHINE);

function readOr(file: string): RunRecord | null {
  if (statSync(file).size > MAX_RECORD_BYTES) return null;
  try {
    return readRecord(file);
  } catch (error) {
    // It has a verdict of its own.
    if (error instanceof RecordError) return null;
    throw error;
  }
}

/** A pull request of many records is compared with the same others each time; records never change. */
const TRACES = new Map<string, Trace | null>();

function knownTrace(file: string): Trace | null {
  const known = TRACES.get(file);
  if (known !== undefined) return known;
  const record = readOr(file);
  const trace = record && traceOf(record);
  TRACES.set(file, trace);
  return trace;
}
