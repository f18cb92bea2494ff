/** Loads kernel sets in Node: from a folder, or from a git ref without checking it out and without running its code. */
import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { KernelError, type KernelSet } from './kernel.ts';
import { type KernelFile, kernelSet } from './set.ts';

const run = promisify(execFile);

/** The folder of kernels within a git tree. */
const FOLDER = 'kernels';
/** Kernel files are small; this only bounds a ref that holds something else. */
const LARGEST_FILE = 1 << 20;

/**
 * Loads a kernel set.
 *
 * @param where a folder; or a git ref, whose `kernels/` is read. A folder that exists wins; `ref:NAME` forces the ref
 * @param cwd where a relative folder starts, and which repository holds the ref
 * @throws KernelError when neither is there, the folder has no kernels, or a kernel is not valid
 */
export async function loadKernels(where: string, cwd = process.cwd()): Promise<KernelSet> {
  if (where.startsWith('ref:')) return loadRef(where.slice('ref:'.length), cwd);
  const path = resolve(cwd, where);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return loadFolder(path, where);
  if (found) throw new KernelError(`${where} is a file; name the folder that holds the kernels`, { file: where });
  return loadRef(where, cwd);
}

async function loadFolder(path: string, origin: string): Promise<KernelSet> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.wgsl'))
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
  const files = names.map(
    async (name): Promise<KernelFile> => ({
      path: `${origin.replace(/\/$/, '')}/${name}`,
      text: await readFile(join(path, name), 'utf8'),
    }),
  );
  return kernelSet(origin, await Promise.all(files));
}

async function loadRef(ref: string, cwd: string): Promise<KernelSet> {
  const commit = await commitOf(ref, cwd);
  const listing = await git(cwd, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit, '--', `${FOLDER}/`]);
  const paths = listing.split('\0').filter((path) => path.endsWith('.wgsl'));
  const files = paths.map(
    async (path): Promise<KernelFile> => ({
      path: `${ref}:${path}`,
      text: await git(cwd, ['show', '--no-textconv', `${commit}:${path}`]),
    }),
  );
  return kernelSet(`${ref}:${FOLDER}`, await Promise.all(files));
}

/** A ref becomes a commit first, so that no later argument can be taken for an option or a path. */
async function commitOf(ref: string, cwd: string): Promise<string> {
  try {
    const commit = await git(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
    return commit.trim();
  } catch (error) {
    if (error instanceof KernelError) throw error;
    throw new KernelError(`no kernels at "${ref}": there is no such folder, and git knows no such ref`);
  }
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('git', [...args], { cwd, maxBuffer: LARGEST_FILE, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new KernelError('reading kernels from a git ref needs git, which is not installed; name a folder instead');
    }
    throw error;
  }
}
