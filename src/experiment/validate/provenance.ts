/** What the repository knows of a record's commit: its date, its kernels and their hashes. */
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';

export interface CommitFacts {
  readonly committedAt: Date;
  /** Kernels of `settings.kernels.from` at the commit; null where that is no folder of it. */
  readonly kernels: KernelSet | null;
}

/** Clocks of two machines. */
const CLOCK_MS = 600e3;

/** @param facts null if the repository does not have the commit */
export function* provenanceFindings(record: RunRecord, facts: CommitFacts | null): Generator<Finding> {
  const { commit, settings, startedAt } = record;
  if (!commit) return;
  if (!facts) {
    yield ask(`commit ${commit.sha.slice(0, 12)} is not in this repository, so that the kernels could not be checked`);
    return;
  }
  if (Date.parse(startedAt) < facts.committedAt.getTime() - CLOCK_MS)
    yield refuse(`startedAt ${startedAt} is before the commit, of ${facts.committedAt.toISOString()}`);
  const { from, hash } = settings.kernels;
  if (!facts.kernels) yield ask(`${from} is not a folder of kernels in commit ${commit.sha.slice(0, 12)}`);
  else if (!commit.dirty) yield* kernelFindings(record, facts.kernels, hash);
}

function* kernelFindings({ cases, settings }: RunRecord, set: KernelSet, hash: string): Generator<Finding> {
  const expected = setHash(set);
  if (hash !== expected)
    yield refuse(
      `settings.kernels.hash is ${hash.slice(0, 12)}…; ${settings.kernels.from} at the commit makes it ${expected.slice(0, 12)}…`,
    );
  const rows = cases.filter((row) => row.status === 'measured');
  yield* atMost(rows.flatMap((row) => [...rowFindings(row, set)]));
}

function* rowFindings({ id, kernel }: MeasuredRow, set: KernelSet): Generator<Finding> {
  // Kernels of other engines are not files.
  if (kernel.hash === undefined) return;
  const own = set.kernels.find(({ name }) => name === kernel.name);
  if (!own) yield refuse(`${id}: the commit has no kernel ${kernel.name}`);
  else if (own.hash !== kernel.hash) yield refuse(`${id}: the hash of kernel ${kernel.name} is not that of the commit`);
  else if (kernel.technique !== own.technique)
    yield refuse(`${id}: the technique of kernel ${kernel.name} is not that of the commit`);
  if (own) yield* sizeFindings(id, kernel, own);
  if (kernel.requested !== 'best' && kernel.requested !== 'reference' && kernel.requested !== kernel.name)
    yield refuse(`${id}: kernel ${kernel.requested} was requested, ${kernel.name} ran`);
}

/** Tile and thread sizes are among those that the kernel allows. */
function* sizeFindings(id: string, { tile, thread }: MeasuredRow['kernel'], own: Kernel): Generator<Finding> {
  for (const [name, given, allowed] of [
    ['tile', tile, own.tile],
    ['thread', thread, own.thread],
  ] as const) {
    for (const [dimension, { values }] of Object.entries(allowed)) {
      const value = (given as Readonly<Record<string, number>> | undefined)?.[dimension];
      if (value !== undefined && !values.includes(value))
        yield refuse(`${id}: ${name}.${dimension} is ${value}; kernel ${own.name} allows ${values.join(', ')}`);
    }
  }
}
