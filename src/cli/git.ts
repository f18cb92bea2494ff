/** What verbs ask git: commits, their order, and which of them touched kernels. Nothing here runs a repository's code. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from './exit.ts';

const run = promisify(execFile);

/** A history of a million commits that touch kernels is no longer one to bisect. */
const MAX_OUTPUT = 256 << 20;

export interface KernelCommit {
  readonly sha: string;
  /** Its first parent. */
  readonly parent: string;
  readonly subject: string;
}

/** @throws UsageError where git is missing; other failures as git reports them */
export async function git(cwd: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('git', [...args], { cwd, maxBuffer: MAX_OUTPUT, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new UsageError('this needs git, which is not installed');
    throw error;
  }
}

/** A ref as the commit it names, so that no later argument can be taken for an option; null when there is none. */
export async function resolveCommit(ref: string, cwd: string): Promise<string | null> {
  const found = git(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  return found.then(
    (text) => text.trim(),
    (error: unknown) => {
      if (error instanceof UsageError) throw error;
      return null;
    },
  );
}

export async function isAncestor(older: string, newer: string, cwd: string): Promise<boolean> {
  return git(cwd, ['merge-base', '--is-ancestor', older, newer]).then(
    () => true,
    () => false,
  );
}

/** First-parent commits after `good` up to `bad` that touch kernels, oldest first. Both are full commit names. */
export async function kernelCommits(good: string, bad: string, cwd: string): Promise<KernelCommit[]> {
  const format = '--format=%H%x1f%P%x1f%s';
  const range = `${good}..${bad}`;
  const text = await git(cwd, ['log', '-z', '--first-parent', '--reverse', format, range, '--', ':(top)kernels/']);
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', parents = '', subject = ''] = line.split('\x1f');
      return { sha, parent: parents.split(' ')[0] ?? '', subject };
    });
}
