import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importText } from './import/import.ts';
import type { ImportOptions } from './import/options.ts';
import { importShapes, isShapeText } from './import/shape-text.ts';
import { type Imported, toYaml } from './import/to-suite.ts';
import type { Model } from './model/model.ts';
import { type Models, modelNamed, readModels } from './model/models.ts';
import { absolute, exists, isFolder, readSpec, type SpecFile, specName, specsIn } from './spec/files.node.ts';
import { SpecError } from './spec/spec-error.ts';
import { remedy } from './spec/suggest.ts';
import { suiteOfModel } from './suite/model-suite.ts';
import { parseSuite, type Suite } from './suite/parse.ts';

/**
 * Finds suites by path or name in benches/, models by name in benches/models/, files that hold a model or shapes in another form, and
 * shapes given as text.
 */

export interface LoadOptions {
  /** Folder that relative paths start from; also tried for a `benches` folder of its own. */
  readonly cwd: string;
  /** Folder of the shipped suites; default: the package's. */
  readonly shipped?: string;
}

const SHIPPED = fileURLToPath(new URL('../../benches', import.meta.url));

/** Loads suites in the given order. Throws SpecError for anything that is not a valid suite. */
export async function loadSuites(names: readonly string[], options: LoadOptions): Promise<Suite[]> {
  const suites: Suite[] = [];
  for (const name of names) {
    const suite = await loadSuite(name, options);
    const twin = suites.find((other) => other.name === suite.name);
    if (twin !== undefined) {
      const how = twin.file === suite.file ? 'is asked for twice' : `has the name of ${twin.file}`;
      throw new SpecError({ file: suite.file }, `suite "${suite.name}" ${how}; ids would repeat`);
    }
    suites.push(suite);
  }
  return suites;
}

/**
 * Loads one suite: a file, a name in benches/, the name of a model, which means its matmuls, or shapes as text. Throws SpecError.
 */
export async function loadSuite(name: string, options: LoadOptions): Promise<Suite> {
  if (isShapeText(name)) return suiteOf(importShapes(name), name);
  let loaded: Models | undefined;
  const models = () => {
    loaded ??= loadModels(options);
    return loaded;
  };
  const shelved = isPath(name) ? name : shelvedSuite(name, options);
  const isFile = isPath(name) ? exists(absolute(name, options.cwd)) : shelved !== undefined;
  const model = isFile ? undefined : modelNamed(models(), name);
  if (model !== undefined) return suiteOfModel(model);
  if (shelved === undefined && !exists(absolute(name, options.cwd))) {
    const known = [...(await suiteNames(options)), ...models().keys()];
    throw new SpecError({ file: name }, `there is no suite or model of this name; ${remedy(name, known)}`);
  }
  const source = readSource(shelved ?? name, options);
  const imported = importText(source);
  return imported ? suiteOf(imported, source.file) : parseSuite(source.text, source.file, models);
}

/**
 * A model by its name, or the one that a file holds. Throws SpecError.
 */
export async function loadModel(name: string, options: LoadOptions): Promise<Model> {
  const known = loadModels(options);
  const found = modelNamed(known, name);
  if (found !== undefined) return found;
  if (!isPath(name) && !exists(absolute(name, options.cwd)))
    throw new SpecError({ file: '--model' }, `unknown model "${name}"; ${remedy(name, [...known.keys()])}`);
  const { models, file } = await loadSuite(name, options);
  const [request] = models;
  if (request === undefined || models.length > 1)
    throw new SpecError({ file }, `holds ${models.length} models; --model takes a file of one`);
  return request.model;
}

/**
 * What a file of another form is as a suite. Throws SpecError, for a suite of ours as well.
 */
export function importFile(name: string, options: LoadOptions & ImportOptions): Imported {
  const source = readSource(name, options);
  const imported = importText(source, options);
  if (imported !== undefined) return imported;
  throw new SpecError(source, 'is no config.json and no list of shapes; a suite needs no import');
}

/** A file, or the config.json of a folder. */
function readSource(name: string, { cwd }: LoadOptions): SpecFile {
  const config = join(name, 'config.json');
  return readSpec(isFolder(absolute(name, cwd)) && exists(absolute(config, cwd)) ? config : name, cwd);
}

function suiteOf(imported: Imported, file: string): Suite {
  return {
    ...parseSuite(toYaml(imported), `${file}, as imported`),
    notes: imported.notes.map((note) => `${file}: ${note}`),
  };
}

/**
 * The known models: the shipped ones, and those of `benches/models/` in the working folder, which take precedence, as suites do.
 * Throws SpecError.
 */
export function loadModels(options: LoadOptions): Models {
  const { cwd } = options;
  const found = folders(options).map((folder) =>
    readModels(specsIn(join(folder, 'models'), cwd).map((path) => readSpec(path, cwd))),
  );
  return new Map(found.reverse().flatMap((models) => [...models]));
}

/** Names of the suites that can be asked for by name, sorted. */
export async function suiteNames(options: LoadOptions): Promise<readonly string[]> {
  const paths = folders(options).flatMap((folder) => specsIn(folder, options.cwd));
  return [...new Set(paths.map(specName))].sort();
}

function isPath(name: string): boolean {
  return /[\\/]/.test(name) || /\.ya?ml$/i.test(name) || name === '.' || name === '..';
}

function folders(options: LoadOptions): readonly string[] {
  const shipped = options.shipped ?? SHIPPED;
  const own = join(options.cwd, 'benches');
  return own === shipped ? [own] : [own, shipped];
}

function shelvedSuite(name: string, options: LoadOptions): string | undefined {
  return folders(options)
    .flatMap((folder) => ['.yaml', '.yml'].map((end) => join(folder, name + end)))
    .find(exists);
}
