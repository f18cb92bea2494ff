import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Models, readModels } from './model/models.ts';
import { absolute, exists, readSpec, specName, specsIn } from './spec/files.node.ts';
import { SpecError } from './spec/spec-error.ts';
import { remedy } from './spec/suggest.ts';
import { suiteOfModel } from './suite/model-suite.ts';
import { parseSuite, type Suite } from './suite/parse.ts';

/** Finds suites by path or name in benches/, and models by name in benches/models/. */

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

/** Loads one suite: a file, a name in benches/, or the name of a model, which means its matmuls. Throws SpecError. */
export async function loadSuite(name: string, options: LoadOptions): Promise<Suite> {
  let loaded: Models | undefined;
  const models = () => {
    loaded ??= loadModels(options);
    return loaded;
  };
  const shelved = isPath(name) ? name : shelvedSuite(name, options);
  const model = shelved === undefined ? models().get(name) : undefined;
  if (model !== undefined) return suiteOfModel(model);
  if (shelved === undefined && !exists(absolute(name, options.cwd))) {
    const known = [...(await suiteNames(options)), ...models().keys()];
    throw new SpecError({ file: name }, `there is no suite or model of this name; ${remedy(name, known)}`);
  }
  const { text, file } = readSpec(shelved ?? name, options.cwd);
  return parseSuite(text, file, models);
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
