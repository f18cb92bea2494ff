/** A checked-out tree of this harness whose workers can be started: a folder, or a git ref put into a temporary worktree. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digest, plainText } from '../../gemm/digest.ts';
import { codeOf } from '../../record/disk.node.ts';
import { UsageError } from '../errors.ts';
import { commitAt, git } from './git.ts';

/** Where this harness's own files are. */
const OWN_ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Where trees keep the file that starts a worker, newest first. */
const WORKERS = ['src/measure/worker/worker.node.ts', 'src/measure/worker.node.ts'];
const LOCK = 'package-lock.json';
const TEMPORARY = 'shapemark-harness-';
const ABANDONED = new RegExp(`^${TEMPORARY}(\\d+)-`);

export interface HarnessTree {
  /** As asked for, for messages. */
  readonly origin: string;
  /** The file that starts a worker. */
  readonly worker: string;
  /** Hash of its source and of this harness's: a comparison of other code cannot be resumed. */
  readonly hash: string;
  /** Removes a temporary worktree. */
  readonly dispose: () => Promise<void>;
}

/**
 * @param where a folder with its own dependencies installed; or a git ref of the repository at `cwd`. A folder that exists wins;
 *   `ref:NAME` forces the ref
 * @throws UsageError when there is no such tree, it is no harness, or its dependencies are not installed
 */
export async function harnessTree(where: string, cwd: string): Promise<HarnessTree> {
  const folder = resolve(cwd, where);
  const isFolder =
    where.trim() !== '' && !where.startsWith('ref:') && existsSync(folder) && statSync(folder).isDirectory();
  return isFolder ? installedTree(folder, where) : worktreeOf(where.replace(/^ref:/, ''), cwd);
}

function installedTree(folder: string, origin: string): HarnessTree {
  const worker = workerOf(folder, origin);
  if (!existsSync(join(folder, 'node_modules')))
    throw new UsageError(`--harness ${origin}: its dependencies are not installed; run: npm ci --prefix ${origin}`);
  return { origin, worker, hash: hashOf(folder), dispose: async () => {} };
}

async function worktreeOf(ref: string, cwd: string): Promise<HarnessTree> {
  const commit = await commitAt(ref, cwd, `--harness ${ref}: there is no such folder`);
  await removeAbandoned(cwd);
  // The name has the process id, so that later processes can see whether it still runs.
  const folder = mkdtempSync(join(tmpdir(), `${TEMPORARY}${process.pid}-`));
  const dispose = () => removeWorktree(folder, cwd);
  try {
    await git(cwd, ['worktree', 'add', '--force', '--detach', folder, commit]);
    const worker = workerOf(folder, ref);
    linkDependencies(folder, { ref, commit, cwd });
    return { origin: ref, worker, hash: hashOf(folder), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function removeWorktree(folder: string, cwd: string): Promise<void> {
  await git(cwd, ['worktree', 'remove', '--force', '--force', folder]).catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}

/** Worktrees of comparisons that were killed, and entries of those whose folder is gone. */
async function removeAbandoned(cwd: string): Promise<void> {
  const list = await git(cwd, ['worktree', 'list', '--porcelain']);
  for (const [, folder = ''] of list.matchAll(/^worktree (.+)$/gm)) {
    const owner = ABANDONED.exec(basename(folder))?.[1];
    if (owner !== undefined && !runs(Number(owner))) await removeWorktree(folder, cwd);
  }
  await git(cwd, ['worktree', 'prune']);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user also counts.
    return codeOf(error) === 'EPERM';
  }
}

/** Tests are no part of what is compared. */
function hashOf(folder: string): string {
  const source = (root: string) => {
    const below = join(root, 'src');
    const files = existsSync(below) ? readdirSync(below, { recursive: true, encoding: 'utf8' }) : [];
    return files
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|testdata/.test(name))
      .sort()
      .map((name) => `${name}\0${plainText(readFileSync(join(below, name), 'utf8'))}`)
      .join('\0');
  };
  return digest(`${source(OWN_ROOT)}\0\0${source(folder)}`);
}

function workerOf(folder: string, origin: string): string {
  const worker = WORKERS.map((file) => join(folder, file)).find(existsSync);
  if (worker === undefined)
    throw new UsageError(`--harness ${origin}: there is no ${WORKERS[0]}, so this is no checkout of shapemark`);
  return worker;
}

/** With equal lock files the installed dependencies serve both trees; otherwise a separate install is needed. */
function linkDependencies(folder: string, { ref, commit, cwd }: { ref: string; commit: string; cwd: string }): void {
  const read = (root: string) =>
    existsSync(join(root, LOCK)) ? plainText(readFileSync(join(root, LOCK), 'utf8')) : null;
  if (read(folder) === null || read(folder) !== read(OWN_ROOT)) {
    // Named by the commit, so that an existing folder has the right contents.
    const own = `../shapemark-${commit.slice(0, 12)}`;
    const add = existsSync(resolve(cwd, own)) ? '' : `git worktree add --force --detach ${own} ${commit} && `;
    throw new UsageError(
      `--harness ${ref}: its ${LOCK} differs from this one's, so it needs dependencies of its own; run: ${add}npm ci --prefix ${own}, then: --harness ${own}`,
    );
  }
  symlinkSync(join(OWN_ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
}
