import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import type { KernelDevice } from '../device.ts';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { problemOf } from '../testdata/trial.ts';
import { best } from './best.ts';
import { serve } from './serve.ts';

const set = await loadKernels('kernels');

const LIMITS: Record<string, number> = {
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
};
const DEVICE: KernelDevice = { features: [], limits: LIMITS, source: 'gpu' };

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

describe('integers', () => {
  const packed = { ...DEVICE, features: ['packed_4x8_integer_dot_product'] };
  const of = (format: Partial<Problem['format']>) => problemOf({ m: 4, n: 64, k: 256 }, format);
  const codeOf = (name: string, problem: Problem) => {
    const served = serve(findKernel(set, name), problem, packed);
    if (!('program' in served)) throw new Error(served.reason);
    return served.program.code;
  };

  it('are multiplied by floats where the language has no products of bytes', () => {
    const problem = of({ w: 'int4', a: 'int8' });
    expect(reason('int4-dots', problem)).toBe(
      'int4-dots needs packed_4x8_integer_dot_product, which this device lacks',
    );
    const kernelOn = (device: KernelDevice) => {
      const picked = best(set, problem, device);
      return 'kernel' in picked ? picked.kernel.name : picked.reason;
    };
    expect([packed, DEVICE].map(kernelOn)).toEqual(['int4-dots', 'int4']);
  });

  it.each([
    ['int8', 'int8', 32],
    ['int8-channel', 'int8', 32],
    ['int8', 'int8-channel', 32],
    ['nvfp4', 'int8-channel', 32],
    ['int4-64', 'int8-channel', 64],
    ['int8-128', 'int8-channel', 128],
    ['int8-channel', 'int8-channel', 2 ** 17],
  ] as const)('are summed while scales stay: %s × %s for %d', (w, a, run) => {
    const code = codeOf(`${w}-dots-tile`, of({ w, a }));
    expect(code).toContain(`const INTEGER_RUN = ${run}u;`);
    expect(code).toContain(`const A_ROW_SCALE = ${a === 'int8-channel'};`);
    // The largest code of A times the largest byte of B.
    expect(run * 127 * 128).toBeLessThan(2 ** 31);
  });

  it('are values for kernels that do not multiply bytes', () => {
    const code = codeOf('mxfp4', of({ w: 'mxfp4', a: 'int8-channel' }));
    expect(code).toContain('fn load_a8(');
    // As beside f32: what is left of two decoded codes would be another power of two.
    expect(/fn finish4.*\n.*/.exec(code)?.[0]).toBe(/fn finish4.*\n.*/.exec(codeOf('mxfp4', of({ w: 'mxfp4' })))?.[0]);
  });
});

describe('a program', () => {
  const program = (name: string, problem: Problem, device = DEVICE) => {
    const served = serve(findKernel(set, name), problem, device);
    if ('reason' in served) throw new Error(served.reason);
    return served.program;
  };

  it('fits its tile to the problem', () => {
    expect(program('register-tile', problemOf({ m: 20, n: 20, k: 20 })).tile).toEqual({ m: 32, n: 32, k: 16 });
    expect(program('gemv', problemOf({ m: 3, n: 4096, k: 64 })).thread).toEqual({ m: 4, n: 4 });
    expect(program('gemv', problemOf({ m: 40, n: 4096, k: 64 })).tile.m).toBe(8);
  });

  it('has the uniform and the tile table of the ABI', () => {
    const grouped = problemOf({ m: 11, n: 40, k: 64 }, {}, { groups: { experts: 3, rows: [2, 0, 9] }, bias: true });
    const { uniform, tiles, bindings, workgroups } = program('naive', grouped);
    expect(uniform).toEqual([11, 40, 64, 3, 3, 3, 9, 0]);
    expect(tiles).toEqual([0, 0, 2, 0, 2, 2, 11, 0, 2, 10, 11, 0]);
    expect(bindings).toEqual(['problem', 'a', 'b', 'c', 'bias', 'tiles']);
    expect(workgroups).toEqual([9, 1, 1]);
  });

  it('has a dispatch for each panel of operands beyond the binding limit, and the same text', () => {
    const small = { ...DEVICE, limits: { ...LIMITS, maxStorageBufferBindingSize: 9000 } };
    const problem = problemOf({ m: 3, n: 100, k: 64 }, {}, { layout: 'nt' });
    const panelled = program('naive', problem, small);
    expect(panelled.panels?.map(({ uniform }) => uniform)).toEqual(
      [32, 32, 32, 4].map((n) => [3, n, 64, 1, 1, Math.ceil(n / 16), Math.ceil(n / 16), 0]),
    );
    expect(panelled.uniform).toEqual(panelled.panels?.[0]?.uniform);
    expect(program('naive', problem)).not.toHaveProperty('panels');
    expect(panelled.code).toBe(program('naive', problem).code);
  });

  describe('fed from textures', () => {
    const naive = { ...findKernel(set, 'naive'), textures: ['a', 'b'] } as const;
    const served = (problem: Problem, limits = LIMITS) => {
      const outcome = serve(naive, problem, { ...DEVICE, limits });
      if ('reason' in outcome) throw new Error(outcome.reason);
      return outcome.program;
    };
    const linesWith = (code: string, ...words: string[]) =>
      code.split('\n').filter((line) => words.some((word) => line.includes(word)));

    it('reads texels of f32 or words, and is otherwise the same program', () => {
      const { code, textures } = served(problemOf({ m: 2, n: 20, k: 7 }));
      expect(textures).toEqual([
        { operand: 'a', columns: 4096, words: false },
        { operand: 'b', columns: 4096, words: false },
      ]);
      const changed = code
        .split('\n')
        .filter((line) => !program('naive', problemOf({ m: 2, n: 20, k: 7 })).code.includes(line));
      expect(changed).toMatchInlineSnapshot(`
        [
          "@group(0) @binding(1) var A: texture_2d<f32>;",
          "@group(0) @binding(2) var B: texture_2d<f32>;",
          "fn a_texel(index: u32) -> vec4<f32> {",
          "  return textureLoad(A, vec2<u32>(index & 4095u, index >> 12u), 0);",
          "  return a_texel(e >> 2u)[e & 3u];",
          "fn b_texel(index: u32) -> vec4<f32> {",
          "  return textureLoad(B, vec2<u32>(index & 4095u, index >> 12u), 0);",
          "  return b_texel(e >> 2u)[e & 3u];",
        ]
      `);
      const codes = served(problemOf({ m: 2, n: 20, k: 7 }, { w: 'mxfp4', a: 'bf16' }));
      expect(codes.textures?.map(({ words }) => words)).toEqual([true, true]);
      expect(linesWith(codes.code, 'texture', '_texel(')).toMatchInlineSnapshot(`
        [
          "@group(0) @binding(1) var A: texture_2d<u32>;",
          "@group(0) @binding(2) var B: texture_2d<u32>;",
          "fn a_texel(index: u32) -> vec4<u32> {",
          "  return textureLoad(A, vec2<u32>(index & 4095u, index >> 12u), 0);",
          "  return bf16_half(a_texel(e >> 3u)[(e >> 1u) & 3u], e & 1u);",
          "fn b_texel(index: u32) -> vec4<u32> {",
          "  return textureLoad(B, vec2<u32>(index & 4095u, index >> 12u), 0);",
          "  return b_texel((matrix * problem.n + col) * ((problem.k + 31u) / 32u) + k / 32u);",
        ]
      `);
    });

    it('takes wider textures where rows would be too many, and says when none is wide enough', () => {
      const head = problemOf({ m: 1, n: 201_088, k: 2880 }, { w: 'f16' }, { layout: 'nt' });
      const limits = {
        ...LIMITS,
        maxStorageBufferBindingSize: 2 ** 31,
        maxBufferSize: 2 ** 31,
        maxTextureDimension2D: 8192,
      };
      expect(() => served(head, limits)).toThrow(
        'B as a texture needs 72,391,680 texels; this device allows 8192 × 8192 (maxTextureDimension2D)',
      );
      expect(served(head, { ...limits, maxTextureDimension2D: 16_384 }).textures?.[1]?.columns).toBe(8192);
    });
  });

  it('is pinned: naive, plain', async () => {
    await expect(program('naive', problemOf({ m: 2, n: 20, k: 7 })).code).toMatchFileSnapshot(
      '../testdata/program.naive.golden.wgsl',
    );
  });

  it('is pinned: direct, bf16 weights stored along k, aligned, grouped, with bias, f16 output', async () => {
    const groups = { experts: 2, rows: [3, 5] };
    const problem = problemOf({ m: 8, n: 64, k: 64 }, { w: 'bf16', out: 'f16' }, { layout: 'nt', groups, bias: true });
    await expect(program('direct', problem).code).toMatchFileSnapshot('../testdata/program.direct.golden.wgsl');
  });

  it('is pinned: nvfp4, ragged, bf16 output', async () => {
    const { code } = program('nvfp4', problemOf({ m: 3, n: 21, k: 45 }, { w: 'nvfp4', out: 'bf16' }));
    await expect(code.slice(0, code.indexOf('@compute'))).toMatchFileSnapshot('../testdata/program.nvfp4.golden.wgsl');
  });

  it('reads A by codes where both operands are in a 4-bit format', () => {
    const { code, bindings } = program('naive', problemOf({ m: 2, n: 20, k: 70 }, { w: 'nvfp4', a: 'nvfp4' }));
    expect(bindings).toEqual(['problem', 'a', 'b', 'c', 'scales', 'aScales']);
    const about = code.split('\n').filter((line) => /a_scale|words_a32|@binding|tensor_scale \*|e4m3\(/.test(line));
    expect(about.join('\n')).toMatchInlineSnapshot(`
      "@group(0) @binding(0) var<uniform> problem: Problem;
      @group(0) @binding(1) var<storage, read> A: array<vec4<u32>>;
      @group(0) @binding(2) var<storage, read> B: array<vec4<u32>>;
      @group(0) @binding(3) var<storage, read_write> C: array<f32>;
      @group(0) @binding(4) var<storage, read> scales: array<u32>;
      @group(0) @binding(7) var<storage, read> a_scales: array<u32>;
      fn words_a32(matrix: u32, row: u32, k: u32) -> vec4<u32> {
      fn a_scale_byte(matrix: u32, row: u32, block: u32) -> u32 {
        return (a_scales[index >> 2u] >> (8u * (index & 3u))) & 0xffu;
        let code = (words_a32(matrix, row, k)[(k & 31u) >> 3u] >> (4u * (k & 7u))) & 15u;
        return e4m3(a_scale_byte(matrix, row, k / SCALE_BLOCK)) * e2m1(code);
        return problem.tensor_scale * e4m3(scale_byte(matrix, k / SCALE_BLOCK, col)) * e2m1(code);
      fn e4m3(byte: u32) -> f32 {"
    `);
  });

  it('is pinned: native f16 accumulation, transposed A', async () => {
    const problem = problemOf({ m: 16, n: 16, k: 16 }, { w: 'f16', a: 'f16', acc: 'f16' }, { layout: 'tn' });
    const { code } = program('native-f16-acc', problem, { ...DEVICE, features: ['shader-f16'] });
    await expect(code.slice(0, code.indexOf('@compute'))).toMatchFileSnapshot(
      '../testdata/program.native-f16.golden.wgsl',
    );
  });
});

describe('best', () => {
  const software: KernelDevice = { ...DEVICE, source: 'system-software' };
  const pick = (problem: Problem, device: KernelDevice) => {
    const picked = best(set, problem, device);
    return 'reason' in picked ? picked.reason : picked.kernel.name;
  };

  it.each([
    ['decode', { m: 1 }, {}, 'gemv', 'gemv-direct'],
    ['prefill', { m: 512 }, {}, 'nested-tile', 'direct'],
    ['f16 decode', { m: 1 }, { w: 'f16' }, 'gemv', 'packed-f16'],
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
