/** Records on disk: `results/<machine>/<utc>-<commit>.json`, each written atomically and never overwritten. */
import { existsSync, linkSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toCsv } from '../csv.ts';
import { codeOf, makeFolder, onDisk, replace, syncFolder, temporary } from '../disk.node.ts';
import { machineSchema } from '../environment.ts';
import { type Journal, readJournal } from '../journal/journal.node.ts';
import { visitsMissing } from '../journal/journal.ts';
import { machineText } from '../machine.ts';
import { parseRecord, parseStored } from '../read.ts';
import { RecordError } from '../record-error.ts';
import { bytesOfSamples, joinSamples } from '../samples.ts';
import { parseSamples } from '../samples-schema.ts';
import type { RunRecord } from '../schema.ts';
import { inflated, onSidecar } from './sidecar.node.ts';
import { samplesFile, storedRecord } from './stored.ts';

const RECORD_FILE = /^\d{8}T\d{6}Z-.+(?<!\.samples)\.json$/;

export interface WrittenRecord {
  /** As stored: rounded, its samples in the sidecar. */
  readonly record: RunRecord;
  readonly json: string;
  readonly csv: string;
  readonly samples: string;
  /** All files that were written, the machine's too if this is its first record. */
  readonly files: readonly string[];
}

/**
 * Writes a finished run: sidecar and CSV first, the JSON last and atomically, then the journal is removed; the record must hold
 * all its visits. Numbers are rounded to 5 significant digits on the way.
 *
 * @throws RecordError when a record of that id is there already, DiskError when there is no room; nothing is left then
 */
export function writeRecord(resultsDir: string, record: RunRecord, journal?: Journal): WrittenRecord {
  const folder = join(resultsDir, record.machine);
  makeFolder(folder);
  const file = (suffix: string) => join(folder, record.id + suffix);
  const [json, csv, sidecar] = [file('.json'), file('.csv'), join(folder, samplesFile(record))];
  if (existsSync(json)) throw new RecordError(json, undefined, 'is there already; records are never overwritten');
  const stored = storedRecord(record);
  const machine = wholeOrNothing([sidecar, csv], () => {
    const written = writeMachine(folder, record);
    replace(sidecar, gzipSync(stored.samples));
    replace(csv, toCsv(stored.record));
    create(json, stored.json);
    return written;
  });
  if (journal) removeWhenHeld(journal, record);
  return { record: stored.record, json, csv, samples: sidecar, files: [json, csv, sidecar, ...machine] };
}

/** Without its JSON a record does not exist, and its other files would be in the way of a disk that is full. */
function wholeOrNothing<T>(files: readonly string[], write: () => T): T {
  try {
    return write();
  } catch (error) {
    for (const file of files) if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) rmSync(file, { force: true });
    throw error;
  }
}

/** A journal that somebody removed during the run holds nothing that the record has not. */
function removeWhenHeld(journal: Journal, record: RunRecord): void {
  const entries = existsSync(journal.file) ? readJournal(journal.file).entries : [];
  const missing = visitsMissing(record, entries);
  if (missing.length > 0) throw new Error(`${journal.file} is kept: the record lacks ${missing.join(', ')}`);
  journal.remove();
}

/** Reads one record, without its samples. Throws RecordError. */
export function readRecord(file: string): RunRecord {
  return parseRecord(readText(file), file);
}

/** Puts the samples back into a record; null when it has no sidecar beside it. Throws RecordError when that is damaged. */
export function readSamples(file: string, record: RunRecord): RunRecord | null {
  if (!record.samples) return null;
  const sidecar = join(dirname(file), record.samples.file);
  if (!existsSync(sidecar)) return null;
  const { hash } = record.samples;
  return onSidecar(sidecar, () =>
    joinSamples(record, parseSamples(inflated(readFileSync(sidecar), bytesOfSamples(record)), hash)),
  );
}

/** Folders of results that are no machine's. */
export const INSPECTIONS = 'inspections';
export const COMPACTED = 'compacted';
const NO_MACHINES: readonly string[] = [INSPECTIONS, COMPACTED];

/** Paths of all records under a results folder, oldest first within a machine. */
export function listRecords(resultsDir: string, machine?: string): string[] {
  if (!existsSync(resultsDir)) return [];
  const machines = readdirSync(resultsDir)
    .filter((name) => !NO_MACHINES.includes(name) && (machine === undefined || name === machine))
    .filter((name) => isFolder(join(resultsDir, name)))
    .sort();
  return machines.flatMap((name) =>
    readdirSync(join(resultsDir, name))
      .filter((file) => RECORD_FILE.test(file))
      .sort()
      .map((file) => join(resultsDir, name, file)),
  );
}

/** Links to folders count; a broken link is an error, because it would hide a history. */
function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new RecordError(path, undefined, 'is a link that leads nowhere; mend or remove it');
  return found.isDirectory();
}

/** Reading anything this large as one record is a mistake. */
const MAX_RECORD_BYTES = 256 << 20;

function readText(file: string): string {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new RecordError(file, undefined, 'is a directory; name a record in it');
    if (stats.size > MAX_RECORD_BYTES)
      throw new RecordError(file, undefined, `is ${stats.size} bytes long, too large for a record`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new RecordError(file, undefined, 'no such file');
    throw error;
  }
}

/** @returns the file if it is new */
function writeMachine(folder: string, record: RunRecord): string[] {
  const file = join(folder, 'machine.json');
  if (existsSync(file)) {
    const { machine } = parseStored(readFileSync(file, 'utf8'), file, machineSchema);
    if (machine !== record.machine)
      throw new RecordError(file, undefined, `describes ${machine}, not ${record.machine}`);
    return [];
  }
  try {
    create(file, machineText(record.environment));
    return [file];
  } catch (error) {
    // Another run on this machine was first.
    if (!(error instanceof RecordError)) throw error;
    return [];
  }
}

/** Writes a new file atomically; it must not exist. Throws RecordError, or DiskError. */
export function create(file: string, content: string): void {
  const whole = temporary(file, content);
  try {
    linkSync(whole, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new RecordError(file, undefined, 'is there already; records are never overwritten');
    // Without hard links: check once more, then rename.
    if (existsSync(file)) throw new RecordError(file, undefined, 'is there already; records are never overwritten');
    onDisk(file, () => renameSync(whole, file));
  } finally {
    rmSync(whole, { force: true });
  }
  syncFolder(file);
}
