/**
 * Absolute paths inside of text: POSIX, Windows drives, network shares, file URLs, `~somebody`. Names may have any letters and
 * spaces, so a path ends at its closing quote, or without quotes at the last word after its last separator.
 */

export interface FoundPath {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The last part, unless it identifies a person or a host; else null. */
  readonly harmless: string | null;
}

/** Not after a letter, a digit or a path character: `GFLOP/s`, `1/2`, `https://host/page`, `a/b/c` are no absolute paths. */
const BEGIN = new RegExp(
  [
    // But a compiler's `-I/folder` is an absolute path.
    String.raw`(?:(?<![\p{L}\p{M}\p{N}_.~/\\)\]%…-])|(?<=(?<![\p{L}\p{N}-])-[A-Za-z]))(?:`,
    [
      String.raw`file:\/{2,}(?:[A-Za-z]:\/+)?`,
      String.raw`(?:\\+[?.]\\+)?[A-Za-z]:[\\/]+`,
      String.raw`\\{2,}(?=[^\s\\])`,
      String.raw`\/(?=[^\s\\/:*?"<>|]+[\\/])`,
      String.raw`~(?=[\p{L}_][^\s\\/]*[\\/])`,
      String.raw`(?:\.\.[\\/])+`,
    ].join('|'),
    String.raw`)|^~(?=[\p{L}_][\p{L}\p{M}\p{N}._-]*$)`,
  ].join(''),
  'giu',
);

const WORD = String.raw`[^\s\\/:*?"<>|\x60]+`;
const SPACES = String.raw`[^\S\r\n\t]+`;
/** Spaces are part of a name that a separator follows; a word of dots begins another path. */
const PARTS = String.raw`(?:${WORD}(?:${SPACES}(?!\.{1,2}[\\/])${WORD})*[\\/]+)*`;
const UNQUOTED = new RegExp(`${PARTS}${String.raw`[^\s\\/:*?"<>|'\x60,;()[\]{}]*`}`, 'uy');
/** A name that is the end of a path may go on up to here. */
const REST_OF_NAME = /[^\n"<>|:;,()[\]{}]*/y;

const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '‘': '’',
  '«': '»',
  '<': '>',
};

/** Folders whose subfolders are named after people. */
const OF_PEOPLE = /^(?:home|users?|documents and settings|media|scratch)$/i;

export function pathsIn(text: string): FoundPath[] {
  const found: FoundPath[] = [];
  for (const { 0: begin, index } of text.matchAll(BEGIN)) {
    const before = found.at(-1);
    if (before && index < before.end) continue;
    const path = pathAt(text, index, begin);
    if (path) found.push(path);
  }
  return found;
}

/** Null for a bare drive, or a relative path outside home folders. */
function pathAt(text: string, start: number, begin: string): FoundPath | null {
  const quoted = closingQuote(text, start);
  let end = quoted ?? matchEnd(UNQUOTED, text, start + begin.length);
  const parts = text
    .slice(start, end)
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '..');
  const home = begin.startsWith('~');
  if (parts.length < 2 && !home) return null;
  if (begin.startsWith('..') && !parts.some((part) => OF_PEOPLE.test(part))) return null;
  const person = home ? parts.length === 1 : OF_PEOPLE.test(parts.at(-2) ?? '');
  if (person && quoted === null) end = matchEnd(REST_OF_NAME, text, end);
  const share = begin.startsWith('\\') && parts.length === 2;
  return { text: text.slice(start, end), start, end, harmless: person || share ? null : (parts.at(-1) ?? null) };
}

/** Where the quote closes that opens right before the path; null without one. An apostrophe within a name closes nothing. */
function closingQuote(text: string, start: number): number | null {
  const closing = CLOSING[text[start - 1] ?? ''];
  if (closing === undefined) return null;
  for (let at = text.indexOf(closing, start); at >= 0; at = text.indexOf(closing, at + 1)) {
    if (!/^[\p{L}\p{N}\\/]/u.test(text.slice(at + 1, at + 3))) return at;
  }
  return null;
}

function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}
