/** What the repository knows of a record's commit: its date, its history, its versions, suites, kernels and their hashes. */
import { panelsOf } from '../../gemm/panels.ts';
import { bindableBytes, type KernelDevice } from '../../kernel/device.ts';
import { serve } from '../../kernel/select/serve.ts';
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import { problemOf } from '../../record/consistency.ts';
import type { AdapterFacts } from '../../record/environment.ts';
import { notServedIds } from '../../record/not-served.ts';
import type { MeasuredRow, Row } from '../../record/row.ts';
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
  /** Of the suites that the run was asked for, and where each comes from; null where they are no suites of the commit. */
  readonly problems: ReadonlyMap<string, string> | null;
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
  yield* atMost(originFindings(record, facts.problems));
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
  const missing = [...problems.keys()].filter((problem) => !held.has(problem));
  if (missing.length > 0)
    yield ask(
      `${missing.length} of ${problems.size} problems of the suites ${[...new Set(record.cases.map(({ suite }) => suite))].join(', ')} have no row; the first is ${missing[0]}`,
    );
}

/** What a row says of its origin is the suite's text. */
function* originFindings({ cases }: RunRecord, problems: CommitFacts['problems']): Generator<Finding> {
  for (const { id, from } of cases) {
    const expected = problems?.get(problemKey(id));
    if (expected !== undefined && from !== expected)
      yield ask(`${id}: from is "${from.slice(0, 60)}"; the suite says "${expected.slice(0, 60)}"`);
  }
}

function* kernelFindings(
  { cases, settings, environment }: RunRecord,
  set: KernelSet,
  hash: string,
): Generator<Finding> {
  const expected = setHash(set);
  if (hash !== expected)
    yield refuse(
      `settings.kernels.hash is ${hash.slice(0, 12)}…; ${settings.kernels.from} at the commit makes it ${expected.slice(0, 12)}…`,
    );
  const device = deviceOf(environment.adapter);
  const rows = cases.filter((row) => row.status === 'measured');
  yield* atMost(rows.flatMap((row) => [...rowFindings(row, set)]));
  yield* atMost(rows.flatMap((row) => [...programFindings(row, set, device)]));
  yield* atMost(cases.flatMap((row) => (row.status === 'skipped' ? [...skipFindings(row, set, device)] : [])));
}

function deviceOf({ subgroupSize, memoryBytes, ...facts }: AdapterFacts): KernelDevice {
  return { ...facts, ...(subgroupSize && { subgroupSize }), ...(memoryBytes && { memoryBytes }) };
}

/** The kernel serves the problem on this device, by the workgroups that it makes of its sizes. Records do not tell sizes of matrix units. */
function* programFindings(row: MeasuredRow, set: KernelSet, device: KernelDevice): Generator<Finding> {
  const { id, kernel } = row;
  const own = set.kernels.find(({ name }) => name === kernel.name);
  if (!own || own.requires.some((feature) => feature.includes('matrix'))) return;
  if ((kernel.textureFillSeconds !== undefined) !== own.textures.length > 0)
    yield ask(
      `${id}: kernel.textureFillSeconds is ${kernel.textureFillSeconds ? 'there' : 'missing'}; ${own.name} reads ${own.textures.length} textures`,
    );
  const panels = panelsOf(problemOf(row), bindableBytes(device))?.length ?? 1;
  if ((row.operands.panels ?? 1) !== panels)
    yield ask(`${id}: operands.panels is ${row.operands.panels ?? 1}; the limits of the device make it ${panels}`);
  const served = serve(own, problemOf(row), device, { tile: kernel.tile, thread: kernel.thread });
  if ('reason' in served)
    yield ask(`${id}: ${own.name} ran, which by its own rules does not serve it: ${served.reason}`);
  else if (kernel.workgroup && served.program.workgroup.join() !== kernel.workgroup.join())
    yield ask(
      `${id}: kernel.workgroup is ${kernel.workgroup.join(' × ')}; the kernel makes it ${served.program.workgroup.join(' × ')}`,
    );
}

/** A slow case that is left out is said not to be served. */
function* skipFindings(
  row: Extract<Row, { status: 'skipped' }>,
  set: KernelSet,
  device: KernelDevice,
): Generator<Finding> {
  const { requested } = row.kernel;
  if (row.reason !== 'unsupported') return;
  const able = set.kernels.find(
    (kernel) =>
      (requested === 'best' || requested === kernel.name) && 'program' in serve(kernel, problemOf(row), device),
  );
  if (able) yield ask(`${row.id}: was skipped as not served; ${able.name} serves it`);
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
