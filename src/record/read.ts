/** Parses and validates stored files, with errors that name the line. */
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { jsonError } from './json-error.ts';
import { RecordError } from './record-error.ts';
import { type RunRecord, recordSchema } from './schema.ts';

/** Reads a record. Throws RecordError with the line of the first thing wrong. */
export function parseRecord(text: string, file: string): RunRecord {
  return parseStored(text, file, recordSchema);
}

/** Reads JSON of a given schema; a byte order mark, as some editors and shells write, is no part of it. Throws RecordError. */
export function parseStored<S extends z.ZodType>(given: string, file: string, schema: S): z.output<S> {
  return parseAsWritten(given, file, schema).parsed;
}

/** The same, and what was written: with members that the schema does not know. */
export function parseAsWritten<S extends z.ZodType>(
  given: string,
  file: string,
  schema: S,
): { parsed: z.output<S>; written: unknown } {
  const text = given.replace(/^\ufeff/, '');
  const written = parseJson(text, file);
  return { parsed: checked(written, schema, { text, file }), written };
}

/** What a schema makes of what a file says. Throws RecordError with the line of what is wrong. */
export function checked<S extends z.ZodType>(
  value: unknown,
  schema: S,
  { text, file }: { readonly text: string; readonly file: string },
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues);
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  throw new RecordError(file, lineOf(text, path), `${formatPath(path)}${issue.message}`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const wrong = jsonError(text);
    // If V8 and our grammar disagree, V8's message is used.
    if (wrong === null) throw new RecordError(file, undefined, `not JSON: ${String(error)}`);
    const { line, found } = wrong;
    throw new RecordError(
      file,
      line,
      `not JSON: ${found === null ? 'it ends too early' : `${found} cannot stand here`}`,
    );
  }
}

/** The deepest issue is the most informative. */
export function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  return issues.reduce((best, issue) => (issue.path.length > best.path.length ? issue : best));
}

/** Characters of a text whose line is looked for: the parser takes a hundred bytes of memory for each. */
const MOST_FOR_LINES = 2 << 20;

/** JSON is YAML, and the YAML parser remembers where things were. Only errors pay for it. */
export function lineOf(text: string, path: readonly (string | number)[]): number | undefined {
  if (text.length > MOST_FOR_LINES) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: false });
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    const range = node !== null && typeof node === 'object' && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
  }
  return undefined;
}

export function formatPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return '';
  return `${path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')}: `;
}
