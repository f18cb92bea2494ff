import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFormats, anyLayout } from '../../gemm/testdata/problems.ts';
import type { KernelDevice } from '../device.ts';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { problemOf } from '../testdata/trial.ts';
import { ruleAgainst } from './limits.ts';
import { serve } from './serve.ts';

const set = await loadKernels('kernels');

/** Has every feature, and no limit. */
const ANY: KernelDevice = {
  features: [...new Set(set.kernels.flatMap(({ requires }) => requires))],
  limits: {},
  subgroupSize: [32, 32],
  subgroupMatrices: [{ m: 8, n: 8, k: 8, component: 'f16', result: 'f32' }],
};

const problems = fc
  .record({
    shape: fc.record({
      batch: fc.constantFrom(1, 3),
      m: fc.constantFrom(1, 33, 65, 400),
      n: fc.constantFrom(8, 700),
      k: fc.constantFrom(64, 96),
    }),
    layout: anyLayout,
    ...anyFormats,
    bias: fc.boolean(),
    groups: fc.constantFrom(undefined, { experts: 2, rows: [3, 30] }),
  })
  .map(({ shape, layout, bias, groups, ...format }) => {
    const grouped = groups ? { ...shape, batch: 1, m: 33 } : shape;
    const problem = problemOf(grouped, format);
    return { ...problem, layout, bias, ...(groups && { groups }) };
  });

describe('what a kernel is not for', () => {
  it('is never what a device serves', () => {
    fc.assert(
      fc.property(fc.constantFrom(...set.kernels), problems, (kernel, problem) => {
        if (ruleAgainst(kernel, problem) !== null) expect(serve(kernel, problem, ANY)).toHaveProperty('reason');
      }),
      { numRuns: 2000 },
    );
  });

  it('reads the same for every case that it is true of', () => {
    const int4 = findKernel(set, 'int4');
    expect(ruleAgainst(int4, problemOf({ m: 4 }))).toBe('serves weights in int4 only');
    expect(ruleAgainst(int4, problemOf({ m: 4 }, { w: 'bf16' }))).toBe('serves weights in int4 only');
    expect(ruleAgainst(findKernel(set, 'gemv'), problemOf({ m: 65 }))).toMatch(/^is for m <= 64: B is read again/);
    expect(ruleAgainst(findKernel(set, 'outer-product'), { ...problemOf({ m: 4 }), layout: 'nt' })).toBe(
      'serves layout nn, tn only',
    );
  });

  it('is not what a device lacks', () => {
    const poor: KernelDevice = { features: [], limits: {} };
    const problem = problemOf({ m: 64, n: 64, k: 64 }, { w: 'f16', a: 'f16' });
    const lacking = set.kernels.filter(
      (kernel) => 'program' in serve(kernel, problem, ANY) && 'reason' in serve(kernel, problem, poor),
    );
    expect(lacking.map(({ name }) => name)).toContain('subgroup');
    for (const kernel of lacking) expect(ruleAgainst(kernel, problem)).toBeNull();
  });
});
