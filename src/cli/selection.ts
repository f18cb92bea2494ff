/** From what the user names (suites, filters, a shard) to the cases to look at. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KernelSet } from '../kernel/kernel.ts';
import { loadKernels } from '../kernel/load.node.ts';
import type { Case, OperandMode } from '../plan/case.ts';
import { type Expansion, expand } from '../plan/expand.ts';
import { parseFilters } from '../plan/filter.ts';
import { formatId, parseId } from '../plan/id.ts';
import { loadSuites } from '../plan/load.node.ts';
import { seriesOf } from '../plan/series.ts';
import { UsageError } from './exit.ts';
import type { Io } from './io.ts';

const SHIPPED_KERNELS = fileURLToPath(new URL('../../kernels', import.meta.url));

/** The harness's own kernels, which vouch for others' answers. */
export function shippedKernels(): Promise<KernelSet> {
  return loadKernels(SHIPPED_KERNELS);
}

/** The kernels asked for, by default `kernels/` here, else the harness's own. */
export async function kernelsFrom(where: string | undefined, cwd: string): Promise<{ set: KernelSet; from: string }> {
  if (where !== undefined) return { set: await loadKernels(where, cwd), from: where };
  const set = existsSync(join(cwd, 'kernels')) ? await loadKernels('kernels', cwd) : await shippedKernels();
  return { set, from: 'kernels' };
}

/** Suites by name or file, expanded. Throws SpecError. A set of both sides of a comparison has most names twice. */
export async function expansions(suites: readonly string[], set: KernelSet, io: Io): Promise<Expansion[]> {
  const kernels = [...new Set([...set.kernels.map((kernel) => kernel.name), 'gpujs'])];
  const loaded = await loadSuites(suites, { cwd: io.cwd });
  return loaded.map((suite) => expand(suite, { kernels }));
}

/** The cases that pass the filters. Throws UsageError when none does: a filter that matches nothing is a mistake. */
export function filtered(cases: readonly Case[], filters: readonly string[]): Case[] {
  const found = cases.filter(parseFilters(filters));
  if (found.length > 0) return found;
  const named = filters.map((filter) => `--filter '${filter}'`).join(' ');
  throw new UsageError(
    `${named || 'this choice'} matches none of ${cases.length} cases; \`shapemark list\` prints their ids`,
  );
}

/** The same case with another operand mode: another thing to measure, so another id and series. */
export function withOperands(item: Case, operands: OperandMode): Case {
  const changed = { ...item, operands, id: formatId({ ...parseId(item.id), operands }) };
  return { ...changed, series: seriesOf(changed) };
}

/** For `--engine gpujs`: every case once more as gpu.js computes it, so that both stand in one table. */
export function withGpuJs(cases: readonly Case[]): Case[] {
  const known = new Set(cases.map((item) => item.id));
  return cases.flatMap((item) => {
    const kernel = 'gpujs';
    const twin = { ...item, kernel, id: formatId({ ...parseId(item.id), kernel }) };
    if (known.has(twin.id)) return [item];
    known.add(twin.id);
    return [item, { ...twin, series: seriesOf(twin) }];
  });
}

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * Reads `I/N` (I from 1), or `auto`, which takes both from a Slurm array or, as `auto/N`, the index of a Kubernetes indexed
 * Job.
 */
export function readShard(text: string, environment: Io['environment']): Shard {
  const match = /^(?:(\d+)|auto)(?:\/(\d+))?$/.exec(text);
  const index = match?.[1] ?? autoIndex(environment);
  const count = match?.[2] ?? environment.SLURM_ARRAY_TASK_COUNT;
  const shard = { index: Number(index), count: Number(count) };
  const sound = match !== null && index !== undefined && count !== undefined;
  if (!sound || !(shard.index >= 1 && shard.index <= shard.count)) {
    throw new UsageError(`--shard ${text}: expected I/N with 1 ≤ I ≤ N, or auto/N where the scheduler sets an index`);
  }
  return shard;
}

function autoIndex({
  JOB_COMPLETION_INDEX,
  SLURM_ARRAY_TASK_ID,
  SLURM_ARRAY_TASK_MIN,
}: Io['environment']): string | undefined {
  if (JOB_COMPLETION_INDEX !== undefined) return String(Number(JOB_COMPLETION_INDEX) + 1);
  if (SLURM_ARRAY_TASK_ID !== undefined)
    return String(Number(SLURM_ARRAY_TASK_ID) - Number(SLURM_ARRAY_TASK_MIN ?? 0) + 1);
  return undefined;
}

/** Every N-th case: neighbours cost alike, so shards do too. */
export function shardOf<T>(items: readonly T[], shard: Shard | null): T[] {
  return shard === null ? [...items] : items.filter((_, i) => i % shard.count === shard.index - 1);
}
