import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visitCosts } from '../../measure/parent/cost.ts';
import { expand } from '../../plan/case/expand.ts';
import { loadSuites } from '../../plan/load.node.ts';
import { NothingToDo, UsageError } from '../errors.ts';
import { shippedKernels } from './selection.ts';
import { divided, readShard, shardOf } from './shard.ts';

const BENCHES = fileURLToPath(new URL('../../../benches', import.meta.url));
const COUNTS = Array.from({ length: 16 }, (_, i) => i + 1);

/** Each shard's sum of each cost, as multiples of its mean over shards. */
function loadsOf(costs: readonly (readonly number[])[], owners: readonly number[], count: number): number[] {
  const totals = totalsOf(costs);
  const loads = Array.from({ length: count }, () => totals.map(() => 0));
  for (const [item, owner] of owners.entries())
    for (const [d, cost] of (costs[item] ?? []).entries()) {
      const load = loads[owner] as number[];
      load[d] = (load[d] ?? 0) + (cost * count) / (totals[d] ?? 1);
    }
  return loads.flat();
}

/** The largest case, likewise. */
function largestOf(costs: readonly (readonly number[])[], count: number): number {
  const totals = totalsOf(costs);
  return costs.flat().reduce((most, cost, i) => Math.max(most, (cost * count) / (totals[i % totals.length] ?? 1)), 0);
}

function totalsOf(costs: readonly (readonly number[])[]): number[] {
  return (costs[0] ?? []).map((_, d) => costs.reduce((all, cost) => all + (cost[d] ?? 0), 0));
}

describe('a shard', () => {
  it.each([
    ['2/3', {}, { index: 2, count: 3 }],
    ['auto/4', { JOB_COMPLETION_INDEX: '0' }, { index: 1, count: 4 }],
    ['auto', { SHAPEMARK_SHARD_INDEX: '3', SHAPEMARK_SHARD_COUNT: '4' }, { index: 4, count: 4 }],
    [
      'auto',
      { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '5', SLURM_ARRAY_TASK_MAX: '7', SLURM_ARRAY_TASK_COUNT: '3' },
      { index: 3, count: 3 },
    ],
    [
      'auto',
      {
        ...{ SLURM_ARRAY_TASK_ID: '14', SLURM_ARRAY_TASK_MIN: '2', SLURM_ARRAY_TASK_MAX: '14' },
        ...{ SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_STEP: '4' },
      },
      { index: 4, count: 4 },
    ],
    ['auto', { SLURM_STEP_NUM_TASKS: '8', SLURM_PROCID: '7' }, { index: 8, count: 8 }],
    [
      'auto',
      {
        ...{ SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_MAX: '1' },
        ...{ SLURM_ARRAY_TASK_COUNT: '2', SLURM_STEP_NUM_TASKS: '4', SLURM_PROCID: '2' },
      },
      { index: 7, count: 8 },
    ],
    ['1/2', { JOB_COMPLETION_INDEX: '1' }, { index: 1, count: 2 }],
  ])('%s with %j', (text, environment, shard) => {
    expect(readShard(text, environment)).toEqual(shard);
  });

  it.each([
    ['0/3', {}, /1 ≤ I ≤ N/],
    ['4/3', {}, /shard 4 of 3/],
    ['1', {}, /of how many\? Write 1\/N/],
    ['auto', {}, /no scheduler has set/],
    ['auto/3', {}, /no scheduler has set/],
    ['1/0', {}, /1 ≤ I ≤ N/],
    ['x', {}, /expected I\/N, auto\/N or auto/],
    ['-1/2', {}, /expected I\/N/],
    ['auto', { JOB_COMPLETION_INDEX: '1' }, /Write auto\/N/],
    ['auto/2', { JOB_COMPLETION_INDEX: '2' }, /shard 3 of 2/],
    ['auto', { JOB_COMPLETION_INDEX: 'two' }, /JOB_COMPLETION_INDEX is "two"; expected a whole number/],
    ['auto/9', { SHAPEMARK_SHARD_INDEX: '0', SHAPEMARK_SHARD_COUNT: '8' }, /the scheduler runs 8 tasks, not 9/],
    [
      'auto',
      { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_MAX: '7', SLURM_ARRAY_TASK_COUNT: '3' },
      /the array has gaps/,
    ],
  ])('%s with %j is refused', (text, environment, message) => {
    expect(() => readShard(text, environment)).toThrow(UsageError);
    expect(() => readShard(text, environment)).toThrow(message);
  });
});

describe('shards', () => {
  const cost = fc.tuple(fc.double({ min: 0, max: 1e3, noNaN: true }), fc.double({ min: 0, max: 1e3, noNaN: true }));

  it('have every case once, each has one while there are enough, and are the same everywhere', () => {
    const property = fc.property(fc.array(cost, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (costs, count) => {
      const owners = divided(costs, count);
      expect(owners).toHaveLength(costs.length);
      expect(new Set(owners).size).toBe(Math.min(costs.length, count));
      for (const owner of owners) expect(owner).toBeLessThan(Math.min(costs.length, count));
      expect(divided(costs, count)).toEqual(owners);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('of every suite cost within 10 % of the mean, unless a case is larger than a sixth of that', async () => {
    const { kernels } = await shippedKernels();
    const names = readdirSync(BENCHES).filter((name) => name.endsWith('.yaml'));
    const context = { kernels: kernels.map(({ name }) => name) };
    const suites = await loadSuites(
      names.map((name) => name.replace('.yaml', '')),
      { cwd: BENCHES },
    );
    let looked = 0;
    for (const suite of suites) {
      const { cases } = expand(suite, context);
      for (const adapter of ['auto', 'gpu', 'software', 'embedded']) {
        const costs = cases.map((item) => visitCosts(item, adapter));
        for (const count of COUNTS) {
          // Cases cannot be cut: some have to be small enough to fill what the large ones leave.
          if (largestOf(costs, count) > 1 / 6) continue;
          for (const load of loadsOf(costs, divided(costs, count), count))
            expect(Math.abs(load - 1), `${suite.name} ${adapter} ${count}`).toBeLessThan(0.1);
          looked++;
        }
      }
    }
    expect(looked).toBeGreaterThan(300);
  }, 60_000);

  it('keep the order of their cases', async () => {
    const { kernels } = await shippedKernels();
    const [suite] = await loadSuites(['quick'], { cwd: BENCHES });
    const { cases } = expand(suite as NonNullable<typeof suite>, { kernels: kernels.map(({ name }) => name) });
    const parts = [1, 2, 3].map((index) => shardOf(cases, { index, count: 3 }, 'auto'));
    for (const part of parts) expect(part).toEqual(cases.filter((item) => part.includes(item)));
    expect(new Set(parts.flat())).toEqual(new Set(cases));
    expect(shardOf(cases, null, 'auto')).toEqual(cases);
    const [one] = cases;
    expect(() => shardOf([one as NonNullable<typeof one>], { index: 2, count: 2 }, 'auto')).toThrow(NothingToDo);
  });
});
