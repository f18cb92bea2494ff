/** Private text in a record: absolute paths, and names that the caller knows to be private. */

import { pathsIn } from './paths.ts';

/** A shorter one is in many words; two ideographs are a whole name. */
const MIN_NAME_LENGTH = { ascii: 3, other: 2 };
/** Stands for a path of which no part can stay. */
const REMOVED = '…';

/**
 * Where a value holds private text, as `path: what`.
 *
 * @param names words that must not appear, e.g. the login name and the host name of the machine that wrote it
 */
export function privateText(value: unknown, names: readonly string[] = []): string[] {
  const words = names.filter((name) => name.length >= MIN_NAME_LENGTH[/^[ -~]*$/.test(name) ? 'ascii' : 'other']);
  const found: string[] = [];
  visitStrings(value, '', (text, path) => {
    const [absolute] = pathsIn(text);
    if (absolute !== undefined) found.push(`${path}: holds the path ${absolute.text}`);
    const word = words.find((name) => wholeWord(text, name));
    if (word !== undefined) found.push(`${path}: holds the name "${word}"`);
  });
  return found;
}

const HOME_WITHOUT_ROOT = /(?<![\p{L}\p{M}\p{N}])(?:home|users|documents and settings)[\\/]+[^\\/]+[\\/]/iu;
const WINDOWS_PARTS = /[^\s\\]\\[^\s\\]/;

/** Possible remains of a path: nothing else in a record contains a home folder or a backslash. */
export function suspectText(value: unknown): string[] {
  const found: string[] = [];
  visitStrings(value, '', (text, path) => {
    if (HOME_WITHOUT_ROOT.test(text)) found.push(`${path}: may name a person's folder: ${text}`);
    else if (WINDOWS_PARTS.test(text)) found.push(`${path}: may hold a part of a Windows path: ${text}`);
  });
  return found;
}

/**
 * The text with absolute paths reduced to their last part, for messages of drivers and tools that are stored. If the last part is
 * a person's folder or a network share, the whole path is removed.
 */
export function withoutPaths(text: string): string {
  let result = '';
  let at = 0;
  for (const { start, end, harmless } of pathsIn(text)) {
    result += text.slice(at, start) + (harmless ?? REMOVED);
    at = end;
  }
  return result + text.slice(at);
}

/** A copy in which every text is free of absolute paths. */
export function scrubbed<T>(value: T): T;
export function scrubbed(value: unknown): unknown {
  if (typeof value === 'string') return withoutPaths(value);
  if (Array.isArray(value)) return value.map((item) => scrubbed<unknown>(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubbed<unknown>(item)]));
}

/** Composed and in any case, as file systems and drivers differ in both. */
function wholeWord(text: string, word: string): boolean {
  const literal = word.normalize('NFC').replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{M}\\p{N}])`, 'iu').test(text.normalize('NFC'));
}

function visitStrings(value: unknown, path: string, found: (text: string, path: string) => void): void {
  if (typeof value === 'string') found(value, path);
  else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      visitStrings(item, `${path}[${i}]`, found);
    });
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      found(key, path);
      visitStrings(item, path === '' ? key : `${path}.${key}`, found);
    }
  }
}
