import { gitText } from '../../kernel/set/git.node.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import type { RunRecord } from '../../record/schema.ts';
import type { CommitFacts } from './provenance.ts';

/** What the repository of a folder knows of the record's commit; null if it does not have it. Reads objects of git, and runs nothing. */
export async function commitFacts({ commit, settings }: RunRecord, cwd: string): Promise<CommitFacts | null> {
  if (!commit || !/^[0-9a-f]{7,64}$/.test(commit.sha)) return null;
  let seconds: number;
  try {
    seconds = Number(await gitText(cwd, ['show', '-s', '--format=%ct', `${commit.sha}^{commit}`]));
  } catch {
    return null;
  }
  const { from } = settings.kernels;
  const kernels = /^[\w-][\w./-]*$/.test(from) ? await kernelsAt(`${commit.sha}:${from}`, cwd) : null;
  return { committedAt: new Date(seconds * 1e3), kernels };
}

async function kernelsAt(place: string, cwd: string): Promise<CommitFacts['kernels']> {
  try {
    return await loadKernels(place, cwd);
  } catch {
    return null;
  }
}
