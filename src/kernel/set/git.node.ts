/** Queries to git: commits by name, and files of a commit without checking it out. No code of the repository is executed. */
import { execFile } from 'node:child_process';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import { KernelError } from './kernel.ts';

const run = promisify(execFile);

/** Kernel files are small; this bounds the output for unexpected contents. */
const MAX_OUTPUT = 256 << 20;

/** @throws Error as execFile does, with `code` and `stderr` */
export async function gitBytes(cwd: string, args: readonly string[], input = ''): Promise<Buffer> {
  // Messages of git are parsed, so they must be English.
  const env = { ...process.env, LC_ALL: 'C' };
  const running = run('git', [...args], { cwd, env, maxBuffer: MAX_OUTPUT, encoding: 'buffer' });
  // git may end before reading its input; its exit status is more useful than the broken pipe.
  running.child.stdin?.on('error', () => {});
  running.child.stdin?.end(input);
  return (await running).stdout;
}

export async function gitText(cwd: string, args: readonly string[], input = ''): Promise<string> {
  return (await gitBytes(cwd, args, input)).toString('utf8');
}

/** Error for an empty folder or ref name, which a workflow passes if its event has none. */
export const EMPTY_NAME = 'the name is empty; in CI: this event has no pull request; set base';

export type ResolvedRef = { readonly commit: string } | { readonly problem: string };

/** The commit a ref names, so that no later argument can be taken for an option or a path; or why there is none. */
export async function resolveRef(ref: string, cwd: string): Promise<ResolvedRef> {
  if (ref.trim() === '') return { problem: EMPTY_NAME };
  try {
    const commit = await gitText(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
    return { commit: commit.trim() };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { problem: 'this needs git, which is not installed' };
    if (/^-|\s/.test(ref)) return { problem: 'git knows no such ref, and no ref starts with "-" or holds a space' };
    const said = firstLine(error);
    return { problem: said === '' ? `git knows no such ref${await remedyFor(ref, cwd)}` : `git says: ${said}` };
  }
}

/** A branch that only the remote has, or a history that is not all there. */
async function remedyFor(ref: string, cwd: string): Promise<string> {
  const format = '--format=%(refname:lstrip=2)';
  const remotes = await gitText(cwd, ['for-each-ref', format, '--', `refs/remotes/*/${ref}`]).catch(() => '');
  const [twin] = remotes.split('\n');
  if (twin) return `; did you mean ${twin}?`;
  return (await isShallow(cwd)) ? `; this clone is shallow: git fetch --unshallow --tags` : '';
}

/** Whether commits are missing below those that were fetched. */
export async function isShallow(cwd: string): Promise<boolean> {
  return (await gitText(cwd, ['rev-parse', '--is-shallow-repository']).catch(() => '')).trim() === 'true';
}

/**
 * Resolves `REF` or `REF:path` to a commit and a folder of kernels; for a ref alone, `kernels/` at the path of the working
 * folder.
 */
export interface KernelPlace {
  readonly ref: string;
  readonly commit: string;
  /** From the repository's root, without a slash at the end. */
  readonly folder: string;
  /** Whether `:path` was given. */
  readonly explicit: boolean;
}

const FOLDER = 'kernels';

/** @param asked without the `ref:` that forces a ref */
export async function kernelPlace(asked: string, cwd: string): Promise<KernelPlace | { readonly problem: string }> {
  // No ref holds a colon, but `HEAD@{2026-01-01 10:00}` and `:/text` do.
  const [, before, path] = /^([^:{]+):(.*)$/s.exec(asked) ?? [];
  const ref = before ?? asked;
  const showPrefix = gitText(cwd, ['rev-parse', '--show-prefix']).catch(() => '');
  const [found, shown] = await Promise.all([resolveRef(ref, cwd), showPrefix]);
  if ('problem' in found) return found;
  const prefix = shown.replace(/\n$/, '');
  const fromHere = path === undefined || /^\.\.?(\/|$)/.test(path);
  const folder = posix.join(fromHere ? prefix : '', path ?? FOLDER).replace(/^\.?\/+|\/+$|^\.$/g, '');
  if (/^\.\.(\/|$)/.test(folder)) return { problem: `${path} leads out of the repository` };
  return { ref, commit: found.commit, folder, explicit: path !== undefined };
}

/** The target of a path in a commit, following links within that commit. */
export type Target =
  | { readonly kind: 'tree' | 'blob'; readonly oid: string }
  | { readonly kind: 'outside'; readonly link: string }
  | { readonly kind: 'missing' | 'dangling' | 'loop' | 'notdir' | 'submodule' };

export async function targetOf(cwd: string, commit: string, path: string, hops = MAX_HOPS): Promise<Target> {
  const answer = await gitText(cwd, ['cat-file', '--batch-check', '--follow-symlinks'], `${commit}:${path}\n`);
  const [line = '', link = ''] = answer.split('\n');
  const [, oid = '', type = ''] = /^([0-9a-f]{40,64}) (\w+)/.exec(line) ?? [];
  if (type === 'tree' || type === 'blob') return { kind: type, oid };
  if (line.startsWith('symlink ')) return { kind: 'outside', link };
  const [, kind = 'missing'] = /^(dangling|loop|notdir) \d+$/.exec(line) ?? [];
  if (kind === 'dangling') return hop(cwd, commit, path, hops);
  if (kind === 'loop' || kind === 'notdir') return { kind };
  const entry = path === '' ? '' : await gitText(cwd, ['ls-tree', '--full-tree', commit, '--', path]);
  return { kind: entry.startsWith('160000 ') ? 'submodule' : 'missing' };
}

/** The maximum number of consecutive links, as in Linux. */
const MAX_HOPS = 40;

/** Git calls a link to `./file` dangling (seen of 2.39), so each such link is followed by hand before it is believed. */
async function hop(cwd: string, commit: string, path: string, hops: number): Promise<Target> {
  const link = await gitText(cwd, ['cat-file', 'blob', `${commit}:${path}`]).catch(() => null);
  if (link === null || hops === 0) return { kind: 'dangling' };
  const next = posix.join(posix.dirname(path), link).replace(/^\.(\/|$)|\/+$/g, '');
  if (/^\.\.(\/|$)/.test(next)) return { kind: 'outside', link };
  const target = await targetOf(cwd, commit, next, hops - 1);
  return target.kind === 'missing' ? { kind: 'dangling' } : target;
}

export interface TreeEntry {
  readonly kind: 'file' | 'link' | 'submodule';
  readonly oid: string;
  readonly bytes: number;
  /** Within the tree. */
  readonly path: string;
}

/** All files below a tree. */
export async function treeEntries(cwd: string, tree: string): Promise<TreeEntry[]> {
  const listing = await gitText(cwd, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
  return [...listing.matchAll(/(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([^\0]+)\0/g)].map(
    ([, mode = '', oid = '', size = '', path = '']) => ({
      kind: mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file',
      oid,
      bytes: Number(size) || 0,
      path,
    }),
  );
}

/** The contents of blobs, in their order. */
export async function blobs(cwd: string, oids: readonly string[]): Promise<Buffer[]> {
  if (oids.length === 0) return [];
  const stream = await gitBytes(cwd, ['cat-file', '--batch'], `${oids.join('\n')}\n`);
  const contents: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const end = stream.indexOf(10, at);
    const header = stream.toString('utf8', at, end);
    const bytes = Number(/ blob (\d+)$/.exec(header)?.[1]);
    if (!Number.isInteger(bytes)) throw new KernelError(`git cannot read an object of this repository: ${header}`);
    contents.push(stream.subarray(end + 1, end + 1 + bytes));
    at = end + 1 + bytes + 1;
  }
  return contents;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function firstLine(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return (stderr.split('\n')[0] ?? '').replace(/^(fatal|error): /, '');
}
