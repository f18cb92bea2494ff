import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import type { KernelDevice } from '../device.ts';
import { loadKernels } from '../set/load.node.ts';
import { DEVICE } from '../testdata/device.ts';
import { problemOf } from '../testdata/trial.ts';
import { best } from './best.ts';

const set = await loadKernels('kernels');
const LIMITS = { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 32768 };

const LAVAPIPE: KernelDevice = {
  source: 'system-software',
  features: ['shader-f16', 'subgroups'],
  limits: LIMITS,
  subgroupSize: [8, 8],
};
const SWIFTSHADER: KernelDevice = {
  source: 'embedded-software',
  features: ['subgroups'],
  limits: LIMITS,
  subgroupSize: [4, 4],
};
const TENSOR_CORES: KernelDevice = {
  source: 'gpu',
  features: ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'],
  limits: { ...LIMITS, maxComputeWorkgroupStorageSize: 49152 },
  subgroupSize: [32, 32],
  subgroupMatrices: [{ m: 16, n: 16, k: 16, component: 'f16', result: 'f32' }],
};

describe('the rule of best', () => {
  it.each([
    ['one row', { m: 1 }, {}, ['gemv-ahead', 'gemv-direct', 'gemv-direct']],
    ['many rows', { m: 512 }, {}, ['nested-tile', 'subgroup', 'subgroup']],
    ['four rows', { m: 4 }, {}, ['gemv-ahead', 'subgroup', 'gemv-direct']],
    ['one row of f16 weights', { m: 1 }, { w: 'f16' }, ['gemv-ahead', 'packed-f16', 'packed-f16']],
    ['a router of eight experts', { m: 512, n: 8 }, {}, ['nested-tile', 'direct', 'subgroup']],
    ['many rows of f16 weights', { m: 512 }, { w: 'f16' }, ['nested-tile', 'subgroup', 'subgroup']],
    ['many rows of f16', { m: 512 }, { w: 'f16', a: 'f16' }, ['subgroup-matrix', 'subgroup', 'subgroup']],
    ['few rows of mxfp4', { m: 4 }, { w: 'mxfp4' }, ['mxfp4-columns', 'mxfp4-ring', 'mxfp4']],
    ['one row of int4', { m: 1 }, { w: 'int4' }, ['int4-columns', 'int4-ring', 'int4']],
    ['mxfp4 on both sides', { m: 64 }, { w: 'mxfp4', a: 'mxfp4' }, ['mxfp4-both-tile', 'mxfp4-both', 'mxfp4-both']],
    ['one row of nvfp4', { m: 1 }, { w: 'nvfp4', a: 'nvfp4' }, ['nvfp4-both-tile', 'nvfp4-both', 'nvfp4-both']],
    ['a small C and a long k', { m: 32, n: 64, k: 16384 }, {}, ['split-k', 'subgroup', 'subgroup']],
  ] as const)('%s', (_, shape, format, expected) => {
    const problem = problemOf({ n: 256, k: 256, ...shape }, format, { layout: 'nt' });
    const picked = [TENSOR_CORES, LAVAPIPE, SWIFTSHADER].map((device) => {
      const found = best(set, problem, device);
      return 'reason' in found ? found.reason : found.kernel.name;
    });
    expect(picked).toEqual(expected);
  });

  it('cuts narrower tiles where columns are few', () => {
    const cutFor = (n: number, w: 'f32' | 'mxfp4') => {
      const found = best(set, problemOf({ m: 64, n, k: 256 }, { w }, { layout: 'nt' }), LAVAPIPE);
      return 'reason' in found
        ? found.reason
        : `${found.kernel.name} ${found.program.tile.n}/${found.program.thread.n}`;
    };
    expect(cutFor(8, 'f32')).toBe('direct 8/4');
    expect(cutFor(32, 'f32')).toBe('subgroup 32/4');
    expect(cutFor(33, 'f32')).toBe('subgroup 64/8');
    expect(cutFor(8, 'mxfp4')).toBe('mxfp4-subgroup 32/4');
  });

  it('lets a lane take columns in turn where rows are few, and more of them where there are many', () => {
    const cutFor = (m: number, n: number) => {
      const found = best(set, problemOf({ m, n, k: 256 }, { w: 'nvfp4' }, { layout: 'nt' }), LAVAPIPE);
      return 'reason' in found
        ? found.reason
        : `${found.kernel.name} ${found.program.tile.m}x${found.program.tile.n}/${found.program.thread.n}`;
    };
    expect([cutFor(1, 32), cutFor(1, 512), cutFor(5, 513)]).toEqual([
      'nvfp4-ring 1x32/4',
      'nvfp4-ring 1x64/8',
      'nvfp4-ring 6x128/16',
    ]);
    expect([cutFor(8, 2880), cutFor(9, 2880)]).toEqual(['nvfp4-ring 8x128/16', 'nvfp4-subgroup 16x64/8']);
  });

  it('keeps more rows a thread on the embedded adapter', () => {
    const rowsFor = (m: number) => {
      const found = best(set, problemOf({ m, n: 256, k: 256 }), SWIFTSHADER);
      return 'reason' in found ? found.reason : `${found.kernel.name} ${found.program.thread.m}`;
    };
    expect([rowsFor(16), rowsFor(17)]).toEqual(['subgroup 16', 'subgroup 32']);
  });

  it.each([
    ['amd-radeon-rx-7900-xtx-radv-navi31-', 16],
    ['amd-radeon-rx-7900-xtx', 16],
    ['amd-radeon-rx-7700s', 8],
    ['amd-radeon-rx-7600-radv-navi33-', 8],
    ['amd-radeon-rx-6900-xt-radv-navi21-', 8],
    ['', 8],
  ])('gives a thread of AMD’s %s %d columns of one row of mxfp4', (device, columns) => {
    const found = best(set, problemOf({ m: 1, n: 5120, k: 2880 }, { w: 'mxfp4' }), {
      ...DEVICE,
      source: 'gpu',
      vendor: 'amd',
      device,
    });
    expect(found).toMatchObject({ kernel: { name: 'mxfp4-strip' }, program: { thread: { n: columns } } });
  });

  it('gives a thread more columns where they are read one by one', () => {
    const threadFor = (n: number) => {
      const found = best(set, problemOf({ m: 1, n, k: 256 }), LAVAPIPE);
      return 'reason' in found ? found.reason : `${found.kernel.name} ${found.program.thread.n}`;
    };
    expect([threadFor(50_256), threadFor(50_257)]).toEqual(['gemv-walk 4', 'gemv-direct 8']);
  });

  it('walks along n where vectors are whole, and takes halves in pairs only along k', () => {
    const nameFor = (n: number, layout: 'nn' | 'nt', device = LAVAPIPE) => {
      const found = best(set, problemOf({ m: 1, n, k: 256 }, { w: 'bf16' }, { layout }), device);
      return 'reason' in found ? found.reason : found.kernel.name;
    };
    expect([nameFor(256, 'nn'), nameFor(255, 'nn'), nameFor(256, 'nt')]).toEqual([
      'gemv-walk',
      'gemv-direct',
      'packed-bf16',
    ]);
    expect([nameFor(256, 'nn', SWIFTSHADER), nameFor(255, 'nn', SWIFTSHADER)]).toEqual(['gemv-walk', 'gemv-direct']);
  });

  it('takes the smallest loop where the system has no subgroups, as long as a row of B is one load', () => {
    const portable = { ...LAVAPIPE, features: [] };
    const nameFor = (layout: 'nn' | 'nt' | 'tn', w: 'f32' | 'f16' = 'f32', device: KernelDevice = portable) => {
      const found = best(set, problemOf({ m: 64, n: 256, k: 256 }, { w }, { layout }), device);
      return 'reason' in found ? found.reason : found.kernel.name;
    };
    expect([nameFor('nn'), nameFor('tn'), nameFor('nt')]).toEqual(['outer-product', 'outer-product', 'direct']);
    expect([nameFor('nn', 'f16'), nameFor('nt', 'f16')]).toEqual(['outer-product', 'packed-f16']);
    expect(nameFor('nn', 'f32', { ...SWIFTSHADER, features: [] })).toBe('direct');
  });

  it('takes a kernel whose operands must first be copied into textures only from a set of such kernels', () => {
    const problem = problemOf({ m: 64, n: 64, k: 64 });
    const textured = set.kernels.filter(({ textures }) => textures.length > 0);
    const nameFrom = (kernels: typeof textured) => {
      const found = best({ ...set, kernels }, problem, LAVAPIPE);
      return 'reason' in found ? found.reason : found.kernel.name;
    };
    expect(nameFrom(textured)).toBe('texture');
    expect(nameFrom([...textured, ...set.kernels.filter(({ name }) => name === 'split-k')])).toBe('split-k');
  });
});

describe('on a device without features, it', () => {
  const software: KernelDevice = { ...DEVICE, source: 'system-software' };
  const pick = (problem: Problem, device: KernelDevice) => {
    const picked = best(set, problem, device);
    return 'reason' in picked ? picked.reason : picked.kernel.name;
  };

  it.each([
    ['decode', { m: 1 }, {}, 'gemv-ahead', 'gemv-direct'],
    ['prefill', { m: 512 }, {}, 'nested-tile', 'direct'],
    ['f16 decode', { m: 1 }, { w: 'f16' }, 'gemv-ahead', 'packed-f16'],
    ['bf16 prefill', { m: 512 }, { w: 'bf16' }, 'nested-tile', 'packed-bf16'],
    ['mxfp4 decode', { m: 4 }, { w: 'mxfp4' }, 'mxfp4-columns', 'mxfp4'],
    ['nvfp4 prefill', { m: 512 }, { w: 'nvfp4' }, 'nvfp4-tile', 'nvfp4'],
    ['int4', { m: 1 }, { w: 'int4' }, 'int4-columns', 'int4'],
  ] as const)('%s: %o %o', (_what, shape, format, onGpu, onSoftware) => {
    const problem = problemOf({ n: 256, k: 256, ...shape }, format, { layout: 'nt' });
    expect(pick(problem, DEVICE)).toBe(onGpu);
    expect(pick(problem, software)).toBe(onSoftware);
  });

  it('always picks one that serves, or says why none does', () => {
    expect(pick(problemOf({ m: 1, n: 2 ** 20, k: 2 ** 10 }), { ...DEVICE, memoryBytes: 2 ** 30 })).toMatch(
      /^operands and outputs need/,
    );
  });
});
