import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import { rows } from '../../gemm/shape.ts';
import { serve } from '../../kernel/select/serve.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { findKernel } from '../../kernel/set/set.ts';
import { expectEverywhere, problemOf, trial } from '../../kernel/testdata/trial.ts';
import type { Operands, Prepared, Session } from '../port.ts';
import { openWebGpu } from './open.node.ts';

const set = await loadKernels('kernels');
const request = { seed: 7, distribution: 'normal', sets: 2 } as const;
let whole: Session;
let narrow: Session;
beforeAll(async () => {
  ({ session: whole } = await openWebGpu({ adapter: 'auto' }));
  ({ session: narrow } = await openWebGpu({
    adapter: 'auto',
    limits: { maxStorageBufferBindingSize: 10_240, maxTextureDimension2D: 8192 },
  }));
});
afterAll(async () => {
  await whole.dispose();
  await narrow.dispose();
});

interface Ready {
  readonly prepared: Prepared;
  readonly operands: Operands;
}

/** Skips the test on a device that lacks what the kernel needs. */
async function ready({ skip }: TestContext, session: Session, kernel: string, problem: Problem): Promise<Ready> {
  const served = serve(findKernel(set, kernel), problem, session.facts);
  if ('reason' in served) {
    expect(served.reason).toContain('which this device lacks');
    return skip(served.reason);
  }
  const operands = await session.allocate({ problem, ...request });
  const prepared = await session.prepare({ kind: 'wgsl', program: served.program }, operands);
  await prepared.poison();
  return { prepared, operands };
}

function dispose(...things: Ready[]): void {
  for (const { prepared, operands } of things) {
    prepared.dispose();
    operands.dispose();
  }
}

const f16 = { w: 'f16', a: 'f16', out: 'f16' } as const;
const experts = { experts: 5, rows: [3, 0, 41, 1, 0] };
const CASES: readonly [what: string, kernel: string, Problem, panels: number][] = [
  ['columns of B, nt', 'direct', problemOf({ m: 5, n: 133, k: 72 }, {}, { layout: 'nt', bias: true }), 5],
  ['columns of B, nn', 'naive', problemOf({ m: 5, n: 133, k: 70 }, {}, { bias: true }), 5],
  ['rows of A stored [k][m]', 'direct', problemOf({ m: 132, n: 8, k: 64 }, f16, { layout: 'tn' }), 3],
  ['batches', 'naive', problemOf({ batch: 5, m: 9, n: 21, k: 44 }, {}, { layout: 'nt', bias: true }), 3],
  ['cells of batches', 'naive', problemOf({ batch: 2, m: 70, n: 66, k: 77 }, {}, { layout: 'tn' }), 18],
  ['C alone', 'naive', problemOf({ m: 100, n: 100, k: 8 }), 8],
  ['halves with rows of odd length', 'direct', problemOf({ m: 33, n: 117, k: 75 }, f16, { layout: 'nt' }), 2],
  ['experts', 'naive', problemOf({ m: 45, n: 40, k: 60 }, {}, { layout: 'nt', groups: experts, bias: true }), 3],
  ['mxfp4', 'mxfp4', problemOf({ m: 3, n: 500, k: 100 }, { w: 'mxfp4' }), 4],
  ['nvfp4', 'naive', problemOf({ m: 3, n: 500, k: 100 }, { w: 'nvfp4' }), 4],
  ['int4 and experts', 'naive', problemOf({ m: 45, n: 90, k: 70 }, { w: 'int4' }, { groups: experts }), 6],
  ['textures', 'texture', problemOf({ m: 5, n: 133, k: 70 }, {}, { bias: true }), 5],
];

describe('operands beyond the binding limit', () => {
  it.for(CASES)(
    'give the same C in panels, bit for bit: %s',
    { timeout: 60_000 },
    async ([_what, kernel, problem, panels], ctx) => {
      const [one, many] = [await ready(ctx, whole, kernel, problem), await ready(ctx, narrow, kernel, problem)];
      expect(one.operands.panels).toHaveLength(1);
      expect(many.operands.panels).toHaveLength(panels);
      const { points, exact } = expectEverywhere(problem);
      await one.prepared.launch({ repeats: 1, firstSet: 0 });
      const right = await one.prepared.read(points);
      expect(right.length).toBe(exact.length);
      for (const firstSet of [0, 1]) {
        await many.prepared.poison();
        await many.prepared.launch({ repeats: 2, firstSet });
        expect(await many.prepared.read(points)).toEqual(right);
      }
      const served = serve(findKernel(set, kernel), problem, narrow.facts);
      if ('program' in served) await trial(narrow, served.program, problem);
      dispose(one, many);
    },
  );

  it('are compared panel by panel as one C', async (ctx) => {
    const problem = problemOf({ m: 70, n: 66, k: 77 }, {}, { layout: 'nt' });
    const { points } = expectEverywhere(problem);
    const [naive, direct] = [await ready(ctx, narrow, 'naive', problem), await ready(ctx, narrow, 'direct', problem)];
    const count = rows(problem) * problem.shape.n;
    expect(await direct.prepared.difference(naive.prepared)).toMatchObject({
      nonFinite: count,
      worst: { row: 0, col: 0 },
    });
    await naive.prepared.launch({ repeats: 1, firstSet: 0 });
    await direct.prepared.launch({ repeats: 1, firstSet: 0 });
    const [right, found] = [await naive.prepared.read(points), await direct.prepared.read(points)];
    const off = Float64Array.from(right, (value, i) => Math.abs(value - (found[i] ?? Number.NaN)));
    const rms = Math.sqrt(right.reduce((sum, value) => sum + value ** 2, 0) / count);
    const { maxAbs, nonFinite, worst, rms: total } = await direct.prepared.difference(naive.prepared);
    expect({ maxAbs, nonFinite }).toEqual({ maxAbs: Math.max(...off), nonFinite: 0 });
    expect(worst.row * problem.shape.n + worst.col).toBe(off.indexOf(maxAbs));
    expect(total / rms).toBeCloseTo(1, 5);
    const digestOf = async ({ prepared }: typeof naive) => (await prepared.difference(naive.prepared)).digest;
    expect(await digestOf(direct)).toMatch(/^[0-9a-f]{16}$/);
    expect(await digestOf(direct)).toBe(await digestOf(direct));
    expect(await digestOf(direct)).not.toBe(await digestOf(naive));
    await expect(direct.prepared.read([{ row: 70, col: 0 }])).rejects.toThrow('(70, 0) lies outside C');
    dispose(naive, direct);
  });

  it('are no matter of a program made for others', async () => {
    const problem = problemOf({ m: 5, n: 133, k: 70 });
    const served = serve(findKernel(set, 'direct'), problem, whole.facts);
    if (!('program' in served)) throw new Error(served.reason);
    const operands = await narrow.allocate({ problem, ...request });
    await expect(narrow.prepare({ kind: 'wgsl', program: served.program }, operands)).rejects.toThrow(
      'direct was made for 1 panels, the operands lie in 5',
    );
    operands.dispose();
  });
});
