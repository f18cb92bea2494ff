/** What a driver's own compiler makes of the kernels for matrix units, for a GPU that has them and is not there. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../engine/webgpu/compile.ts';
import { type NullHardware, openNullHardware } from '../engine/webgpu/testdata/null-hardware.node.ts';
import type { Problem } from '../gemm/problem.ts';
import { fmaLoops, matrixLoops, STREAM_BYTES, streamProbes } from '../measure/worker/peak-probes.ts';
import { matrixProduct, type SubgroupMatrix } from './device.ts';
import { best } from './select/best.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { problemOf } from './testdata/trial.ts';

const set = await loadKernels('kernels');
const HALVES = { w: 'f16', a: 'f16' } as const;
const CUBE: SubgroupMatrix = { m: 16, n: 16, k: 16, component: 'f16', result: 'f32' };

describe('RDNA3 without hardware', () => {
  let opened: NullHardware | string;
  let gpu: NullHardware;

  beforeAll(async () => {
    opened = await openNullHardware('navi31');
  });
  beforeEach((ctx) => {
    if (typeof opened === 'string') ctx.skip(opened);
    else gpu = opened;
  });

  it('is read as a GPU with its matrix products', () => {
    const { source, vendor, features, subgroupSize, subgroupMatrices } = gpu.facts;
    expect([source, vendor, subgroupSize]).toEqual(['gpu', 'amd', [32, 64]]);
    expect(features).toContain('chromium-experimental-subgroup-matrix');
    expect(subgroupMatrices).toContainEqual(CUBE);
    expect(matrixProduct(gpu.facts)).toEqual(CUBE);
  });

  const problems: readonly (readonly [string, Problem])[] = [
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
  ];
  it.each(problems)('gets subgroup-matrix, compiled to the end: %s', async (_name, problem) => {
    const picked = best(set, problem, gpu.facts);
    if ('reason' in picked) throw new Error(picked.reason);
    expect(picked.kernel.name).toBe('subgroup-matrix');
    const { code } = picked.program;
    expect(code).toMatch(/MATRIX_M[^;]*= 16/);
    const { seconds } = await compile(gpu.device, { label: 'subgroup-matrix', code, layout: 'auto' });
    expect(seconds).toBeGreaterThan(0);
  });

  it('compiles every probe of its ceilings', async () => {
    const loops = [...fmaLoops('f32'), ...fmaLoops('f16'), ...matrixLoops(CUBE, 64)];
    const streams = (['read', 'copy'] as const).flatMap((kind) => streamProbes(kind, STREAM_BYTES));
    for (const { name, code } of [...loops.map((loop) => loop.probe(16)), ...streams])
      await compile(gpu.device, { label: name, code, layout: 'auto' });
  });

  it.each([
    ['other sizes', { ...CUBE, m: 8, n: 8, k: 8 }],
    ['sizes in another order', { ...CUBE, m: 8, k: 32 }],
  ])('refuses products that it does not list: %s', async (_name, product) => {
    const problem = problemOf({ m: 64, n: 64, k: 64 }, HALVES, { layout: 'nt' });
    const served = serve(findKernel(set, 'subgroup-matrix'), problem, { ...gpu.facts, subgroupMatrices: [product] });
    if ('reason' in served) throw new Error(served.reason);
    const { code } = served.program;
    const refused = compile(gpu.device, { label: 'subgroup-matrix', code, layout: 'auto' });
    await expect(refused).rejects.toMatchObject({ reason: 'compile-error' });
  });
});
