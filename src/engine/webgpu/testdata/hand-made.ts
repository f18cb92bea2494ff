/** A small problem and hand-made programs for it, for the engine's own tests. */
import type { OutputFormat, Problem } from '../../../gemm/problem.ts';
import type { Program } from '../../../kernel/program.ts';
import type { Source } from '../../port.ts';

export const M = 5;
export const N = 7;
export const K = 9;

export function problem(out: OutputFormat): Problem {
  const format = { w: 'f32', a: 'f32', acc: 'f32', out } as const;
  return { shape: { batch: 1, m: M, n: N, k: K }, layout: 'nn', format, bias: false };
}

export const MATMUL = `
struct Problem { m: u32, n: u32, k: u32 }
@group(0) @binding(0) var<uniform> problem: Problem;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= problem.n || id.y >= problem.m) { return; }
  var sum = 0.0;
  for (var i = 0u; i < problem.k; i++) { sum += a[id.y * problem.k + i] * b[i * problem.n + id.x]; }
  c[id.y * problem.n + id.x] = sum;
}`;

export function handMade(code: string, more: Partial<Program> = {}): Source {
  const program: Program = {
    kernel: 'hand-made',
    kernelHash: '',
    code,
    tile: { m: 8, n: 8, k: 1 },
    thread: { m: 1, n: 1 },
    workgroup: [8, 8],
    bindings: ['problem', 'a', 'b', 'c'],
    features: [],
    uniform: [M, N, K, 1, 1, 1, 1, 0],
    workgroups: [1, 1, 1],
    ...more,
  };
  return { kind: 'wgsl', program };
}
