import { readDocument, type SourceDocument } from '../spec/document.ts';
import { SpecError } from '../spec/spec-error.ts';
import { isConfig } from './config/read-config.ts';
import { suiteOfRows } from './list-import.ts';
import { hasCutlassTable, readCutlass } from './lists/cutlass.ts';
import { isListDocument, readListDocument } from './lists/documents.ts';
import {
  hasBenchLines,
  hasGgmlLines,
  hasNamedSizes,
  hasTuples,
  readBenchLines,
  readGgml,
  readNamedSizes,
  readTuples,
} from './lists/lines.ts';
import { RowReader, segmentOf } from './lists/rows.ts';
import { readTable } from './lists/table.ts';
import { hasWeightShapes, readWeightShapes } from './lists/weight-shapes.ts';
import { importConfig } from './model-import.ts';
import type { ImportOptions } from './options.ts';
import type { Imported } from './to-suite.ts';

/** From what somebody already has to a suite: decided by what the text holds, never by the name of the file alone. */

/** A file as it was found. */
export interface Source {
  /** As errors and `from:` call it. */
  readonly file: string;
  readonly text: string;
}

/** Lists that are text with a form of their own; the first that recognizes it reads it. */
const TEXTS = [
  { is: hasGgmlLines, read: readGgml },
  { is: hasWeightShapes, read: readWeightShapes },
  { is: hasTuples, read: readTuples },
  { is: hasCutlassTable, read: readCutlass },
  { is: hasBenchLines, read: readBenchLines },
  { is: hasNamedSizes, read: readNamedSizes },
] as const;

/**
 * @returns undefined for a suite of ours, which needs no import
 * @throws SpecError for a text that holds neither a model nor shapes, or does not say which of several things it means
 */
export function importText({ file, text }: Source, options: ImportOptions = {}): Imported | undefined {
  const plain = text.replace(/^\uFEFF/, '');
  const reader = new RowReader(file, options);
  const form = isDocument(file, plain) ? undefined : TEXTS.find(({ is }) => is(plain));
  if (form === undefined && !isTable(file, plain)) {
    const document = documentOf(file, plain);
    if (isConfig(document.value))
      return importConfig(document, nameOf(file, options, document.value), originOf(file, document.value), options);
    if (!isListDocument(document.value)) return undefined;
    readListDocument(document, reader);
  } else if (form) form.read(plain, reader);
  else readTable(plain, reader);
  return suiteOfRows(reader, nameOf(file, options), shortened(file));
}

/** YAML or JSON, whatever its values look like. */
function isDocument(file: string, text: string): boolean {
  return /\.(ya?ml|json)$/i.test(file) || /^\s*[[{]/.test(text);
}

/** A table by its name, or a text that no YAML is: a first line of several values. */
function isTable(file: string, text: string): boolean {
  if (/\.(csv|tsv)$/i.test(file)) return true;
  if (isDocument(file, text)) return false;
  const [first = ''] = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*(#|\/\/)/.test(line));
  return !/:\s|:$|^\s*-\s/.test(first) && /[,;\t|]|\S\s+\S+\s+\S/.test(first);
}

/** hipBLASLt's files include others, once each, and name what those define: such names stand for themselves. */
function documentOf(file: string, text: string): SourceDocument {
  if (!/^Tests:/m.test(text)) return readDocument(text, file);
  const defined = new Set([...text.matchAll(/&([\w-]+)/g)].map(([, name]) => name));
  const own = text
    .replace(/^include:.*$/gm, '')
    .replace(/\*([\w-]+)/g, (alias, name: string) => (defined.has(name) ? alias : `"${alias}"`));
  return readDocument(own, file);
}

/** `models--org--name/snapshots/…/config.json`, `org/name/config.json`, `config-name.json`, or what the config says. */
function nameOf(file: string, { name }: ImportOptions, config?: Readonly<Record<string, unknown>>): string {
  const parts = file.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  const base = (parts.pop() ?? '').replace(/\.\w+$/, '');
  const cached = parts
    .find((part) => part.startsWith('models--'))
    ?.split('--')
    .at(-1);
  const own =
    typeof config?._name_or_path === 'string' ? config._name_or_path.split('/').filter(Boolean).at(-1) : undefined;
  const ofConfig =
    base === 'config'
      ? (cached ?? own ?? parts.at(-1) ?? String(config?.model_type))
      : base.replace(/^config[-_.]/, '');
  const found = segmentOf(name ?? (config === undefined ? base : ofConfig.toLowerCase()));
  if (found === undefined)
    throw new SpecError({ file }, `no suite can be called "${name ?? base}"; --name gives it one`);
  return found;
}

function originOf(file: string, { _name_or_path: path }: Readonly<Record<string, unknown>>): string {
  return typeof path === 'string' && /^[\w.-]+\/[\w.-]+$/.test(path) ? `${path} config.json` : shortened(file);
}

/** Of a path from elsewhere, the file and its folder: the rest is of nobody's interest. */
function shortened(file: string): string {
  return /^([\\/]|[A-Za-z]:|\.\.)/.test(file) ? file.split(/[\\/]/).slice(-2).join('/') : file;
}
