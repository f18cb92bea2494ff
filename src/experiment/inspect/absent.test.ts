/** What drivers' own compilers make of our kernels for GPUs that are not here. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import { figuresOf } from '../../inspect/figures.ts';
import { matrixProduct, type SubgroupMatrix } from '../../kernel/device.ts';
import { best } from '../../kernel/select/best.ts';
import { serve } from '../../kernel/select/serve.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { findKernel } from '../../kernel/set/set.ts';
import { problemOf } from '../../kernel/testdata/trial.ts';
import { fmaLoops, matrixLoops, STREAM_BYTES, streamProbes } from '../../measure/worker/peak-probes.ts';
import { NothingToDo } from '../errors.ts';
import { native } from './native.ts';
import { type OpenedGpu, openGpu } from './open.ts';
import type { Answer } from './protocol.ts';

const set = await loadKernels('kernels');
const HALVES = { w: 'f16', a: 'f16' } as const;
const CUBE: SubgroupMatrix = { m: 16, n: 16, k: 16, component: 'f16', result: 'f32' };
type Compiled = Extract<Answer, { printed: string }>;

/** Opened once; where its driver is not installed, tests say so and are skipped. */
function gpuOf(gpu: string): () => OpenedGpu {
  let opened: OpenedGpu | string = '';
  beforeAll(async () => {
    try {
      opened = await openGpu({ gpu, native: native(), root: null, adapter: 'auto' });
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
      opened = error.message;
    }
  });
  beforeEach((context) => {
    if (typeof opened === 'string') context.skip(opened);
  });
  afterAll(() => {
    if (typeof opened !== 'string') opened.process.end();
  });
  return () => opened as OpenedGpu;
}

async function compiled({ process }: OpenedGpu, label: string, code: string) {
  const spoken = figuresOf(await process.ask<Compiled>({ ask: 'compile', label, code, entryPoint: 'main' }, 60));
  if (!spoken) throw new Error(`nobody spoke of ${label}`);
  return spoken;
}

describe('RDNA3 without hardware', () => {
  const gpu = gpuOf('navi31');

  it('is read as a GPU with its matrix products', () => {
    const { source, vendor, features, subgroupSize, subgroupMatrices } = gpu().facts;
    expect([source, vendor, subgroupSize]).toEqual(['gpu', 'amd', [32, 64]]);
    expect(features).toContain('chromium-experimental-subgroup-matrix');
    expect(subgroupMatrices).toContainEqual(CUBE);
    expect(matrixProduct(gpu().facts)).toEqual(CUBE);
  });

  it.each<[string, Problem]>([
    ['whole tiles', problemOf({ m: 4096, n: 4096, k: 4096 }, HALVES, { layout: 'nt' })],
    [
      'ragged, with a bias',
      problemOf({ m: 70, n: 53, k: 41 }, { ...HALVES, out: 'f16' }, { layout: 'nn', bias: true }),
    ],
    ['batched', problemOf({ batch: 3, m: 33, n: 64, k: 40 }, { ...HALVES, out: 'bf16' }, { layout: 'tn' })],
    [
      'grouped',
      problemOf({ m: 42, n: 24, k: 24 }, HALVES, { layout: 'nt', groups: { experts: 4, rows: [5, 0, 36, 1] } }),
    ],
  ])('gets matrix-tile, which reaches the matrix units: %s', async (_name, problem) => {
    const picked = best(set, problem, gpu().facts);
    if ('reason' in picked) throw new Error(picked.reason);
    expect(picked.kernel.name).toBe('matrix-tile');
    const { compiler, figures } = await compiled(gpu(), 'matrix-tile', picked.program.code);
    expect(compiler).toBe('ACO');
    expect(figures.loop?.matrix).toBeGreaterThan(0);
  });

  it('compiles every probe of its ceilings, whose loops are what they say', async () => {
    const streams = (['read', 'copy'] as const).flatMap((kind) => streamProbes(kind, STREAM_BYTES));
    for (const { name, code } of streams) await compiled(gpu(), name, code);
    for (const probe of [...fmaLoops('f32'), ...fmaLoops('f16')].map((loop) => loop.probe(16)))
      expect((await compiled(gpu(), probe.name, probe.code)).figures.loop?.multiplyAdds).toBeGreaterThan(0);
    for (const probe of matrixLoops(CUBE, 64).map((loop) => loop.probe(16)))
      expect((await compiled(gpu(), probe.name, probe.code)).figures.loop?.matrix).toBeGreaterThan(0);
  });

  it.each([
    ['other sizes', { ...CUBE, m: 8, n: 8, k: 8 }],
    ['sizes in another order', { ...CUBE, m: 8, k: 32 }],
  ])('refuses products that it does not list: %s', async (_name, product) => {
    const problem = problemOf({ m: 64, n: 64, k: 64 }, HALVES, { layout: 'nt' });
    const device = { ...gpu().facts, subgroupMatrices: [product] };
    const served = serve(findKernel(set, 'subgroup-matrix'), problem, device);
    if ('reason' in served) throw new Error(served.reason);
    await expect(compiled(gpu(), 'subgroup-matrix', served.program.code)).rejects.toMatchObject({
      reason: 'compile-error',
    });
  });
});

describe('Tiger Lake without hardware', () => {
  const gpu = gpuOf('tgl');

  it('compiles by the driver of Linux, twice to the same figures', async () => {
    const { facts } = gpu();
    expect([facts.source, facts.vendor, facts.subgroupSize]).toEqual(['gpu', 'intel', [8, 32]]);
    const served = serve(findKernel(set, 'shared-tile'), problemOf({ m: 256, n: 256, k: 256 }), facts);
    if ('reason' in served) throw new Error(served.reason);
    const { compiler, figures } = await compiled(gpu(), 'shared-tile', served.program.code);
    expect(compiler).toBe('brw');
    expect(figures).toMatchObject({ spills: 0, scratchBytes: 0, loop: { unknownTripCounts: 0 } });
    // Each thread multiplies its 16 steps of a tile.
    expect(figures.loop?.multiplyAdds).toBe(16);
    const again = await compiled(gpu(), 'shared-tile', `// again\n${served.program.code}`);
    expect(again.figures).toEqual(figures);
  });
});
