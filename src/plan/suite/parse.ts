import { type Model, originOf, SEGMENT } from '../model/model.ts';
import { type Models, modelNamed } from '../model/models.ts';
import { parameterRefusal } from '../model/parameters.ts';
import { readDocument, type SourceDocument, validate } from '../spec/document.ts';
import type { DocumentPath, SpecError } from '../spec/spec-error.ts';
import { remedy } from '../spec/suggest.ts';
import type { LinkedAxis } from './axis.ts';
import { type ModelEntry, type Phases, type ShapeEntry, type SuiteDocument, suiteSchema } from './schema.ts';

/** A model entry with resolved model and phases. */
export interface ModelRequest {
  readonly entry: Omit<ModelEntry, 'model' | 'phases'>;
  readonly model: Model;
  readonly phases: Phases;
  readonly path: DocumentPath;
}

/** A valid suite; expanding it needs only the names of the kernels. */
export interface Suite {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly run: SuiteDocument['run'];
  readonly defaults: SuiteDocument['defaults'];
  readonly shapes: readonly ShapeEntry[];
  readonly models: readonly ModelRequest[];
  /** What its reader should know of how it was read, where it was in another form. */
  readonly notes: readonly string[];
  /** The error for a mistake at a path of the file. */
  error(path: DocumentPath, reason: string): SpecError;
}

const noModels = (): Models => new Map();

/**
 * Reads a suite from YAML text; `file` names it in errors. Throws SpecError.
 *
 * @param known the known models; called only if the suite names one
 */
export function parseSuite(text: string, file: string, known: () => Models = noModels): Suite {
  const document = readDocument(text, file);
  const suite = validate(document, suiteSchema);
  suite.shapes.forEach((shape, i) => {
    checkShape(document, shape, ['shapes', i]);
  });
  return {
    file,
    name: suite.name ?? nameOf(document),
    description: suite.description ?? '',
    run: suite.run,
    defaults: suite.defaults,
    shapes: suite.shapes,
    models: suite.models.map((entry, i) => modelRequest({ document, suite, known }, entry, ['models', i])),
    notes: [],
    error: document.error,
  };
}

function nameOf(document: SourceDocument): string {
  const base = document.file.split(/[\\/]/).at(-1) ?? '';
  const name = base.replace(/\.ya?ml$/i, '');
  if (!SEGMENT.test(name)) throw document.error([], `the file name "${base}" cannot name a suite; add \`name:\``);
  return name;
}

function checkShape(document: SourceDocument, shape: ShapeEntry, path: DocumentPath): void {
  const { m, batch, groups } = shape;
  if (groups === undefined && m === undefined)
    throw document.error(path, 'lacks m (or groups, which determine the rows)');
  if (groups !== undefined && m !== undefined)
    throw document.error([...path, 'm'], 'groups determine the rows; omit m');
  if (groups !== undefined && shape.repeat !== undefined)
    throw document.error([...path, 'repeat'], 'groups determine the rows; omit repeat');
  checkCrossedGroups(document, shape, path);
  if (groups !== undefined && batch !== 1) throw document.error([...path, 'batch'], 'a grouped GEMM has no batch');
  checkLink(document, shape.n, ['m'], [...path, 'n'], m !== undefined);
  checkLink(document, shape.k, ['m', 'n'], [...path, 'k'], m !== undefined);
}

/** Rows by group beside lists as long: one size for each group, or every size crossed with the groups? */
function checkCrossedGroups(document: SourceDocument, { groups, n, k }: ShapeEntry, path: DocumentPath): void {
  if (groups === undefined || !('rows' in groups) || groups.rows.length < 2) return;
  const { length } = groups.rows;
  for (const [name, axis] of [
    ['n', n],
    ['k', k],
  ] as const) {
    if (!Array.isArray(axis) || axis.length !== length) continue;
    const reason = `has a value for each of ${length} groups, but lists are crossed: every group would have every ${name}; write one entry for each group, or for each ${name}`;
    throw document.error([...path, name], reason);
  }
}

function checkLink(
  document: SourceDocument,
  axis: LinkedAxis,
  allowed: string[],
  path: DocumentPath,
  hasM: boolean,
): void {
  if (typeof axis !== 'string') return;
  if (!allowed.includes(axis)) throw document.error(path, `cannot equal "${axis}"; allowed: ${allowed.join(', ')}`);
  if (axis === 'm' && !hasM) throw document.error(path, 'cannot equal m, which groups replace');
}

interface Context {
  readonly document: SourceDocument;
  readonly suite: SuiteDocument;
  readonly known: () => Models;
}

function modelRequest(
  { document, suite, known }: Context,
  entry: SuiteDocument['models'][number],
  path: DocumentPath,
): ModelRequest {
  const full: ModelEntry = typeof entry === 'string' ? { model: entry } : entry;
  const { model: named, phases: own, ...rest } = full;
  const phases = own ?? suite.phases;
  if (phases === undefined) throw document.error(path, 'lacks phases, e.g. `phases: {decode: {batch: 1}}`');
  const model = typeof named === 'string' ? modelNamed(known(), named) : named;
  if (model === undefined) {
    const at = typeof entry === 'string' ? path : [...path, 'model'];
    throw document.error(at, `unknown model "${String(named)}"; ${remedy(String(named), [...known().keys()])}`);
  }
  if (full.from === undefined && originOf(model) === undefined) {
    throw document.error(path, 'lacks `from:`; say where the model’s sizes come from');
  }
  const wrong = parameterRefusal(model);
  if (wrong !== undefined) throw document.error([...path, 'model', 'parameters'], wrong);
  return { entry: rest, model, phases, path };
}
