import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { problemOf } from '../testdata/trial.ts';
import { serve } from './serve.ts';
import { choiceText, neighbours, variants } from './variants.ts';

const set = await loadKernels('kernels');
const DEVICE = {
  features: ['shader-f16', 'subgroups'],
  limits: { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 16384 },
  subgroupSize: [8, 8],
} as const;

describe('the variants of a kernel', () => {
  it('are distinct, served, and hold for every number of rows of the class', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...set.kernels),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (kernel, m, n, k) => {
          const [w = 'f32'] = kernel.formats.w;
          const [a = 'f32'] = kernel.formats.a;
          const [acc = 'f32'] = kernel.formats.acc;
          const [out = 'f32'] = kernel.formats.out;
          const problem = problemOf({ m, n, k }, { w, a, acc, out });
          const layout = kernel.layouts.includes('nt') ? 'nt' : 'nn';
          const found = variants(kernel, { ...problem, layout }, DEVICE);
          expect(new Set(found.map(choiceText)).size).toBe(found.length);
          for (const choice of found)
            expect(serve(kernel, { ...problem, layout }, DEVICE, choice)).toHaveProperty('program');
          const most = 2 ** Math.ceil(Math.log2(m));
          const full = { ...problem, layout, shape: { ...problem.shape, m: most } } as const;
          if (most > 256) return;
          // A condition on m times n, as split-k has it, can end within the class.
          const ofMost = variants(kernel, full, DEVICE);
          if (ofMost.length > 0) expect(ofMost).toEqual(found);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leave out tiles beyond the problem', () => {
    const found = variants(findKernel(set, 'direct'), problemOf({ m: 7, n: 20, k: 64 }), DEVICE);
    const tiles = new Set(found.map(({ tile }) => `${tile.m}×${tile.n}`));
    expect([...tiles]).toEqual(['4×8', '4×16', '4×32', '8×8', '8×16', '8×32']);
  });

  it('keep sizes that follow the device, however small the problem', () => {
    const found = variants(findKernel(set, 'subgroup'), problemOf({ m: 7, n: 20, k: 64 }), DEVICE);
    expect(new Set(found.map(({ tile }) => tile.n))).toEqual(new Set([32, 64]));
  });

  it.each(['{w}-matrix', 'matrix-tile', 'subgroup-matrix'])(
    'of %s give each subgroup a whole part of the tile',
    (name) => {
      const matrices = [{ m: 8, n: 8, k: 8, component: 'f16', result: 'f32' }] as const;
      const features = [...DEVICE.features, 'subgroup-size-control', 'chromium-experimental-subgroup-matrix'];
      const limits = { maxComputeInvocationsPerWorkgroup: 1024, maxComputeWorkgroupStorageSize: 65536 };
      const device = { ...DEVICE, source: 'gpu', features, limits, subgroupMatrices: matrices } as const;
      const w = name === '{w}-matrix' ? 'fp8-channel' : 'f16';
      const problem = { ...problemOf({ m: 256, n: 256, k: 64 }, { w, a: 'f16' }), layout: 'nt' } as const;
      const found = variants(findKernel(set, name.replace('{w}', w)), problem, device);
      expect(found.length).toBeGreaterThan(10);
      for (const choice of found)
        expect([choice.tile.m % choice.thread.m, choice.tile.n % choice.thread.n], choiceText(choice)).toEqual([0, 0]);
    },
  );

  it('have neighbours one step away in one size', () => {
    const all = variants(findKernel(set, 'direct'), problemOf({ m: 64, n: 64, k: 64 }), DEVICE);
    const from = all.find((choice) => choiceText(choice) === '16×32×4/4×4');
    if (!from) throw new Error('not a variant');
    expect(neighbours(from, all).map(choiceText)).toEqual([
      '8×32×4/4×4',
      '16×16×4/4×4',
      '16×32×4/4×8',
      '16×32×4/8×4',
      '16×64×4/4×4',
      '32×32×4/4×4',
    ]);
  });
});
