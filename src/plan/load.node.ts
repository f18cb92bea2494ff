import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAX_SPEC_BYTES } from './document.ts';
import { suiteOfModel } from './model-suite.ts';
import { type Models, readModels } from './models.ts';
import { parseSuite, type Suite } from './parse.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { SpecError } from './spec-error.ts';
import { remedy } from './suggest.ts';

/** Finds spec files: by path, a suite by its name in benches/, a model by its name in benches/models/. */

export interface LoadOptions {
  /** Folder that relative paths start from; also tried for a `benches` folder of its own. */
  readonly cwd: string;
  /** Folder of the shipped suites; the package's own unless said otherwise. */
  readonly shipped?: string;
}

const SHIPPED = fileURLToPath(new URL('../../benches', import.meta.url));
const SPEC = /\.ya?ml$/;

/** Loads suites in the order asked for. Throws SpecError for anything that is not one good suite each. */
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
 * Loads one suite: a file, a name in benches/, or the name of a model, which stands for its matmuls. Throws SpecError.
 */
export async function loadSuite(name: string, options: LoadOptions): Promise<Suite> {
  let loaded: Models | undefined;
  const models = () => {
    loaded ??= loadModels(options);
    return loaded;
  };
  const shelved = isPath(name) ? absolute(name, options) : shelvedSuite(name, options);
  const model = shelved === undefined ? models().get(name) : undefined;
  if (model !== undefined) return suiteOfModel(model);
  const path = shelved ?? absolute(name, options);
  if (shelved === undefined && !exists(path)) {
    const known = [...(await suiteNames(options)), ...models().keys()];
    throw new SpecError({ file: name }, `there is no suite or model of this name; ${remedy(name, known)}`);
  }
  return parseSuite(readSpec(path, options), displayed(path, options), models);
}

/**
 * The models that can be named: the shipped ones, and those of `benches/models/` in the working folder, which win where both
 * have a name, as suites do. Throws SpecError.
 */
export function loadModels(options: LoadOptions): Models {
  const found = folders(options).map((folder) => {
    const paths = specsIn(join(folder, 'models'), options);
    return readModels(paths.map((path) => ({ file: displayed(path, options), text: readSpec(path, options) })));
  });
  return new Map(found.reverse().flatMap((models) => [...models]));
}

/** Loads a scenario by file. Throws SpecError. */
export async function loadScenario(path: string, options: LoadOptions): Promise<Scenario> {
  const full = absolute(path, options);
  return parseScenario(readSpec(full, options), displayed(full, options));
}

/** Names of the suites that can be asked for by name, sorted. */
export async function suiteNames(options: LoadOptions): Promise<readonly string[]> {
  const paths = folders(options).flatMap((folder) => specsIn(folder, options));
  return [...new Set(paths.map((path) => basename(path).replace(SPEC, '')))].sort();
}

/** Spec files of a folder by name; none when there is no such folder. */
function specsIn(folder: string, options: LoadOptions): readonly string[] {
  const isFolder = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const names = reading(displayed(folder, options), () => (isFolder() ? readdirSync(folder) : []));
  return names
    .filter((name) => SPEC.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function isPath(name: string): boolean {
  return /[\\/]/.test(name) || /\.ya?ml$/i.test(name) || name === '.' || name === '..';
}

function absolute(path: string, options: LoadOptions): string {
  return isAbsolute(path) ? path : join(options.cwd, path);
}

/** As a person in the working folder would write it. */
function displayed(path: string, options: LoadOptions): string {
  const short = relative(options.cwd, path);
  const shown = short === '' || short.startsWith('..') ? path : short;
  return shown.split(sep).join('/');
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

/** A dangling link counts: reading it says what is wrong. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readSpec(path: string, options: LoadOptions): string {
  const file = displayed(path, options);
  const facts = reading(file, () => statSync(path));
  if (facts.isDirectory()) throw new SpecError({ file }, 'is a directory; name a file inside it');
  if (!facts.isFile()) throw new SpecError({ file }, 'is not a regular file');
  if (facts.size > MAX_SPEC_BYTES) {
    throw new SpecError({ file }, `is ${facts.size} bytes long; a spec has at most ${MAX_SPEC_BYTES}`);
  }
  const bytes = reading(file, () => readFileSync(path));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SpecError({ file }, 'is a binary file, not YAML text in UTF-8');
  }
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
