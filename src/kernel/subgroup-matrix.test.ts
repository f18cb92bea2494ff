/**
 * subgroup-matrix without a GPU that has such matrices: Tint compiles the shipped text on a device that executes nothing,
 * and the same text with the matrix built-ins replaced by plain functions computes on any device with f16 and subgroups.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { create } from 'webgpu';
import { FAULTS } from '../../evals/faults/faults.ts';
import type { Session } from '../engine/port.ts';
import { openWebGpu } from '../engine/webgpu/open.node.ts';
import type { Problem } from '../gemm/problem.ts';
import { WrongResult } from '../measure/worker/verify.ts';
import type { KernelDevice, SubgroupMatrix } from './device.ts';
import type { Program } from './program.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { problemOf, trial } from './testdata/trial.ts';

const kernel = findKernel(await loadKernels('kernels'), 'subgroup-matrix');
const HALVES = { w: 'f16', a: 'f16' } as const;

/** As drivers state them: cubes of NVIDIA and Apple, and Intel's, whose three sizes show when two are mixed up. */
const PRODUCTS: readonly SubgroupMatrix[] = [
  { m: 16, n: 16, k: 16, component: 'f16', result: 'f32' },
  { m: 8, n: 8, k: 8, component: 'f16', result: 'f32' },
  { m: 8, n: 16, k: 16, component: 'f16', result: 'f32' },
];
const named = PRODUCTS.map((product) => [`${product.m} × ${product.n} × ${product.k}`, product] as const);

function withMatrices(device: KernelDevice, product: SubgroupMatrix): KernelDevice {
  const features = [...device.features, 'chromium-experimental-subgroup-matrix'];
  return { ...device, features, subgroupMatrices: [product] };
}

function programFor(problem: Problem, device: KernelDevice): Program {
  const served = serve(kernel, problem, device);
  if ('reason' in served) throw new Error(served.reason);
  return served.program;
}

describe('on a device that executes nothing', () => {
  // Dawn's instance must outlive its device.
  const instance = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
  let device: GPUDevice;

  beforeAll(async () => {
    const adapter = await instance.requestAdapter();
    // Chromium's own feature, which the standard type does not name.
    const found = await adapter?.requestDevice({ requiredFeatures: features as GPUFeatureName[] });
    if (!found) throw new Error('no null device');
    device = found;
  });
  afterAll(() => device.destroy());

  it.each(named)('compiles with products of %s', async (_name, product) => {
    const facts: KernelDevice = { features, limits: {}, subgroupSize: [32, 32], subgroupMatrices: [product] };
    for (const layout of ['nn', 'nt', 'tn'] as const) {
      const problem = problemOf({ m: 70, n: 52, k: 40 }, { ...HALVES, out: 'f16' }, { layout, bias: true });
      const { code, workgroup } = programFor(problem, facts);
      expect(workgroup[0] % 32).toBe(0); // as Dawn demands of shaders that use such matrices
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      expect(messages.map(({ lineNum, message }) => `${lineNum}: ${message}`)).toEqual([]);
    }
  });

  it('would be told of a mistake', async () => {
    const problem = problemOf({ m: 70, n: 52, k: 40 }, HALVES);
    const [product] = PRODUCTS;
    if (!product) throw new Error('no product');
    const { code } = programFor(problem, { features, limits: {}, subgroupSize: [32, 32], subgroupMatrices: [product] });
    const mixed = code.replace('subgroup_matrix_left<', 'subgroup_matrix_right<');
    device.pushErrorScope('validation');
    const { messages } = await device.createShaderModule({ code: mixed }).getCompilationInfo();
    expect((await device.popErrorScope())?.message).toContain('subgroupMatrixMultiplyAccumulate');
    expect(messages.map(({ type }) => type)).toContain('error');
  });
});

/** Every thread of a subgroup holds and multiplies whole matrices. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^enable chromium_experimental_subgroup_matrix;$/m, ''],
  [/subgroup_matrix_left<f16, MATRIX_K, MATRIX_M>/, 'array<f16, MATRIX_M * MATRIX_K>'],
  [/subgroup_matrix_right<f16, MATRIX_N, MATRIX_K>/, 'array<f16, MATRIX_K * MATRIX_N>'],
  [/subgroup_matrix_result<f32, MATRIX_N, MATRIX_M>/, 'array<f32, MATRIX_M * MATRIX_N>'],
  [/subgroupMatrixLoad<Left, row_major>\(&a_tile, /g, 'load_left('],
  [/subgroupMatrixLoad<Right, row_major>\(&b_tile, /g, 'load_right('],
  [/subgroupMatrixMultiplyAccumulate\(/g, 'multiply('],
  [/subgroupMatrixStore<row_major>\(&c_tile, /g, 'store_sums('],
];

/** Ends of loops depend on a value, so that compilers leave them rolled. */
const PLAIN_FUNCTIONS = `
fn rolled(elements: u32) -> u32 { return select(0u, elements, problem.k > 0u); }
fn load_left(first: u32, stride: u32) -> Left {
  var matrix: Left;
  for (var e = 0u; e < rolled(MATRIX_M * MATRIX_K); e++) {
    matrix[e] = a_tile[first + e / MATRIX_K * stride + e % MATRIX_K];
  }
  return matrix;
}
fn load_right(first: u32, stride: u32) -> Right {
  var matrix: Right;
  for (var e = 0u; e < rolled(MATRIX_K * MATRIX_N); e++) {
    matrix[e] = b_tile[first + e / MATRIX_N * stride + e % MATRIX_N];
  }
  return matrix;
}
fn multiply(left: Left, right: Right, sums: Sums) -> Sums {
  var matrix = sums;
  for (var e = 0u; e < rolled(MATRIX); e++) {
    for (var k = 0u; k < rolled(MATRIX_K); k++) {
      matrix[e] += f32(left[e / MATRIX_N * MATRIX_K + k]) * f32(right[k * MATRIX_N + e % MATRIX_N]);
    }
  }
  return matrix;
}
fn store_sums(first: u32, sums: Sums, stride: u32) {
  for (var e = 0u; e < rolled(MATRIX); e++) { c_tile[first + e / MATRIX_N * stride + e % MATRIX_N] = sums[e]; }
}
`;

function plain(program: Program): Program {
  let { code } = program;
  for (const [pattern, replacement] of PLAIN) {
    expect(code, `${pattern} is not in the program`).toMatch(pattern);
    code = code.replace(pattern, replacement);
  }
  const features = program.features.filter((feature) => !feature.includes('matrix'));
  return { ...program, code: code + PLAIN_FUNCTIONS, features };
}

describe('with plain functions in place of the matrix built-ins', () => {
  let session: Session;
  let lacking: string | undefined;

  beforeAll(async () => {
    ({ session } = await openWebGpu({ adapter: 'auto', yieldCpu: false }));
    lacking = ['shader-f16', 'subgroups'].find((feature) => !session.facts.features.includes(feature));
  });
  beforeEach((ctx) => {
    if (lacking !== undefined) ctx.skip(`the device lacks ${lacking}`);
  });
  afterAll(() => session.dispose());
  const problems: readonly Problem[] = [
    problemOf({ m: 33, n: 20, k: 40 }, { ...HALVES, out: 'f16' }, { layout: 'nn', bias: true }),
    problemOf({ m: 19, n: 35, k: 37 }, HALVES, { layout: 'nt' }),
    problemOf({ m: 36, n: 33, k: 9, batch: 2 }, HALVES, { layout: 'tn' }),
    problemOf({ m: 42, n: 24, k: 24 }, HALVES, { layout: 'nt', groups: { experts: 4, rows: [5, 0, 36, 1] } }),
  ];

  it.each(named)('is exact at every edge with products of %s', { timeout: 900_000 }, async (_name, product) => {
    for (const problem of problems) {
      await trial(session, plain(programFor(problem, withMatrices(session.facts, product))), problem);
    }
  });

  const { shape, layout, faults = [] } = FAULTS['subgroup-matrix'] ?? {};
  it.each(faults)('is caught with: $name', { timeout: 300_000 }, async ({ find, replace }) => {
    const product = PRODUCTS[1];
    if (!product) throw new Error('no product');
    const problem = problemOf({ ...shape }, HALVES, { ...(layout && { layout }) });
    const { code, ...rest } = programFor(problem, withMatrices(session.facts, product));
    expect(code, `"${find}" is not in the program`).toContain(find);
    const broken = plain({ ...rest, code: code.replaceAll(find, replace) });
    await expect(trial(session, broken, problem)).rejects.toThrow(WrongResult);
  });
});
