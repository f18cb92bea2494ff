/**
 * Fixed programs outside any case. The sentinel's three never change: they are the yardstick that tells a slow machine from
 * a slow kernel, across processes, commits and years. A change here must rename them. Each fills a device with far more
 * workgroups than it has cores: shorter ones mostly time how fast the cores wake up.
 */
import type { Probe } from '../engine/port.ts';
import type { SubgroupMatrix } from '../kernel/device.ts';

/** Does nothing: what one dispatch costs. */
export const EMPTY_PROBE: Probe = {
  name: 'empty',
  code: '@compute @workgroup_size(1) fn main() {}\n',
  features: [],
  bufferBytes: [],
  workgroups: [1, 1, 1],
};

/** 1024 × 64 threads, each 128 rounds of 12 independent f32 multiply-adds: 0.2 GFLOP, no memory traffic to speak of. */
export const ALU_SENTINEL: Probe = {
  name: 'sentinel-alu-2',
  code: `@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = f32(id.x & 7u) * 0.125 + 0.5;
  var p = vec4f(x, x + 0.1, x + 0.2, x + 0.3);
  var q = p + 0.01;
  var r = p + 0.02;
  for (var i = 0u; i < 128u; i++) {
    p = fma(p, vec4f(0.999), vec4f(0.001));
    q = fma(q, vec4f(0.999), vec4f(0.001));
    r = fma(r, vec4f(0.999), vec4f(0.001));
  }
  let sum = p + q + r;
  sink[id.x] = sum.x + sum.y + sum.z + sum.w;
}
`,
  features: [],
  bufferBytes: [65_536 * 4],
  workgroups: [1024, 1, 1],
};

/**
 * C[1024, 128] = A[1024, 128] · B[128, 128] in f32, 4 × 4 results a thread and no shared memory: 34 MFLOP. Loads and
 * multiply-adds in the mix that matmuls have, so that what slows those (a neighbour on the same core, above all) slows it alike.
 */
export const GEMM_SENTINEL: Probe = {
  name: 'sentinel-gemm-1',
  code: `@group(0) @binding(0) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<vec4f>;
@compute @workgroup_size(32, 2) fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * 4u;
  var sums = array<vec4f, 4>();
  for (var k = 0u; k < 128u; k++) {
    let v = b[k * 32u + id.x];
    for (var i = 0u; i < 4u; i++) { sums[i] = fma(vec4f(a[(row + i) * 128u + k]), v, sums[i]); }
  }
  for (var i = 0u; i < 4u; i++) { c[(row + i) * 32u + id.x] = sums[i]; }
}
`,
  features: [],
  bufferBytes: [1024 * 128 * 4, 1024 * 128 * 4, 128 * 128 * 4],
  workgroups: [1, 128, 1],
};

const COPY_SENTINEL_BYTES = 8 << 20;

/** Copies 8 MiB: 16 bytes per thread, read once and written once. */
export const COPY_SENTINEL: Probe = {
  name: 'sentinel-copy-1',
  code: copyCode(),
  features: [],
  bufferBytes: [COPY_SENTINEL_BYTES, COPY_SENTINEL_BYTES],
  workgroups: [COPY_SENTINEL_BYTES / 16 / 256, 1, 1],
};

/** A copy of `bytes` (a multiple of 4096) in 16-byte words, 256 threads a workgroup, the grid folded into two dimensions. */
export function copyProbe(bytes: number): Probe {
  const workgroups = bytes / 16 / 256;
  const x = Math.min(workgroups, 32_768);
  return {
    name: 'peak-copy',
    code: copyCode(),
    features: [],
    bufferBytes: [bytes, bytes],
    workgroups: [x, Math.ceil(workgroups / x), 1],
  };
}

function copyCode(): string {
  return `@group(0) @binding(0) var<storage, read_write> source: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4u>;
@compute @workgroup_size(256) fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * grid.x + group.x) * 256u + lane;
  if (i < arrayLength(&target_)) { target_[i] = source[i]; }
}
`;
}

/** Multiply-adds per thread of a peak probe: `rounds` × 8 independent accumulators × 4 lanes. */
export const FMA_CHAINS = 8;

/** A full device of multiply-adds in `f32` or `f16`: `FMA_CHAINS` independent vec4 chains a thread hide the latency. */
export function fmaProbe(scalar: 'f32' | 'f16', workgroups: number, rounds: number): Probe {
  const chains = Array.from({ length: FMA_CHAINS }, (_, i) => i);
  return {
    name: `peak-fma-${scalar}`,
    code: `${scalar === 'f16' ? 'enable f16;\n' : ''}@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
@compute @workgroup_size(128) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let x = ${scalar}(f32(lane & 15u) * 0.03125 + 0.25);
  let b = vec4<${scalar}>(${scalar}(0.001));
${chains.map((c) => `  var s${c} = vec4<${scalar}>(x + ${scalar}(${c}) * ${scalar}(0.0625));`).join('\n')}
  for (var i = 0u; i < ${rounds}u; i++) {
${chains.map((c) => `    s${c} = fma(s${c}, vec4<${scalar}>(${scalar}(0.999)), b);`).join('\n')}
  }
  let sum = ${chains.map((c) => `s${c}`).join(' + ')};
  sink[(group.x & 63u) * 128u + lane] = f32(sum.x + sum.y + sum.z + sum.w);
}
`,
    features: scalar === 'f16' ? ['shader-f16'] : [],
    bufferBytes: [64 * 128 * 4],
    workgroups: [workgroups, 1, 1],
  };
}

/** Independent sums of a subgroup in the matrix probe, to hide the latency of a multiplication. */
export const MATRIX_CHAINS = 4;
/** Subgroups of a workgroup in the matrix probe. */
export const MATRIX_SUBGROUPS = 4;

/**
 * A full device of products of f16 matrices summed in f32: `MATRIX_SUBGROUPS` subgroups a workgroup, each `rounds` times
 * `MATRIX_CHAINS` independent products of m × k and k × n, operands in registers.
 *
 * @param lanes the largest subgroup of the device: such shaders need workgroups of a multiple of it
 */
export function matrixProbe({ m, n, k }: SubgroupMatrix, lanes: number, workgroups: number, rounds: number): Probe {
  const chains = Array.from({ length: MATRIX_CHAINS }, (_, i) => i);
  return {
    name: 'peak-matrix-f16',
    code: `enable f16;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(0) var<storage, read_write> sink: array<f32>;
var<workgroup> operand: array<f16, ${Math.max(m * k, k * n)}>;
var<workgroup> sums: array<f32, ${m * n}>;
@compute @workgroup_size(${MATRIX_SUBGROUPS * lanes}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var i = lane; i < ${Math.max(m * k, k * n)}u; i += ${MATRIX_SUBGROUPS * lanes}u) { operand[i] = f16(i % 7u) * 0.03125h; }
  workgroupBarrier();
  let left = subgroupMatrixLoad<subgroup_matrix_left<f16, ${k}, ${m}>, row_major>(&operand, 0u, ${k}u);
  let right = subgroupMatrixLoad<subgroup_matrix_right<f16, ${n}, ${k}>, row_major>(&operand, 0u, ${n}u);
${chains.map((c) => `  var s${c}: subgroup_matrix_result<f32, ${n}, ${m}>;`).join('\n')}
  for (var i = 0u; i < ${rounds}u; i++) {
${chains.map((c) => `    s${c} = subgroupMatrixMultiplyAccumulate(left, right, s${c});`).join('\n')}
  }
${chains.map((c) => `  subgroupMatrixStore<row_major>(&sums, 0u, s${c}, ${n}u);\n  workgroupBarrier();\n  if (lane == 0u) { sink[(group.x & 63u) * ${MATRIX_CHAINS}u + ${c}u] = sums[0]; }`).join('\n')}
}
`,
    features: ['shader-f16', 'chromium-experimental-subgroup-matrix'],
    bufferBytes: [64 * MATRIX_CHAINS * 4],
    workgroups: [workgroups, 1, 1],
  };
}
