/** Text in a record that says something about a person or a host: absolute paths, and names the caller knows to be private. */

/** A path from the root with at least two parts, or a Windows drive; web addresses have their slashes elsewhere. */
const ABSOLUTE_PATH =
  /(?:^|[\s"'`=(,;<>])((?:file:\/\/)?\/(?:[\w.@~+-]+\/)+[\w.@~+-]*|[A-Za-z]:[\\/][^\s"']+|\\\\[\w.-]+\\[^\s"']+)/;
const MIN_NAME_LENGTH = 3;

/**
 * Where a value holds private text, as `path: what`.
 *
 * @param names words that must not appear, e.g. the login name and the host name of the machine that wrote it
 */
export function privateText(value: unknown, names: readonly string[] = []): string[] {
  const words = names.filter((name) => name.length >= MIN_NAME_LENGTH);
  const found: string[] = [];
  visitStrings(value, '', (text, path) => {
    const absolute = ABSOLUTE_PATH.exec(text)?.[1];
    if (absolute !== undefined) found.push(`${path}: holds the path ${absolute}`);
    const word = words.find((name) => wholeWord(text, name));
    if (word !== undefined) found.push(`${path}: holds the name "${word}"`);
  });
  return found;
}

/** The text with absolute paths cut down to their last part, for messages of drivers and tools that go into a record. */
export function withoutPaths(text: string): string {
  const everywhere = new RegExp(ABSOLUTE_PATH.source, 'g');
  return text.replace(everywhere, (whole, path: string) =>
    whole.replace(path, path.split(/[\\/]/).filter(Boolean).at(-1) ?? ''),
  );
}

/** A copy in which every text is free of absolute paths. */
export function scrubbed<T>(value: T): T;
export function scrubbed(value: unknown): unknown {
  if (typeof value === 'string') return withoutPaths(value);
  if (Array.isArray(value)) return value.map((item) => scrubbed<unknown>(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubbed<unknown>(item)]));
}

function wholeWord(text: string, word: string): boolean {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return false;
  return !/[a-z0-9]/i.test(text[at - 1] ?? ' ') && !/[a-z0-9]/i.test(text[at + word.length] ?? ' ');
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
