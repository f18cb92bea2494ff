import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, flop, operandBytes } from '../../gemm/shape.ts';
import { visitCosts } from '../../measure/parent/cost.ts';
import { coldBytesOf, maxSetsOf } from '../../measure/worker/cache.ts';
import type { Case } from '../../plan/case/case.ts';
import { expand } from '../../plan/case/expand.ts';
import { loadSuites } from '../../plan/load.node.ts';
import { NothingToDo, UsageError } from '../errors.ts';
import { divided } from './division.ts';
import { shippedKernels } from './selection.ts';
import { readShard, shardOf } from './shard.ts';

const BENCHES = fileURLToPath(new URL('../../../benches', import.meta.url));
const COUNTS = Array.from({ length: 16 }, (_, i) => i + 1);

/** A device whose rates nobody told the division; launches are limited by FLOP or by memory. */
interface Rates {
  readonly source: 'gpu' | 'system-software' | 'embedded-software';
  readonly flopPerSecond: number;
  readonly bytesPerSecond: number;
  readonly fillBytesPerSecond: number;
  readonly fixedSeconds: number;
}

/** Slow and fast ones of each kind. */
const DEVICES: readonly Rates[] = [0.02, 0.5].flatMap((fixedSeconds) => [
  ...[1e12, 5e12, 5e13].map((rate) => rates('gpu', rate, 1e10, fixedSeconds)),
  ...[1e10, 1e11].map((rate) => rates('system-software', rate, 1e9, fixedSeconds)),
  ...[1e9, 5e9].map((rate) => rates('embedded-software', rate, 5e8, fixedSeconds)),
]);

function rates(
  source: Rates['source'],
  flopPerSecond: number,
  fillBytesPerSecond: number,
  fixedSeconds: number,
): Rates {
  return { source, flopPerSecond, bytesPerSecond: flopPerSecond / 10, fillBytesPerSecond, fixedSeconds };
}

/** Of a visit: compile, fill, verify every set, warm up, sample. */
function secondsOn(device: Rates, { problem, operands }: Pick<Case, 'problem' | 'operands'>): number {
  const perSet = Object.values(operandBytes(problem)).reduce((sum, some) => sum + some, 0);
  const cold = Math.min(maxSetsOf(device.source), Math.ceil(coldBytesOf(device.source) / perSet));
  const sets = operands === 'cold' ? Math.max(1, cold) : 1;
  const launch = Math.max(flop(problem) / device.flopPerSecond, bytes(problem) / device.bytesPerSecond);
  const filled = (perSet * sets + bytes(problem)) / device.fillBytesPerSecond;
  return device.fixedSeconds + filled + launch * (sets + 2) + Math.max(0.05, 2 * launch) + Math.max(0.2, 5 * launch);
}

/** Each shard's sum, as a multiple of the mean over shards. */
function loadsOf(seconds: readonly number[], owners: readonly number[], count: number): number[] {
  const mean = seconds.reduce((sum, one) => sum + one, 0) / count;
  const loads = new Array<number>(count).fill(0);
  for (const [item, owner] of owners.entries()) loads[owner] = (loads[owner] ?? 0) + (seconds[item] ?? 0) / mean;
  return loads;
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

const ALL = ['gpu', 'system-software', 'embedded-software'];
const ASKED: readonly (readonly [string, readonly string[]])[] = [
  ['auto', ALL],
  ['gpu', ['gpu']],
  ['software', ['system-software']],
  ['embedded', ['embedded-software']],
];

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

  it('of every suite take within 10 % of the mean on any device, unless a case takes more than a twelfth of that', async () => {
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
      for (const [adapter, sources] of ASKED) {
        const costs = cases.map((item) => visitCosts(item, adapter));
        const times = DEVICES.filter(({ source }) => sources.includes(source)).map((device) => ({
          device,
          seconds: cases.map((item) => secondsOn(device, item)),
        }));
        for (const count of COUNTS) {
          const owners = divided(costs, count);
          for (const { device, seconds } of times) {
            const mean = seconds.reduce((sum, one) => sum + one, 0) / count;
            // Cases cannot be cut: they have to be small enough to fill what larger ones leave.
            if (seconds.some((one) => one > mean / 12)) continue;
            for (const load of loadsOf(seconds, owners, count))
              expect(Math.abs(load - 1), `${suite.name} ${adapter} ${count} ${device.flopPerSecond}`).toBeLessThan(0.1);
            looked++;
          }
        }
      }
    }
    expect(looked).toBeGreaterThan(2000);
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
