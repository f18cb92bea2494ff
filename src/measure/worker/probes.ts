/**
 * Fixed programs outside any case. The three of the sentinel never change: they distinguish a slow machine from a slow kernel,
 * across processes, commits and years. A change here must rename them and raise `PROBES_VERSION`. Each has far more workgroups
 * than a device has cores: shorter ones would mostly measure how fast cores wake up.
 */
import type { Probe } from '../../engine/port.ts';

/**
 * Version of sentinels and peak probes, as stored in records; readings of two versions are never compared. 1: zeros in all
 * buffers, one loop per peak, no read peak. 2: random values, the fastest of several loops.
 */
export const PROBES_VERSION = 2;

/** Does nothing: the cost of one dispatch. */
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
 * C[1024, 128] = A[1024, 128] · B[128, 128] in f32, 4 × 4 results a thread and no shared memory: 34 MFLOP. It has the instruction
 * mix of a matmul, so that what slows matmuls (mainly a neighbour on the same core) slows it alike.
 */
export const GEMM_SENTINEL: Probe = {
  name: 'sentinel-gemm-2',
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
  random: [1, 2],
  workgroups: [1, 128, 1],
};

const COPY_SENTINEL_BYTES = 8 << 20;

/** Copies 8 MiB: 16 bytes per thread, read once and written once. */
export const COPY_SENTINEL: Probe = {
  name: 'sentinel-copy-2',
  code: `@group(0) @binding(0) var<storage, read_write> source: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4u>;
@compute @workgroup_size(256) fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * grid.x + group.x) * 256u + lane;
  if (i < arrayLength(&target_)) { target_[i] = source[i]; }
}
`,
  features: [],
  bufferBytes: [COPY_SENTINEL_BYTES, COPY_SENTINEL_BYTES],
  random: [0],
  workgroups: [COPY_SENTINEL_BYTES / 16 / 256, 1, 1],
};
