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

  it('is pinned: naive, plain', () => {
    expect(program('naive', problemOf({ m: 2, n: 20, k: 7 })).code).toMatchInlineSnapshot(`
      "const TILE_M = 2u;
      const TILE_N = 16u;
      const TILE_K = 1u;
      const THREAD_M = 1u;
      const THREAD_N = 1u;
      const WORKGROUP_X = 16u;
      const WORKGROUP_Y = 2u;
      const A_ALONG_K = true;
      const B_ALONG_K = false;
      const A_VECTOR = false;
      const B_VECTOR = false;
      const HAS_BIAS = false;
      alias In = f32;
      alias Acc = f32;

      struct Problem {
        m: u32,
        n: u32,
        k: u32,
        matrices: u32,
        tiles_m: u32,
        tiles_n: u32,
        tiles: u32,
        tensor_scale: f32,
      }
      struct Place {
        live: bool,
        matrix: u32,
        row: u32,
        row_end: u32,
        col: u32,
      }

      @group(0) @binding(0) var<uniform> problem: Problem;
      @group(0) @binding(1) var<storage, read> A: array<f32>;
      @group(0) @binding(2) var<storage, read> B: array<f32>;
      @group(0) @binding(3) var<storage, read_write> C: array<f32>;

      fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
        let index = workgroup.y * workgroups.x + workgroup.x;
        let live = index < problem.tiles;
        let inside = index % (problem.tiles_m * problem.tiles_n); // among the tiles of one matrix
        let top = inside / (8u * problem.tiles_n) * 8u; // m-tiles above the band
        let rows = min(8u, problem.tiles_m - top);
        let turn = inside - top * problem.tiles_n;
        let tile_m = (index - inside) / problem.tiles_n + top + turn % rows;
        let col = turn / rows * TILE_N;
        let matrix = tile_m / problem.tiles_m;
        let first = matrix * problem.m;
        return Place(live, matrix, first + (tile_m % problem.tiles_m) * TILE_M, first + problem.m, col);
      }
      fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
        return row * problem.k + k;
      }
      fn load_a(matrix: u32, row: u32, k: u32) -> In {
        let e = a_index(matrix, row, k);
        return A[e];
      }
      fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
        return (matrix * problem.k + k) * problem.n + col;
      }
      fn load_b(matrix: u32, k: u32, col: u32) -> In {
        let e = b_index(matrix, k, col);
        return B[e];
      }
      fn add_bias(matrix: u32, col: u32, value: f32) -> f32 {
        return value;
      }
      fn store_c(matrix: u32, row: u32, col: u32, value: f32) {
        C[row * problem.n + col] = add_bias(matrix, col, value);
      }

      @compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
      fn main(
        @builtin(workgroup_id) workgroup: vec3<u32>,
        @builtin(num_workgroups) workgroups: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>,
      ) {
        let at = place(workgroup, workgroups);
        let row = at.row + local.y;
        let col = at.col + local.x;
        // Tiles at the edges of C reach beyond it.
        if (!at.live || row >= at.row_end || col >= problem.n) { return; }

        var sum = 0.0;
        for (var k = 0u; k < problem.k; k++) {
          sum += load_a(at.matrix, row, k) * load_b(at.matrix, k, col);
        }
        store_c(at.matrix, row, col, sum);
      }
      "
    `);
  });

  it('is pinned: direct, bf16 weights stored along k, aligned, grouped, with bias, f16 output', () => {
    const groups = { experts: 2, rows: [3, 5] };
    const problem = problemOf({ m: 8, n: 64, k: 64 }, { w: 'bf16', out: 'f16' }, { layout: 'nt', groups, bias: true });
    expect(program('direct', problem).code).toMatchInlineSnapshot(`
      "const TILE_M = 8u;
      const TILE_N = 64u;
      const TILE_K = 4u;
      const THREAD_M = 8u;
      const THREAD_N = 8u;
      const WORKGROUP_X = 8u;
      const WORKGROUP_Y = 1u;
      const A_ALONG_K = true;
      const B_ALONG_K = true;
      const A_VECTOR = true;
      const B_VECTOR = true;
      const HAS_BIAS = true;
      alias In = f32;
      alias Acc = f32;

      struct Problem {
        m: u32,
        n: u32,
        k: u32,
        matrices: u32,
        tiles_m: u32,
        tiles_n: u32,
        tiles: u32,
        tensor_scale: f32,
      }
      struct Place {
        live: bool,
        matrix: u32,
        row: u32,
        row_end: u32,
        col: u32,
      }

      @group(0) @binding(0) var<uniform> problem: Problem;
      @group(0) @binding(1) var<storage, read> A: array<vec4<f32>>;
      @group(0) @binding(2) var<storage, read> B: array<vec2<u32>>;
      @group(0) @binding(3) var<storage, read_write> C: array<vec2<u32>>;
      @group(0) @binding(5) var<storage, read> bias: array<f32>;
      @group(0) @binding(6) var<storage, read> tiles: array<vec4<u32>>;

      fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
        let index = workgroup.y * workgroups.x + workgroup.x;
        let live = index < problem.tiles;
        let tile_m = index / problem.tiles_n;
        let col = (index % problem.tiles_n) * TILE_N;
        let tile = tiles[tile_m];
        return Place(live, tile.x, tile.y, tile.z, col);
      }
      fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
        return row * problem.k + k;
      }
      fn load_a4(matrix: u32, row: u32, k: u32) -> vec4<In> {
        let e = a_index(matrix, row, min(k, problem.k - 4u));
        return select(vec4<In>(), A[e >> 2u], k < problem.k);
      }
      fn patch_a_row(matrix: u32, row: u32, row_end: u32, k: u32) -> vec4<In> {
        return load_a4(matrix, min(row, row_end - 1u), k);
      }
      fn patch_a(matrix: u32, row: u32, row_end: u32, k: u32) -> mat4x4<In> {
        return mat4x4<In>(
          patch_a_row(matrix, row, row_end, k),
          patch_a_row(matrix, row + 1u, row_end, k),
          patch_a_row(matrix, row + 2u, row_end, k),
          patch_a_row(matrix, row + 3u, row_end, k),
        );
      }
      fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
        return (matrix * problem.n + col) * problem.k + k;
      }
      fn load_b4(matrix: u32, k: u32, col: u32) -> vec4<In> {
        if (k >= problem.k) { return vec4<In>(); }
        let e = b_index(matrix, k, col);
        return bf16_four(B[e >> 2u]);
      }
      fn patch_b_column(matrix: u32, k: u32, col: u32) -> vec4<In> {
        return load_b4(matrix, k, min(col, problem.n - 1u));
      }
      fn patch_b(matrix: u32, k: u32, col: u32) -> mat4x4<In> {
        return transpose(mat4x4<In>(
          patch_b_column(matrix, k, col),
          patch_b_column(matrix, k, col + 1u),
          patch_b_column(matrix, k, col + 2u),
          patch_b_column(matrix, k, col + 3u),
        ));
      }
      fn bf16_four(words: vec2<u32>) -> vec4<f32> {
        let even = bitcast<vec2<f32>>(words << vec2<u32>(16u));
        let odd = bitcast<vec2<f32>>(words & vec2<u32>(0xffff0000u));
        return vec4<f32>(even.x, odd.x, even.y, odd.y);
      }
      fn add_bias4(matrix: u32, col: u32, values: vec4<f32>) -> vec4<f32> {
        let e = matrix * problem.n + col;
        return values + vec4<f32>(bias[e], bias[e + 1u], bias[e + 2u], bias[e + 3u]);
      }
      fn f16_bits(value: f32) -> u32 {
        let bits = bitcast<u32>(value);
        let sign = (bits >> 16u) & 0x8000u;
        let magnitude = bits & 0x7fffffffu;
        let normal = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u) - 0x38000000u) >> 13u;
        let shift = clamp(126u - min(magnitude >> 23u, 126u), 1u, 25u);
        let significand = (magnitude & 0x7fffffu) | 0x800000u;
        let quotient = significand >> shift;
        let rest = significand & ((1u << shift) - 1u);
        let tie = 1u << (shift - 1u);
        let subnormal = quotient + u32(rest > tie || (rest == tie && (quotient & 1u) == 1u));
        let finite = select(normal, subnormal, magnitude < 0x38800000u);
        return sign | select(finite, select(0x7c00u, 0x7e00u, magnitude > 0x7f800000u), magnitude >= 0x47800000u);
      }
      fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
        if (col >= problem.n) { return; }
        let v = add_bias4(matrix, col, values);
        let words = vec2<u32>(f16_bits(v.x) | (f16_bits(v.y) << 16u), f16_bits(v.z) | (f16_bits(v.w) << 16u));
        C[(row * problem.n + col) >> 2u] = words;
      }

      const QUADS_M = THREAD_M / 4u;
      const QUADS_N = THREAD_N / 4u;

      @compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
      fn main(
        @builtin(workgroup_id) workgroup: vec3<u32>,
        @builtin(num_workgroups) workgroups: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>,
      ) {
        let at = place(workgroup, workgroups);
        // Each quad of a thread is WORKGROUP quads from its next, so that neighbouring threads read and write neighbouring vectors.
        let first_row = at.row + 4u * local.y;
        let first_col = at.col + 4u * local.x;
        if (!at.live || first_row >= at.row_end || first_col >= problem.n) { return; }

        // Column r of a patch of A is row r of A; column u of a patch of B is row u of B. So the product's column r is row r of C.
        var sums: array<mat4x4<f32>, QUADS_M * QUADS_N>;
        for (var k = 0u; k < problem.k; k += 4u) {
          var a: array<mat4x4<f32>, QUADS_M>;
          for (var i = 0u; i < QUADS_M; i++) {
            a[i] = patch_a(at.matrix, first_row + 4u * WORKGROUP_Y * i, at.row_end, k);
          }
          // One patch of B at a time: it shares the registers with A and all the sums.
          for (var j = 0u; j < QUADS_N; j++) {
            let b = patch_b(at.matrix, k, first_col + 4u * WORKGROUP_X * j);
            for (var i = 0u; i < QUADS_M; i++) { sums[i * QUADS_N + j] += b * a[i]; }
          }
        }

        for (var i = 0u; i < QUADS_M; i++) {
          for (var r = 0u; r < 4u; r++) {
            let row = first_row + 4u * WORKGROUP_Y * i + r;
            if (row >= at.row_end) { continue; }
            for (var j = 0u; j < QUADS_N; j++) {
              store_c4(at.matrix, row, first_col + 4u * WORKGROUP_X * j, sums[i * QUADS_N + j][r]);
            }
          }
        }
      }
      "
    `);
  });

  it('is pinned: nvfp4, ragged, bf16 output', () => {
    const { code } = program('nvfp4', problemOf({ m: 3, n: 21, k: 45 }, { w: 'nvfp4', out: 'bf16' }));
    expect(code.slice(0, code.indexOf('@compute'))).toMatchInlineSnapshot(`
      "const TILE_M = 4u;
      const TILE_N = 32u;
      const TILE_K = 32u;
      const THREAD_M = 4u;
      const THREAD_N = 4u;
      const WORKGROUP_X = 8u;
      const WORKGROUP_Y = 1u;
      const A_ALONG_K = true;
      const B_ALONG_K = true;
      const A_VECTOR = false;
      const B_VECTOR = true;
      const HAS_BIAS = false;
      alias In = f32;
      alias Acc = f32;

      struct Problem {
        m: u32,
        n: u32,
        k: u32,
        matrices: u32,
        tiles_m: u32,
        tiles_n: u32,
        tiles: u32,
        tensor_scale: f32,
      }
      struct Place {
        live: bool,
        matrix: u32,
        row: u32,
        row_end: u32,
        col: u32,
      }

      @group(0) @binding(0) var<uniform> problem: Problem;
      @group(0) @binding(1) var<storage, read> A: array<f32>;
      @group(0) @binding(2) var<storage, read> B: array<vec4<u32>>;
      @group(0) @binding(3) var<storage, read_write> C: array<atomic<u32>>;
      @group(0) @binding(4) var<storage, read> scales: array<u32>;

      fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
        let index = workgroup.y * workgroups.x + workgroup.x;
        let live = index < problem.tiles;
        let inside = index % (problem.tiles_m * problem.tiles_n); // among the tiles of one matrix
        let top = inside / (8u * problem.tiles_n) * 8u; // m-tiles above the band
        let rows = min(8u, problem.tiles_m - top);
        let turn = inside - top * problem.tiles_n;
        let tile_m = (index - inside) / problem.tiles_n + top + turn % rows;
        let col = turn / rows * TILE_N;
        let matrix = tile_m / problem.tiles_m;
        let first = matrix * problem.m;
        return Place(live, matrix, first + (tile_m % problem.tiles_m) * TILE_M, first + problem.m, col);
      }
      fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
        return row * problem.k + k;
      }
      fn load_a(matrix: u32, row: u32, k: u32) -> In {
        let e = a_index(matrix, row, k);
        return A[e];
      }
      fn load_a4(matrix: u32, row: u32, k: u32) -> vec4<In> {
        var four = vec4<In>();
        for (var i = 0u; i < min(4u, problem.k - min(k, problem.k)); i++) { four[i] = load_a(matrix, row, k + i); }
        return four;
      }
      struct Eight {
        lo: vec4<In>,
        hi: vec4<In>,
      }
      fn load_a8(matrix: u32, row: u32, k: u32) -> Eight {
        return Eight(load_a4(matrix, row, k), load_a4(matrix, row, k + 4u));
      }
      const SCALE_BLOCK = 16u;
      const SCALE_STEP = 16u;
      alias Codes = vec4<u32>;
      fn decode_word(word: u32) -> Eight {
        let normal = (word >> 1u) | (word >> 2u); // a code's lowest bit: its exponent is not zero
        let low = word & (normal | 0xeeeeeeeeu);
        let top = (word & 0x88888888u) | (((word | normal) & 0x11111111u) << 2u);
        let pairs = (vec4<u32>(top << 12u, top << 8u, top << 4u, top) & vec4<u32>(0xc000c000u))
          | (vec4<u32>(low << 6u, low << 2u, low >> 2u, low >> 6u) & vec4<u32>(0x01c001c0u));
        return Eight(bitcast<vec4<f32>>(pairs << vec4<u32>(16u)), bitcast<vec4<f32>>(pairs & vec4<u32>(0xffff0000u)));
      }
      fn words_b32(matrix: u32, k: u32, col: u32) -> vec4<u32> {
        return B[(matrix * problem.n + col) * ((problem.k + 31u) / 32u) + k / 32u];
      }
      fn scale_index(matrix: u32, block: u32, col: u32) -> u32 {
        return (matrix * problem.n + col) * ((problem.k + SCALE_BLOCK - 1u) / SCALE_BLOCK) + block;
      }
      fn scale_byte(matrix: u32, block: u32, col: u32) -> u32 {
        let index = scale_index(matrix, block, col);
        return (scales[index >> 2u] >> (8u * (index & 3u))) & 0xffu;
      }
      fn codes_b(matrix: u32, k: u32, col: u32) -> Codes {
        return words_b32(matrix, k, col);
      }
      fn block_scale(matrix: u32, k: u32, col: u32) -> f32 {
        return e4m3(scale_byte(matrix, k / SCALE_BLOCK, col));
      }
      fn finish4(sums: vec4<f32>) -> vec4<f32> {
        return 0x1p-2f * problem.tensor_scale * sums;
      }
      fn e4m3(byte: u32) -> f32 {
        let value = unpack2x16float(byte << 7u).x * 256.0;
        return select(value, bitcast<f32>(0x7fc00000u | (byte & 1u)), byte == 127u);
      }
      fn add_bias(matrix: u32, col: u32, value: f32) -> f32 {
        return value;
      }
      fn bf16_bits(value: f32) -> u32 {
        let bits = bitcast<u32>(value);
        if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
        return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
      }
      fn store_c(matrix: u32, row: u32, col: u32, value: f32) {
        let e = row * problem.n + col;
        let shift = 16u * (e & 1u);
        let half = bf16_bits(add_bias(matrix, col, value));
        // Clearing and setting one half does not affect the other, whatever the order of threads.
        atomicAnd(&C[e >> 1u], 0xffff0000u >> shift);
        atomicOr(&C[e >> 1u], half << shift);
      }
      fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
        for (var i = 0u; i < min(4u, problem.n - min(col, problem.n)); i++) { store_c(matrix, row, col + i, values[i]); }
      }

      const SUMS = THREAD_M * THREAD_N;

      "
    `);
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

  it('is pinned: native f16 accumulation, transposed A', () => {
    const problem = problemOf({ m: 16, n: 16, k: 16 }, { w: 'f16', a: 'f16', acc: 'f16' }, { layout: 'tn' });
    const { code } = program('native-f16-acc', problem, { ...DEVICE, features: ['shader-f16'] });
    expect(code.slice(0, code.indexOf('@compute'))).toMatchInlineSnapshot(`
      "enable f16;
      const TILE_M = 16u;
      const TILE_N = 16u;
      const TILE_K = 4u;
      const THREAD_M = 4u;
      const THREAD_N = 4u;
      const WORKGROUP_X = 4u;
      const WORKGROUP_Y = 4u;
      const A_ALONG_K = false;
      const B_ALONG_K = false;
      const A_VECTOR = true;
      const B_VECTOR = true;
      const HAS_BIAS = false;
      alias In = f16;
      alias Acc = f16;

      struct Problem {
        m: u32,
        n: u32,
        k: u32,
        matrices: u32,
        tiles_m: u32,
        tiles_n: u32,
        tiles: u32,
        tensor_scale: f32,
      }
      struct Place {
        live: bool,
        matrix: u32,
        row: u32,
        row_end: u32,
        col: u32,
      }

      @group(0) @binding(0) var<uniform> problem: Problem;
      @group(0) @binding(1) var<storage, read> A: array<vec4<f16>>;
      @group(0) @binding(2) var<storage, read> B: array<vec4<f16>>;
      @group(0) @binding(3) var<storage, read_write> C: array<vec4<f32>>;

      fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
        let index = workgroup.y * workgroups.x + workgroup.x;
        let live = index < problem.tiles;
        let inside = index % (problem.tiles_m * problem.tiles_n); // among the tiles of one matrix
        let top = inside / (8u * problem.tiles_n) * 8u; // m-tiles above the band
        let rows = min(8u, problem.tiles_m - top);
        let turn = inside - top * problem.tiles_n;
        let tile_m = (index - inside) / problem.tiles_n + top + turn % rows;
        let col = turn / rows * TILE_N;
        let matrix = tile_m / problem.tiles_m;
        let first = matrix * problem.m;
        return Place(live, matrix, first + (tile_m % problem.tiles_m) * TILE_M, first + problem.m, col);
      }
      fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
        return (matrix * problem.k + k) * problem.m + (row - matrix * problem.m);
      }
      fn patch_a_step(matrix: u32, row: u32, k: u32) -> vec4<In> {
        if (k >= problem.k) { return vec4<In>(); }
        let e = a_index(matrix, row, k);
        return A[e >> 2u];
      }
      fn patch_a(matrix: u32, row: u32, row_end: u32, k: u32) -> mat4x4<In> {
        let first = min(row, row_end - 4u);
        return transpose(mat4x4<In>(
          patch_a_step(matrix, first, k),
          patch_a_step(matrix, first, k + 1u),
          patch_a_step(matrix, first, k + 2u),
          patch_a_step(matrix, first, k + 3u),
        ));
      }
      fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
        return (matrix * problem.k + k) * problem.n + col;
      }
      fn patch_b_step(matrix: u32, k: u32, col: u32) -> vec4<In> {
        if (k >= problem.k) { return vec4<In>(); }
        let e = b_index(matrix, k, min(col, problem.n - 4u));
        return B[e >> 2u];
      }
      fn patch_b(matrix: u32, k: u32, col: u32) -> mat4x4<In> {
        return mat4x4<In>(
          patch_b_step(matrix, k, col),
          patch_b_step(matrix, k + 1u, col),
          patch_b_step(matrix, k + 2u, col),
          patch_b_step(matrix, k + 3u, col),
        );
      }
      fn add_bias4(matrix: u32, col: u32, values: vec4<f32>) -> vec4<f32> {
        return values;
      }
      fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
        if (col >= problem.n) { return; }
        C[(row * problem.n + col) >> 2u] = add_bias4(matrix, col, values);
      }

      "
    `);
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
