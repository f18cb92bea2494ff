/**
 * Converts a side named by a workflow into an argument of `compare`: a folder unchanged, a ref as its commit. A checkout of
 * actions/checkout has one commit and no branches, so missing commits are fetched, into refs under refs/shapemark.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../experiment/errors.ts';
import { EMPTY_NAME, gitText, isShallow, resolveRef } from '../../kernel/set/git.node.ts';

const REMOTE = 'origin';

export interface Side {
  /** As asked for. */
  readonly asked: string;
  /** What `compare` is given. */
  readonly argument: string;
  /** Null for a folder. */
  readonly commit: string | null;
  /** The folder within the commit, where `REF:path` names one. */
  readonly path: string | null;
}

/**
 * @param asked a folder, a ref, or `REF:path`; `ref:` in front forces a ref
 * @param name which side it is, for messages and for the ref it is fetched into
 * @throws UsageError in one sentence when there is no such thing, here or at the remote
 */
export async function sideOf(asked: string, name: 'base' | 'head', cwd: string): Promise<Side> {
  if (asked.trim() === '') throw new UsageError(`${name}: ${EMPTY_NAME}`);
  if (!asked.startsWith('ref:') && statSync(resolve(cwd, asked), { throwIfNoEntry: false })?.isDirectory())
    return { asked, argument: asked.startsWith('-') ? `./${asked}` : asked, commit: null, path: null };
  const [, ref = '', path = null] = /^([^:{]+)(?::(.*))?$/s.exec(asked.replace(/^ref:/, '')) ?? [undefined, asked];
  const commit = await commitOf(ref, name, cwd);
  return { asked, argument: `ref:${commit}${path === null ? '' : `:${path}`}`, commit, path };
}

async function commitOf(ref: string, name: 'base' | 'head', cwd: string): Promise<string> {
  const here = await resolveRef(ref, cwd);
  const tracking = /^(?:refs\/remotes\/)?origin\/(.+)$/.exec(ref)?.[1];
  // A runner's copy of a remote branch may be days old.
  if ('commit' in here && tracking === undefined) return here.commit;
  const there = await fetched(ref, tracking === undefined ? namesOf(ref) : [`refs/heads/${tracking}`], name, cwd);
  if ('commit' in there) return there.commit;
  if ('commit' in here) return here.commit;
  // If git is missing or the name is invalid, the remote cannot help.
  const final = /^-|\s/.test(ref) || here.problem.startsWith('git says');
  throw new UsageError(`${name} "${ref}": ${final ? here.problem : there.problem}`);
}

type Fetched = Awaited<ReturnType<typeof resolveRef>>;

const FULL = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const SHORT = /^[0-9a-f]{4,39}$/;

/** In git's own order. */
function namesOf(ref: string): string[] {
  if (FULL.test(ref)) return [ref];
  return ref.startsWith('refs/') ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`, `refs/${ref}`];
}

async function fetched(ref: string, names: readonly string[], side: string, cwd: string): Promise<Fetched> {
  try {
    const known = FULL.test(ref) ? ref : await knownThere(ref, names, cwd);
    if (known === null)
      return { problem: `there is no such folder, and neither this checkout nor ${REMOTE} knows such a ref` };
    const own = `refs/shapemark/${side}`;
    // Use --depth only in a shallow clone; it would truncate the history of a complete one.
    const depth = (await isShallow(cwd)) ? ['--depth=1'] : [];
    await gitText(cwd, [
      'fetch',
      '--quiet',
      '--no-tags',
      '--refmap=',
      '--no-write-fetch-head',
      ...depth,
      '--',
      REMOTE,
      `+${known}:${own}`,
    ]);
    return resolveRef(own, cwd);
  } catch (error) {
    return { problem: `this checkout knows no such ref, and ${REMOTE} says: ${saidBy(error)}` };
  }
}

/** The name under which the remote has it, or the commit a short name stands for; null when it has none. */
async function knownThere(ref: string, names: readonly string[], cwd: string): Promise<string | null> {
  const sound = await gitText(cwd, ['check-ref-format', names[0] ?? '']).catch(() => null);
  if (sound === null) return null;
  const listing = await gitText(cwd, ['ls-remote', '--quiet', REMOTE, ...(SHORT.test(ref) ? [] : names)]);
  const there = listing.split('\n').map((line) => line.split('\t'));
  const name = names.find((one) => there.some(([, other]) => other === one));
  if (name !== undefined || !SHORT.test(ref)) return name ?? null;
  const commits = new Set(there.flatMap(([commit = '']) => (commit.startsWith(ref) ? [commit] : [])));
  return commits.size === 1 ? ([...commits][0] ?? null) : null;
}

function saidBy(error: unknown): string {
  const lines = (error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)).split('\n');
  const line = lines.find((one) => /^(fatal|error|remote): /.test(one)) ?? lines[0] ?? '';
  return line.replace(/^(fatal|error|remote): /, '');
}
