import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAX_SPEC_BYTES } from './document.ts';
import { parseSuite, type Suite } from './parse.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { SpecError } from './spec-error.ts';
import { remedy } from './suggest.ts';

/** Finds spec files: by path, or a suite by its name in benches/. */

export interface LoadOptions {
  /** Folder that relative paths start from; also tried for a `benches` folder of its own. */
  readonly cwd: string;
  /** Folder of the shipped suites; the package's own unless said otherwise. */
  readonly shipped?: string;
}

const SHIPPED = fileURLToPath(new URL('../../benches', import.meta.url));

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

/** Loads one suite by file or by its name in benches/. Throws SpecError. */
export async function loadSuite(name: string, options: LoadOptions): Promise<Suite> {
  const path = isPath(name) ? absolute(name, options) : await suitePath(name, options);
  const file = displayed(path, options);
  return parseSuite(await readSpec(path, file), file);
}

/** Loads a scenario by file. Throws SpecError. */
export async function loadScenario(path: string, options: LoadOptions): Promise<Scenario> {
  const full = absolute(path, options);
  const file = displayed(full, options);
  return parseScenario(await readSpec(full, file), file);
}

/** Names of the suites that can be asked for by name, sorted. */
export async function suiteNames(options: LoadOptions): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const folder of folders(options)) {
    for (const entry of await readdir(folder).catch(() => [])) {
      const match = /^(.+)\.ya?ml$/.exec(entry);
      if (match?.[1] !== undefined) names.add(match[1]);
    }
  }
  return [...names].sort();
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

async function suitePath(name: string, options: LoadOptions): Promise<string> {
  for (const folder of folders(options)) {
    for (const extension of ['.yaml', '.yml']) {
      const path = join(folder, name + extension);
      if (await exists(path)) return path;
    }
  }
  if (await exists(absolute(name, options))) return absolute(name, options);
  throw new SpecError({ file: name }, `there is no suite of this name; ${remedy(name, await suiteNames(options))}`);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function readSpec(path: string, file: string): Promise<string> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new SpecError({ file }, `cannot be read: ${systemReason(cause)}`);
  });
  if (facts.isDirectory()) throw new SpecError({ file }, 'is a directory; name a file inside it');
  if (!facts.isFile()) throw new SpecError({ file }, 'is not a regular file');
  if (facts.size > MAX_SPEC_BYTES) {
    throw new SpecError({ file }, `is ${facts.size} bytes long; a spec has at most ${MAX_SPEC_BYTES}`);
  }
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SpecError({ file }, `cannot be read: ${systemReason(cause)}`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SpecError({ file }, 'is a binary file, not YAML text in UTF-8');
  }
}

function systemReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  return code || String(cause);
}
