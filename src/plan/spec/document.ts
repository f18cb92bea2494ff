import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
  type Document as YamlDocument,
} from 'yaml';
import type { z } from 'zod';
import { type DocumentPath, formatPath, SpecError } from './spec-error.ts';

/** Maximum length of a spec; a longer file is not a spec. */
export const MAX_SPEC_BYTES = 1_048_576;
const MAX_ALIASES = 100;

/** A YAML document whose every value can be traced back to its line and column. */
export interface SourceDocument {
  readonly file: string;
  readonly value: unknown;
  /** Builds the error for a mistake at a path; `key` points at the key itself rather than at its value. */
  error(path: DocumentPath, reason: string, key?: string): SpecError;
}

/** Reads YAML text. Throws SpecError for syntax, duplicate keys, alias bombs, binary, empty or oversized text. */
export function readDocument(text: string, file: string): SourceDocument {
  checkText(text, file);
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  const problem = doc.errors[0] ?? doc.warnings[0];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new SpecError({ file, line, col }, `YAML: ${yamlReason(problem)}`);
  }
  const lost = unresolvedAlias(doc);
  if (lost !== undefined) {
    const { line, col } = lines.linePos(rangeStart(lost) ?? 0);
    throw new SpecError({ file, line, col }, `YAML: no anchor &${lost.source} stands before the alias *${lost.source}`);
  }
  const error = (path: DocumentPath, reason: string, key?: string) => {
    const position = lines.linePos(offsetOf(doc, path, key));
    return new SpecError({ file, line: position.line, col: position.col, path: formatPath(path) }, reason);
  };
  try {
    return { file, value: doc.toJS({ maxAliasCount: MAX_ALIASES }), error };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SpecError({ file, line: 1, col: 1 }, `YAML: ${detail}; write the values out instead of using aliases`);
  }
}

function checkText(text: string, file: string): void {
  if (text.length > MAX_SPEC_BYTES) {
    throw new SpecError({ file }, `is ${text.length} characters long; a spec has at most ${MAX_SPEC_BYTES}`);
  }
  if (text.includes('\u0000') || text.includes('\ufffd')) {
    throw new SpecError({ file }, 'is a binary file, not YAML text in UTF-8');
  }
  if (text.trim() === '')
    throw new SpecError({ file, line: 1, col: 1 }, 'is empty; see `shapemark schema` for what a spec holds');
}

function yamlReason({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'the file holds several documents; keep one';
  const reason = (message.split('\n')[0] ?? message).replace(/[:.]$/, '');
  if (code === 'TAB_AS_INDENT') return `${reason}; indent with spaces`;
  if (code === 'DUPLICATE_KEY') return `${reason}; keep one of them`;
  if (code === 'TAG_RESOLVE_FAILED') return `${reason}; write plain values`;
  return reason;
}

/** Offset of the node at a path, or of its closest ancestor that is written in the file. */
function offsetOf(doc: YamlDocument, path: DocumentPath, key?: string): number {
  let node: unknown = doc.contents;
  let offset = rangeStart(node) ?? 0;
  for (const part of [...path, ...(key === undefined ? [] : [key])]) {
    if (isAlias(node)) return offset;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return offset;
      node = pair.value;
      offset = (part === key ? rangeStart(pair.key) : rangeStart(node)) ?? rangeStart(pair.key) ?? offset;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = rangeStart(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function unresolvedAlias(doc: YamlDocument): Alias | undefined {
  let found: Alias | undefined;
  visit(doc, {
    Alias(_, alias) {
      if (alias.resolve(doc) !== undefined) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

function rangeStart(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** Checks a document against a schema. Throws SpecError for the mistake that comes first in the file. */
export function validate<S extends z.ZodType>(document: SourceDocument, schema: S): z.output<S> {
  const result = schema.safeParse(document.value, { reportInput: true });
  if (result.success) return result.data;
  const issues = result.error.issues.map(innermost);
  const errors = issues.filter((issue) => !misspelt(issue, issues)).map((issue) => issueError(document, issue));
  errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0));
  throw errors[0] ?? document.error([], 'does not match the schema');
}

/** Marks the refinement of a key that is missing only sometimes. */
export const MISSING = { missing: true };

type Issue = z.core.$ZodIssue;

/** The branch of a union that the author probably meant: right type at the top, fewest unknown keys, deepest error. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const ranked = issue.errors.map((branch) => ({ branch, rank: branchRank(branch) })).sort((a, b) => a.rank - b.rank);
  const best = ranked[0]?.branch;
  const first = best?.find((inner) => inner.code === 'unrecognized_keys') ?? best?.[0];
  return first === undefined ? issue : innermost({ ...first, path: [...issue.path, ...first.path] });
}

/** A missing key next to an unknown one is probably misspelt; the unknown key gives the better message. */
function misspelt(issue: Issue, issues: readonly Issue[]): boolean {
  const isMissing = issue.code === 'custom' ? issue.params === MISSING : issue.input === undefined;
  if (!isMissing || issue.code === 'unrecognized_keys') return false;
  const parent = issue.path.slice(0, -1).join('.');
  return issues.some((other) => other.code === 'unrecognized_keys' && other.path.join('.') === parent);
}

function branchRank(branch: readonly Issue[]): number {
  const wrongType = branch.some(
    (i) => i.path.length === 0 && (i.code === 'invalid_type' || i.code === 'invalid_value'),
  );
  const unknown = branch.reduce((sum, i) => sum + (i.code === 'unrecognized_keys' ? i.keys.length : 0), 0);
  return (wrongType ? 1000 : 0) + unknown * 10 + branch.length;
}

function issueError(document: SourceDocument, issue: Issue): SpecError {
  const path = issue.path.filter((part): part is string | number => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') return document.error(path, issue.message, issue.keys[0]);
  return document.error(path, issue.message);
}

/** A value as it should appear in a message: short, quoted when it is text. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return String(value);
}
