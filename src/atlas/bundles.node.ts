/**
 * Scripts of the site's pages. Every `NAME.client.ts` under this folder is one; with all that it imports it becomes one file, which the
 * package carries ready, so that only a clone needs a bundler.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ENTRY = '.client.ts';
/** Of a built package, beside this file. */
const BUILT = 'bundles';
/** What the WebGPU of browsers needs in any case. */
const TARGET = 'es2022';

/** Names of all scripts of a clone. */
export function clientNames(): string[] {
  return entries().map((path) => basename(path, ENTRY));
}

/** The text of one script. @throws RangeError if there is none of that name */
export async function clientBundle(name: string): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) return readFile(join(HERE, BUILT, `${name}.js`), 'utf8');
  const entry = entries().find((path) => basename(path, ENTRY) === name);
  if (entry === undefined) throw new RangeError(`no script "${name}"; there are ${clientNames().join(', ')}`);
  return bundled(join(HERE, entry));
}

/** Writes all scripts where the package looks for them. @param built the compiled form of this folder */
export async function writeBundles(built: string): Promise<void> {
  const folder = join(built, BUILT);
  mkdirSync(folder, { recursive: true });
  for (const name of clientNames()) writeFileSync(join(folder, `${name}.js`), await clientBundle(name));
}

function entries(): string[] {
  return readdirSync(HERE, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(ENTRY));
}

/** A process bundles each script once. */
const done = new Map<string, Promise<string>>();

function bundled(entry: string): Promise<string> {
  const known = done.get(entry) ?? bundle(entry);
  done.set(entry, known);
  return known;
}

async function bundle(entry: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, minify: true },
    ...{ platform: 'browser', format: 'iife', target: TARGET, legalComments: 'eof', logLevel: 'silent' },
  });
  return outputFiles[0]?.text ?? '';
}
