/** The journal on disk: every line is flushed before the next measurement starts; one writer at a time. */
import {
  closeSync,
  type Dirent,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, diskErrorOf, makeFolder, onDisk, removeIfEmpty, writeAt } from '../disk.node.ts';
import { parseRecord } from '../read.ts';
import {
  type JournalEntry,
  JournalError,
  type JournalHeader,
  type JournalText,
  parseJournal,
  visitsMissing,
} from './journal.ts';
import { LockHeld, lock } from './lock.node.ts';

const SUFFIX = '.journal.ndjson';

/** An open journal. `append` returns when the line is on disk. */
export interface Journal {
  readonly file: string;
  readonly header: JournalHeader;
  append(entry: JournalEntry): void;
  /** Stops writing and keeps the file, to be resumed. */
  close(): void;
  /** Stops writing and removes the file, and the folder of the machine if nothing else is in it. */
  remove(): void;
}

/**
 * Starts `results/<machine>/<id>.journal.ndjson`. The id becomes `<id>-2`, `-3` … when anything of that name is there already,
 * so the id of the header returned is the one to use.
 */
export function openJournal(resultsDir: string, header: JournalHeader): Journal {
  const folder = join(resultsDir, header.machine);
  for (let copy = 1; ; copy++) {
    makeFolder(folder);
    const id = copy === 1 ? header.id : `${header.id}-${copy}`;
    if (isTaken(folder, id)) continue;
    const file = join(folder, id + SUFFIX);
    const descriptor = createExclusive(file);
    if (descriptor === null) continue;
    return started(file, { ...header, id }, descriptor);
  }
}

/** With its header on disk, or with nothing left of it. */
function started(file: string, header: JournalHeader, descriptor: number): Journal {
  let journal: Journal | null = null;
  try {
    journal = writer(file, header, descriptor);
    writeLine(file, descriptor, header);
    return journal;
  } catch (error) {
    if (journal) journal.remove();
    else {
      closeSync(descriptor);
      unlinkSync(file);
    }
    throw error;
  }
}

/** By a record, or by what another command leaves in a folder of its own. */
function isTaken(folder: string, id: string): boolean {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...folders.map(({ name }) => join(folder, name))].some((place) =>
    existsSync(join(place, `${id}.json`)),
  );
}

/** Opens a journal to resume it; an incomplete last line is removed. Throws JournalError or LockHeld. */
export function resumeJournal(file: string): { journal: Journal; entries: readonly JournalEntry[] } {
  const descriptor = onDisk(file, () => openSync(file, 'r+'));
  const { header, entries, wholeLength } = parseOrClose(file, descriptor);
  const journal = writer(file, header, descriptor);
  tidy(dirname(file), header.id);
  const wholeBytes = Buffer.byteLength(readFileSync(file, 'utf8').slice(0, wholeLength));
  if (fstatSync(descriptor).size !== wholeBytes) ftruncateSync(descriptor, wholeBytes);
  return { journal, entries };
}

export function readJournal(file: string): JournalText {
  return parseJournal(readFileSync(file, 'utf8'), file);
}

/** What a writer of this run left that was killed: files not yet in their place, and a lock that it was clearing. */
const UNFINISHED = /\.(\d+\.tmp|lock\.\d+)$/;

/** Only for the holder of the run's lock. */
function tidy(folder: string, id: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) tidy(path, id);
    else if (entry.name.startsWith(`${id}.`) && UNFINISHED.test(entry.name)) rmSync(path, { force: true });
  }
}

/** The latest journal under `resultsDir` with this fingerprint that no running process holds; undefined without one. */
export function findResumable(resultsDir: string, fingerprint: string): string | undefined {
  removeHeadless(resultsDir);
  const matching = journals(resultsDir).filter((file) => headerMatches(file, fingerprint) && isFree(file));
  return matching
    .filter((file) => !isLeftOver(file))
    .sort()
    .pop();
}

/** Removes journals whose writers were killed before their first line was whole: they hold nothing. */
function removeHeadless(resultsDir: string): void {
  for (const file of journals(resultsDir)) {
    if (statSync(file).size < HEADER_BYTES && !readFileSync(file).includes('\n') && isFree(file)) {
      rmSync(file, { force: true });
      removeIfEmpty(dirname(file));
    }
  }
}

/** More than any header takes without its cases; a longer file is not worth reading to find it damaged. */
const HEADER_BYTES = 1 << 24;

/** Whether a record holds all its visits, because its writer was killed before removing the journal; it is then removed. */
function isLeftOver(file: string): boolean {
  const { header, entries } = readJournal(file);
  const isCalibration = header.settings.experiment === 'calibrate';
  const left = join(dirname(file), isCalibration ? 'calibration' : '', `${header.id}.json`);
  if (!existsSync(left)) return false;
  if (!isCalibration && visitsMissing(parseRecord(readFileSync(left, 'utf8'), left), entries).length > 0) return false;
  unlinkSync(file);
  tidy(dirname(file), header.id);
  return true;
}

/** All journals under `results/<machine>/`. */
export function journals(resultsDir: string): string[] {
  return entriesOf(resultsDir)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(resultsDir, name))
    .flatMap((folder) =>
      entriesOf(folder)
        .filter(({ name }) => name.endsWith(SUFFIX))
        .map(({ name }) => join(folder, name)),
    );
}

/** None of a folder that is not there: another run may just be trying whether it can be made. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw diskErrorOf(error, folder) ?? error;
  }
}

function headerMatches(file: string, fingerprint: string): boolean {
  try {
    return readJournal(file).header.fingerprint === fingerprint;
  } catch (error) {
    // A journal without a complete header, or damaged, cannot be resumed.
    if (error instanceof JournalError) return false;
    throw error;
  }
}

function isFree(file: string): boolean {
  try {
    lock(lockOf(file))();
    return true;
  } catch (error) {
    if (error instanceof LockHeld) return false;
    throw error;
  }
}

function parseOrClose(file: string, descriptor: number): JournalText {
  try {
    return readJournal(file);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function createExclusive(file: string): number | null {
  try {
    return openSync(file, 'wx+');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw diskErrorOf(error, file) ?? error;
  }
}

function writer(file: string, header: JournalHeader, descriptor: number): Journal {
  const unlock = lock(lockOf(file));
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    unlock();
  };
  return {
    file,
    header,
    append(entry) {
      if (!open) throw new Error(`${file} is closed`);
      writeLine(file, descriptor, entry);
    },
    close,
    remove() {
      close();
      // Somebody may have removed it during the run.
      rmSync(file, { force: true });
      removeIfEmpty(dirname(file));
    },
  };
}

function lockOf(file: string): string {
  return file.replace(/\.ndjson$/, '.lock');
}

/** Writes at the end, then waits for the disk; of a line for which there is no room nothing is left. Throws DiskError. */
function writeLine(file: string, descriptor: number, value: JournalEntry | JournalHeader): void {
  const end = fstatSync(descriptor).size;
  try {
    writeAt(descriptor, Buffer.from(`${JSON.stringify(value)}\n`), end);
    fsyncSync(descriptor);
  } catch (error) {
    try {
      ftruncateSync(descriptor, end);
    } catch {
      // An incomplete last line does not count.
    }
    throw diskErrorOf(error, file) ?? error;
  }
}
