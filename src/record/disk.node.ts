/**
 * What a file system refuses, as one sentence; and writing so that a refusal leaves nothing half-written behind.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Why the operating system refused to read or write; others are named by their code. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'something of that name is there already',
  EFBIG: 'the file would be too large',
  EINVAL: 'the name or the file system does not allow it',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open',
  ENODEV: 'the device is gone',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ESTALE: 'the network file system lost it',
  ETXTBSY: 'it is in use',
};

/** A file or folder that cannot be read or written. The message is complete. */
export class DiskError extends Error {
  readonly file: string;
  /** Of the operating system, for example ENOSPC. */
  readonly code: string;
  /** What it means. */
  readonly meaning: string;
  constructor(file: string, code: string, { remedy = '', meaning = MEANINGS[code] ?? 'refused' } = {}) {
    super(`${file}: ${meaning} (${code})${remedy}`);
    this.name = 'DiskError';
    this.file = file;
    this.code = code;
    this.meaning = meaning;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** The error as one of a file, if the operating system raised it; else undefined. */
export function diskErrorOf(error: unknown, file?: string): DiskError | undefined {
  if (error instanceof DiskError) return error;
  if (!(error instanceof Error) || !('syscall' in error) || !('errno' in error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const place = file ?? path;
  return place === undefined ? undefined : new DiskError(place, codeOf(error) ?? 'unknown');
}

/** Does what may be refused, and names the file if it is. */
export function onDisk<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskErrorOf(error, file) ?? error;
  }
}

/**
 * Makes a folder and those above it, one by one: Node's own recursion never ends where the system says ENOENT of a name below a
 * folder that is there, as in /proc. Throws DiskError.
 */
export function makeFolder(folder: string, mode?: number): void {
  if (onDisk(folder, () => statSync(folder, { throwIfNoEntry: false }))?.isFile())
    throw new DiskError(folder, 'ENOTDIR', { meaning: 'it is a file, not a folder' });
  for (const missing of missingFrom(folder).reverse()) {
    try {
      mkdirSync(missing, mode);
    } catch (error) {
      // Somebody else may have made it meanwhile.
      const there = onDisk(folder, () => statSync(missing, { throwIfNoEntry: false }));
      if (!there?.isDirectory()) throw diskErrorOf(error, folder) ?? error;
    }
  }
}

/** Writes all of it at a position. */
export function writeAt(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}

/** A new file beside `file` with this content, on disk; removed again when it cannot be written whole. Throws DiskError. */
export function temporary(file: string, content: string | Uint8Array): string {
  const path = `${file}.${process.pid}.tmp`;
  try {
    const descriptor = openSync(path, 'w');
    try {
      writeAt(descriptor, Buffer.from(content), 0);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw diskErrorOf(error, file) ?? error;
  }
  return path;
}

/** Writes a file atomically, replacing one that is there. Throws DiskError. */
export function replace(file: string, content: string | Uint8Array): void {
  const whole = temporary(file, content);
  try {
    renameSync(whole, file);
  } catch (error) {
    rmSync(whole, { force: true });
    throw diskErrorOf(error, file) ?? error;
  }
  syncFolder(file);
}

/** Writes what a command was asked to write: whole or not at all, except to what is no plain file. Throws DiskError. */
export function writeOut(file: string, content: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  // A pipe, a device or a link is written to, not replaced.
  if (found === undefined || found.isFile()) replace(file, content);
  else onDisk(file, () => writeFileSync(file, content));
}

/** Appends text on disk, or nothing of it. Throws DiskError. */
export function append(file: string, text: string): void {
  onDisk(file, () => {
    const descriptor = openSync(file, 'a');
    const before = fstatSync(descriptor);
    try {
      writeAt(descriptor, Buffer.from(text), before.size);
      fsyncSync(descriptor);
    } catch (error) {
      if (before.isFile()) ftruncateSync(descriptor, before.size);
      throw error;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Flushes the directory entry; not possible on all platforms. */
export function syncFolder(file: string): void {
  try {
    const descriptor = openSync(dirname(file), 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes(codeOf(error) ?? '')) throw diskErrorOf(error, file) ?? error;
  }
}

/** What a small run writes; a disk without room for it fills before the first process is done. */
const PROBE_BYTES = 1 << 16;

/**
 * Writes and removes a file in a folder, so that one that cannot hold results is noticed before anything is measured. Folders
 * that this makes are removed again. Throws DiskError.
 */
export function requireWritable(folder: string): void {
  const made = missingFrom(folder);
  try {
    makeFolder(folder);
    probe(join(folder, '.shapemark-probe'));
  } catch (error) {
    const refused = diskErrorOf(error, folder);
    if (refused === undefined) throw error;
    const remedy = '; results cannot be written there: choose another folder with --results';
    throw new DiskError(folder, refused.code, { remedy, meaning: refused.meaning });
  } finally {
    for (const one of made) removeIfEmpty(one);
  }
}

/** One name for all processes, so that what a killed one leaves is removed by the next. */
function probe(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(PROBE_BYTES, 'x'), { flush: true });
  } finally {
    rmSync(file, { force: true });
  }
}

/** The folder and those above it that do not exist, innermost first. */
function missingFrom(folder: string): string[] {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  return missing;
}

/** Git does not show empty folders, so that one left behind would go unnoticed. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EROFS', 'EACCES', 'EPERM'].includes(codeOf(error) ?? ''))
      throw diskErrorOf(error, folder) ?? error;
  }
}

/** Paths of a folder's files whose names begin with a time, newest first; none where there is no folder. */
export function newestFirst(folder: string, named = /\.json$/): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => named.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}
