/** What the repository knows of a record's commit: its date, its history, its versions, suites, kernels and their hashes. */
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import { notServedIds } from '../../record/not-served.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';
import { problemKey } from './suites.ts';

export interface CommitFacts {
  readonly committedAt: Date;
  /** Kernels of `settings.kernels.from` at the commit; null where that is no folder of it. */
  readonly kernels: KernelSet | null;
  /** Whether it is in the history that has been reviewed: a pull request brings commits of its own, with any kernels. */
  readonly isReviewed: boolean;
  /** Of this package, and of the one that contains Dawn, as the commit states them. */
  readonly versions: { readonly shapemark?: string | undefined; readonly dawn?: string | undefined };
  /** Of the suites that the run was asked for; null where they are no suites of the commit. */
  readonly problems: readonly string[] | null;
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
  if (!facts.isReviewed)
    yield ask(
      `commit ${commit.sha.slice(0, 12)} is not in the history of this repository, so that nobody reviewed its kernels`,
    );
  yield* versionFindings(record, facts.versions);
  yield* completeness(record, facts.problems);
  const { from, hash } = settings.kernels;
  if (!facts.kernels) yield ask(`${from} is not a folder of kernels in commit ${commit.sha.slice(0, 12)}`);
  else if (!commit.dirty) yield* kernelFindings(record, facts.kernels, hash);
}

function* versionFindings({ environment }: RunRecord, versions: CommitFacts['versions']): Generator<Finding> {
  for (const [name, stated, expected] of [
    ['shapemark', environment.shapemark, versions.shapemark],
    ['dawn', environment.dawn, versions.dawn],
  ] as const)
    if (stated !== null && expected !== undefined && stated !== expected)
      yield ask(`environment.${name} is ${stated}; the commit makes it ${expected}`);
}

/** A row for every problem that was asked for, with a time or the reason why there is none. */
function* completeness(record: RunRecord, problems: CommitFacts['problems']): Generator<Finding> {
  const { cases, notServed, settings } = record;
  // A shard has a part of them.
  if (problems === null || settings.shard || settings.merged) return;
  const ids = [...cases.map(({ id }) => id), ...(notServed ? notServedIds(notServed) : [])];
  const held = new Set(ids.map(problemKey));
  const missing = problems.filter((problem) => !held.has(problem));
  if (missing.length > 0)
    yield ask(
      `${missing.length} of ${problems.length} problems of ${settings.suites.join(', ')} have no row; the first is ${missing[0]}`,
    );
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
