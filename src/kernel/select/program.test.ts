import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { DEVICE, LIMITS } from '../testdata/device.ts';
import { problemOf } from '../testdata/trial.ts';
import { serve } from './serve.ts';

const set = await loadKernels('kernels');

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
