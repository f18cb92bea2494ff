/** What the repository knows of a record's commit. Reads objects of git, and runs nothing. */
import { WEIGHT_FORMATS } from '../../gemm/problem.ts';
import { gitText } from '../../kernel/set/git.node.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import type { RunRecord } from '../../record/schema.ts';
import type { CommitFacts } from './provenance.ts';
import { suiteProblems } from './suites.node.ts';

/**
 * Null if the repository does not have the commit.
 *
 * @param reviewed the ref whose history counts as reviewed: a pull request brings commits of its own
 */
export async function commitFacts(record: RunRecord, cwd: string, reviewed = 'HEAD'): Promise<CommitFacts | null> {
  const { commit, settings } = record;
  if (!commit || !/^[0-9a-f]{7,64}$/.test(commit.sha)) return null;
  const { sha } = commit;
  const seconds = await gitText(cwd, ['show', '-s', '--format=%ct', `${sha}^{commit}`]).catch(() => null);
  if (seconds === null) return null;
  const { from } = settings.kernels;
  const kernels = /^[\w-][\w./-]*$/.test(from) ? await kernelsAt(sha, from, cwd) : null;
  return {
    committedAt: new Date(Number(seconds) * 1e3),
    isReviewed: await isAncestor(sha, reviewed, cwd),
    versions: await versionsAt(sha, cwd),
    kernels,
    problems: await suiteProblems(record, sha, cwd),
  };
}

const isAncestor = (sha: string, of: string, cwd: string): Promise<boolean> =>
  gitText(cwd, ['merge-base', '--is-ancestor', sha, of]).then(
    () => true,
    () => false,
  );

/** Records of a pull request mostly name the same commit, which never changes. */
const KERNELS = new Map<string, Promise<CommitFacts['kernels']>>();

function kernelsAt(sha: string, from: string, cwd: string): Promise<CommitFacts['kernels']> {
  const key = JSON.stringify([sha, from, cwd]);
  const known = KERNELS.get(key) ?? readKernels(sha, from, cwd);
  KERNELS.set(key, known);
  return known;
}

async function readKernels(sha: string, from: string, cwd: string): Promise<CommitFacts['kernels']> {
  try {
    return ofFormats(await loadKernels(`${sha}:${from}`, cwd), await formatsAt(sha, cwd));
  } catch {
    return null;
  }
}

/** A kernel file makes a kernel for each number format there is; those of formats that came later did not exist yet. */
function ofFormats({ kernels, ...set }: KernelSet, names: ReadonlySet<string>): KernelSet {
  return { ...set, kernels: kernels.filter(({ formats }) => formats.w.some((w) => names.has(w))) };
}

/** Number formats of this version that the sources of the commit name. */
async function formatsAt(sha: string, cwd: string): Promise<ReadonlySet<string>> {
  const words = await gitText(cwd, ['grep', '-hoE', '[a-z]+[0-9]+(-[a-z0-9]+)*', sha, '--', '*.ts']);
  const named = new Set(words.split('\n'));
  return new Set(WEIGHT_FORMATS.filter((name) => named.has(name)));
}

/** Of this package, and of the one that contains Dawn, as the commit pins it. */
async function versionsAt(sha: string, cwd: string): Promise<CommitFacts['versions']> {
  try {
    const { version, dependencies } = JSON.parse(await gitText(cwd, ['show', `${sha}:package.json`]));
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return { shapemark: text(version), dawn: text(dependencies?.webgpu) };
  } catch {
    return {};
  }
}
