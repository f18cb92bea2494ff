/** Queries to git: commits, their order, and which of them touched kernels. Nothing here executes code of a repository. */
import { readFileSync } from 'node:fs';
import { gitText, isShallow, type KernelPlace, kernelPlace, resolveRef } from '../../kernel/set/git.node.ts';
import { RefReader } from '../../kernel/set/ref-files.node.ts';
import { UsageError } from '../errors.ts';

export interface KernelCommit {
  readonly sha: string;
  /** Its first parent. */
  readonly parent: string;
  readonly subject: string;
}

/** @throws UsageError where git is missing; other failures as git reports them */
export async function git(cwd: string, args: readonly string[]): Promise<string> {
  try {
    return await gitText(cwd, args);
  } catch (error) {
    if (exitOf(error) === 'ENOENT') throw new UsageError('this needs git, which is not installed');
    throw error;
  }
}

/** A ref as the commit it names. Throws UsageError, whose message starts with `what`. */
export async function commitAt(ref: string, cwd: string, what: string): Promise<string> {
  const found = await resolveRef(ref.replace(/^ref:/, ''), cwd);
  if ('problem' in found) throw new UsageError(`${what}: ${found.problem}`);
  return found.commit;
}

/** A ref, or `REF:path`, as a commit and its folder of kernels. Throws UsageError. */
export async function kernelsAt(where: string, cwd: string): Promise<KernelPlace> {
  const found = await kernelPlace(where.replace(/^ref:/, ''), cwd);
  if ('problem' in found) throw new UsageError(`"${where}": ${found.problem}`);
  return found;
}

/**
 * Whether one commit is in the history of the other.
 *
 * @throws UsageError if the clone is shallow and lacks the answer
 */
export async function isAncestor(older: string, newer: string, cwd: string): Promise<boolean> {
  const found = await git(cwd, ['merge-base', '--is-ancestor', older, newer]).then(
    () => true,
    (error: unknown) => {
      if (exitOf(error) === 1) return false;
      throw error;
    },
  );
  if (!found && (await isShallow(cwd))) throw new UsageError(SHALLOW);
  return found;
}

const SHALLOW =
  'this clone is shallow: git fetch --unshallow (in CI: fetch-depth: 0); the common ancestor of these commits is missing';

/**
 * First-parent commits after `good` up to `bad` that can have changed the kernels, oldest first. Where links lead out of the
 * folder, every commit can.
 *
 * @throws UsageError if the history between them is incomplete
 */
export async function kernelCommits(good: KernelPlace, bad: KernelPlace, cwd: string): Promise<KernelCommit[]> {
  const range = `${good.commit}..${bad.commit}`;
  const firstParents = ['log', '-z', '--first-parent', '--reverse', '--format=%H%x1f%P%x1f%s', range];
  const cut = await boundary(cwd);
  if (cut.size > 0 && (await commitsOf(firstParents, cwd)).some(({ sha }) => cut.has(sha)))
    throw new UsageError(SHALLOW);
  const linked = (await linksIn(good, cwd)) || (await linksIn(bad, cwd));
  const folder = bad.folder === '' ? ':(top)' : `:(top,literal)${bad.folder}/`;
  return commitsOf(linked ? firstParents : [...firstParents, '--', folder], cwd);
}

async function commitsOf(args: readonly string[], cwd: string): Promise<KernelCommit[]> {
  const text = await git(cwd, args);
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', parents = '', subject = ''] = line.split('\x1f');
      return { sha, parent: parents.split(' ')[0] ?? '', subject };
    });
}

/** Commits whose parents a shallow clone lacks. */
async function boundary(cwd: string): Promise<ReadonlySet<string>> {
  if (!(await isShallow(cwd))) return new Set();
  const file = (await git(cwd, ['rev-parse', '--path-format=absolute', '--git-path', 'shallow'])).trim();
  return new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean));
}

async function linksIn(place: KernelPlace, cwd: string): Promise<boolean> {
  const reader = new RefReader(place, cwd);
  await reader.files();
  return reader.linked();
}

function exitOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
