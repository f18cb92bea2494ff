/** Versions and commit as Node finds them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Commit, commitSchema } from './schema.ts';

/** Version of this package. */
export function shapemarkVersion(): string {
  const above = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return versionIn(join(above, 'package.json')) ?? 'unknown';
}

/** Version of the npm package that carries Dawn, without loading it; null where it is not installed. */
export function dawnVersion(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve('webgpu');
    return versionIn(join(dirname(entry), 'package.json'));
  } catch {
    return null;
  }
}

export function runtimeFacts(): { name: string; version: string } {
  return { name: 'node', version: process.versions.node };
}

/** Beside package.json in the portable archive, and in `dist` of the npm package: the commit it was built from. */
export const BUILT_FROM = 'built-from.json';
const CODE = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The commit checked out at `folder` and whether tracked or new files differ from it, results aside: adding a record must
 * not make the next run dirty. Outside a git repository or without git that of the npm package; null in other builds. The
 * portable archive has its own kernels, so it names the commit that it was built from, wherever it runs.
 */
export function commitOf(folder: string): Commit | null {
  const archive = commitIn(join(dirname(CODE), BUILT_FROM));
  if (archive) return archive;
  const sha = git(folder, 'rev-parse', '--verify', 'HEAD');
  if (sha === null) return packagedCommit();
  const changes = git(folder, 'status', '--porcelain', '--', ':(top)', ':(top,exclude)results');
  return { sha: sha.trim(), dirty: changes === null || changes.trim() !== '' };
}

/** The commit that the npm package was built from; null in a clone. */
export function packagedCommit(): Commit | null {
  return commitIn(join(CODE, BUILT_FROM));
}

function commitIn(file: string): Commit | null {
  return existsSync(file) ? commitSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

function git(folder: string, ...args: string[]): string | null {
  try {
    return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

function versionIn(file: string): string | null {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const version = content !== null && typeof content === 'object' && 'version' in content ? content.version : null;
  return typeof version === 'string' ? version : null;
}
