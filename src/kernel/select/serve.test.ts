import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import type { KernelDevice } from '../device.ts';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { DEVICE, LIMITS } from '../testdata/device.ts';
import { problemOf } from '../testdata/trial.ts';
import { serve } from './serve.ts';

const set = await loadKernels('kernels');

function reason(name: string, problem: Problem, device = DEVICE, choice = {}): string {
  const served = serve(findKernel(set, name), problem, device, choice);
  return 'reason' in served ? served.reason : 'served';
}

describe('what a kernel cannot serve', () => {
  const some = problemOf({ m: 64, n: 64, k: 64 });

  it.each([
    ['a format', () => reason('mxfp4', some), 'mxfp4 does not serve weights in f32, only in mxfp4'],
    [
      'an accumulator',
      () => reason('direct', problemOf({ m: 64 }, { acc: 'f16' })),
      'direct does not serve accumulation in f16',
    ],
    ['a layout', () => reason('gemv', { ...some, layout: 'tn' }), 'gemv does not serve layout tn, only nn, nt'],
    [
      'blocks along n',
      () => reason('naive', { ...problemOf({}, { w: 'mxfp4' }), layout: 'nn' }),
      'mxfp4 needs layout nt',
    ],
    [
      'activations in another 4-bit format than the weights',
      () => reason('naive', problemOf({}, { w: 'mxfp4', a: 'nvfp4' })),
      'activations in nvfp4 need weights in nvfp4, not in mxfp4',
    ],
    [
      'too many rows',
      () => reason('gemv', problemOf({ m: 65 })),
      'gemv is for m <= 64: B is read again for every 8 rows',
    ],
    [
      'a feature',
      () => reason('native-f16', problemOf({}, { w: 'f16', a: 'f16' })),
      'native-f16 needs shader-f16, which this device lacks',
    ],
    [
      'a tile it does not take',
      () => reason('direct', some, DEVICE, { tile: { m: 7 } }),
      'direct takes TILE_M 4, 8, 16, 32, 64, not 7',
    ],
    [
      'tile and thread that do not fit',
      () => reason('gemv', problemOf({ m: 8 }), DEVICE, { tile: { m: 4 } }),
      'gemv is for TILE_M == THREAD_M',
    ],
    ['grouped tn', () => reason('naive', { ...some, layout: 'tn', groups: { experts: 1, rows: [64] } }), 'not tn'],
    ['no rows', () => reason('naive', { ...some, groups: { experts: 2, rows: [0, 0] } }), 'no expert has a row'],
    [
      'what fits no binding, not even in panels',
      () => reason('naive', problemOf({ m: 40, n: 40, k: 2 ** 21 }, {}, { layout: 'nt' })),
      'A needs 335,544,320 bytes in one binding; this device allows 134,217,728 (maxStorageBufferBindingSize), and so does',
    ],
    [
      'what fits no memory',
      () => reason('naive', problemOf({ m: 1, n: 201_088, k: 1440 }), { ...DEVICE, memoryBytes: 2 ** 30 }),
      'operands and outputs need 1,159,881,344 bytes, more than 70 % of the 1,073,741,824 bytes of memory here',
    ],
    [
      'threads',
      () => reason('naive', some, { ...DEVICE, limits: { ...LIMITS, maxComputeInvocationsPerWorkgroup: 64 } }),
      'naive with a workgroup of 16 × 8 needs 128 threads; this device allows 64 (maxComputeInvocationsPerWorkgroup)',
    ],
    [
      'workgroup memory',
      () => reason('register-tile', some, { ...DEVICE, limits: { ...LIMITS, maxComputeWorkgroupStorageSize: 4096 } }),
      'needs 8,192 bytes of workgroup memory; this device allows 4,096 (maxComputeWorkgroupStorageSize)',
    ],
    [
      'workgroups',
      () => reason('naive', some, { ...DEVICE, limits: { ...LIMITS, maxComputeWorkgroupsPerDimension: 5 } }),
      'naive needs 32 workgroups; this device allows 5 × 5 (maxComputeWorkgroupsPerDimension)',
    ],
  ])('%s', (_what, refusal, message) => expect(refusal()).toContain(message));
});

describe('kernels on matrix units', () => {
  const halves = { w: 'f16', a: 'f16' } as const;
  const quantized = { w: 'mxfp4', a: 'f16' } as const;
  const bytes = { w: 'int8-channel', a: 'int8-channel' } as const;
  const device: KernelDevice = {
    features: ['shader-f16', 'subgroups', 'subgroup-size-control', 'chromium-experimental-subgroup-matrix'],
    limits: { ...LIMITS, maxComputeWorkgroupStorageSize: 65_536 },
    source: 'gpu',
    subgroupSize: [32, 32],
    subgroupMatrices: [
      { m: 8, n: 8, k: 8, component: 'f16', result: 'f32' },
      { m: 8, n: 8, k: 8, component: 'i8', result: 'i32' },
    ],
  };

  it.each([
    ['matrix-tile', halves],
    ['mxfp4-matrix', quantized],
    ['int8-channel-dots-matrix', bytes],
  ] as const)('%s takes no more matrices a subgroup than its text stores', (name, format) => {
    const problem = problemOf({ m: 64, n: 64, k: 64 }, format, { layout: 'nt' });
    expect(reason(name, problem, device, { thread: { m: 32, n: 32 } })).toBe('served');
    for (const thread of [
      { m: 64, n: 32 },
      { m: 32, n: 64 },
    ])
      expect(reason(name, problem, device, { tile: { m: 128, n: 128 }, thread })).toContain('at most');
  });
});

describe('a kernel that uses a feature', () => {
  const problem = problemOf({ m: 1, n: 64, k: 256 }, { w: 'mxfp4' }, { layout: 'nt' });
  const without: KernelDevice = { ...DEVICE, features: [], subgroupSize: [32, 64] };
  const served = (device: KernelDevice) => {
    const found = serve(findKernel(set, 'mxfp4-strip'), problem, device);
    if ('reason' in found) throw new Error(found.reason);
    return found.program.code;
  };

  it('sets the size of its subgroups where the device lets it, and is served without that where not', () => {
    const sized = served({ ...without, features: ['subgroups', 'subgroup-size-control'] });
    expect(sized).toContain('enable subgroup_size_control;');
    expect(sized).toContain('const SUBGROUP_SIZE = 32u;');
    expect(sized).toContain('@workgroup_size(WORKGROUP_X, WORKGROUP_Y) @subgroup_size(SUBGROUP_SIZE)\nfn main');
    expect(served(without)).not.toMatch(/subgroup_size/i);
  });
});
