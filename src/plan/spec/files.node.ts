import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { MAX_SPEC_BYTES } from './document.ts';
import { SpecError } from './spec-error.ts';

/** Spec files on disk, whatever they are about. */

const SPEC = /\.ya?ml$/;

/** A spec file: its text, and what errors call it. */
export interface SpecFile {
  readonly file: string;
  readonly text: string;
}

/** Reads a spec file. Throws SpecError for an unreadable one. */
export function readSpec(path: string, cwd: string): SpecFile {
  const full = absolute(path, cwd);
  const file = displayed(full, cwd);
  const facts = reading(file, () => statSync(full));
  if (facts.isDirectory()) throw new SpecError({ file }, 'is a directory; name a file inside it');
  if (!facts.isFile()) throw new SpecError({ file }, 'is not a regular file');
  if (facts.size > MAX_SPEC_BYTES) {
    throw new SpecError({ file }, `is ${facts.size} bytes long; a spec has at most ${MAX_SPEC_BYTES}`);
  }
  const bytes = reading(file, () => readFileSync(full));
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    throw new SpecError({ file }, 'is a binary file, not YAML text in UTF-8');
  }
}

/** Spec files of a folder by name; none when there is no such folder. */
export function specsIn(folder: string, cwd: string): readonly string[] {
  const names = reading(displayed(folder, cwd), () => (isFolder(folder) ? readdirSync(folder) : []));
  return names
    .filter((name) => SPEC.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** `benches/quick.yaml` → `quick`. */
export function specName(path: string): string {
  return basename(path).replace(SPEC, '');
}

/** Includes dangling links; reading one gives the error. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : join(cwd, path);
}

/** Relative to the working folder. */
function displayed(path: string, cwd: string): string {
  const short = relative(cwd, path);
  const shown = short === '' || short.startsWith('..') ? path : short;
  return shown.split(sep).join('/');
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new SpecError({ file }, `cannot be read: ${systemReason(cause)}`);
  }
}

function systemReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  return code || String(cause);
}
