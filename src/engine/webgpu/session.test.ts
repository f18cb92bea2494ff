import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputFormat, Problem } from '../../gemm/problem.ts';
import { referenceAt } from '../../gemm/reference.ts';
import type { Program } from '../../kernel/program.ts';
import type { Operands, Prepared, Source } from '../port.ts';
import { openWebGpu } from './open.node.ts';
import type { WebGpuSession } from './session.ts';

const M = 5;
const N = 7;
const K = 9;

let session: WebGpuSession;
let operands: Operands;
beforeAll(async () => {
  ({ session } = await openWebGpu({ adapter: 'auto' }));
  operands = await session.allocate({ problem: problem('f32'), seed: 3, distribution: 'normal', sets: 3 });
});
afterAll(async () => {
  operands.dispose();
  await session.dispose();
});

function problem(out: OutputFormat): Problem {
  const format = { w: 'f32', a: 'f32', acc: 'f32', out } as const;
  return { shape: { batch: 1, m: M, n: N, k: K }, layout: 'nn', format, bias: false };
}

const MATMUL = `
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

/** Writes these words to C and touches nothing else. */
function writer(words: readonly number[]): string {
  const lines = words.map((word, i) => `  c[${i}] = ${word >>> 0}u;`);
  return `
@group(0) @binding(3) var<storage, read_write> c: array<u32>;
@compute @workgroup_size(1)
fn main() {\n${lines.join('\n')}\n}`;
}

function wgsl(code: string, more: Partial<Program> = {}): Source {
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

const once = { repeats: 1, firstSet: 0 };

async function launched(source: Source, on: Operands = operands): Promise<Prepared> {
  const prepared = await session.prepare(source, on);
  await prepared.poison();
  await prepared.launch(once);
  return prepared;
}

describe('a program', () => {
  it('computes C from the filled operands, whichever set comes first', async () => {
    const prepared = await session.prepare(wgsl(MATMUL), operands);
    const points = Array.from({ length: M * N }, (_, i) => ({ row: Math.floor(i / N), col: i % N }));
    const { exact } = referenceAt(problem('f32'), 3, 'normal', points);
    for (const firstSet of [0, 1, 5]) {
      await prepared.poison();
      await prepared.launch({ repeats: 2, firstSet });
      const found = await prepared.read(points);
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(exact[i] ?? Number.NaN, 4);
    }
    prepared.dispose();
  });

  it('is timed by the wall and, where there are timestamps, by the device', async () => {
    const prepared = await launched(wgsl(MATMUL));
    const { gpuSeconds, ticks, wallSeconds } = await prepared.launch({ repeats: 8, firstSet: 0 });
    expect(prepared.pipelineSeconds).toBeGreaterThan(0);
    expect(wallSeconds).toBeGreaterThan(0);
    expect(session.facts.timestamps).toBe(gpuSeconds !== null);
    if (gpuSeconds !== null && ticks) {
      expect(gpuSeconds).toBeGreaterThan(0);
      expect(gpuSeconds).toBeLessThan(wallSeconds);
      expect(ticks[1] - ticks[0]).toBeCloseTo(gpuSeconds * 1e9, 0);
    }
    prepared.dispose();
  });

  it('takes longer for more repeats', async () => {
    const prepared = await launched(wgsl(MATMUL));
    const few = await prepared.launch({ repeats: 1, firstSet: 0 });
    const many = await prepared.launch({ repeats: 2000, firstSet: 0 });
    expect(many.wallSeconds).toBeGreaterThan(5 * few.wallSeconds);
    prepared.dispose();
  });

  it('refuses a count that is none', async () => {
    const prepared = await session.prepare(wgsl(MATMUL), operands);
    await expect(prepared.launch({ repeats: 0, firstSet: 0 })).rejects.toThrow('repeats must be an integer');
    await expect(prepared.launch({ repeats: 1, firstSet: 0.5 })).rejects.toThrow('firstSet must be an integer');
    prepared.dispose();
  });
});

describe('what cannot run', () => {
  it('says where the compiler stopped, with the line', async () => {
    await expect(session.prepare(wgsl(MATMUL.replace('a[id.y', 'oops[id.y')), operands)).rejects.toMatchObject({
      reason: 'compile-error',
      message: expect.stringMatching(/^hand-made: line 11:\d+: .*'oops'\n {2}for \(var i/),
    });
  });

  it('passes on what the device says about a pipeline', async () => {
    const oversized = wgsl(MATMUL.replace('workgroup_size(8, 8)', 'workgroup_size(4096)'));
    await expect(session.prepare(oversized, operands)).rejects.toMatchObject({ reason: 'compile-error' });
  });

  it.each([
    ['a feature that is not there', { features: ['no-such-feature'] }, 'needs the device feature no-such-feature'],
    ['a grid beyond the limit', { workgroups: [65_536, 1, 1] as const }, '65536 workgroups .* allows 65535'],
    ['a binding the problem lacks', { bindings: ['problem', 'a', 'b', 'c', 'scales'] as const }, 'binds scales'],
  ])('refuses %s', async (_, more, message) => {
    await expect(session.prepare(wgsl(MATMUL, more), operands)).rejects.toMatchObject({
      reason: 'unsupported',
      message: expect.stringMatching(new RegExp(message)),
    });
  });

  it('refuses another engine’s source and another session’s operands', async () => {
    await expect(session.prepare({ kind: 'gpujs' }, operands)).rejects.toMatchObject({ reason: 'unsupported' });
    const foreign = { problem: problem('f32'), sets: 1, bytesPerSet: 0, dispose: () => {} };
    await expect(session.prepare(wgsl(MATMUL), foreign)).rejects.toMatchObject({ reason: 'device-error' });
  });

  it('throws a device error at the operation that met it, and works again after', async () => {
    const prepared = await session.prepare(wgsl(MATMUL), operands);
    prepared.dispose();
    await expect(prepared.launch(once)).rejects.toMatchObject({
      reason: 'device-error',
      message: expect.stringContaining('destroyed'),
    });
    const again = await launched(wgsl(MATMUL));
    expect(await again.read([{ row: 0, col: 0 }])).not.toContain(Number.NaN);
    again.dispose();
  });

  it('runs nothing after it was closed, and does not call that a lost device', async () => {
    const { session: other } = await openWebGpu({ adapter: 'auto' });
    await other.dispose();
    const lost = await Promise.race([other.lost, new Promise((resolve) => setTimeout(resolve, 50, 'not lost'))]);
    expect(lost).toBe('not lost');
    const request = { problem: problem('f32'), seed: 1, distribution: 'normal', sets: 1 } as const;
    await expect(other.allocate(request)).rejects.toMatchObject({ reason: 'device-lost' });
  });
});

/** Bits of NaN, ±infinity, largest, smallest subnormal, −0 and 1 in each output format, and their values. */
const SPECIAL: Record<OutputFormat, { bits: number[]; values: number[] }> = {
  f32: {
    bits: [0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 0x00800000, 0x80000000, 0x3f800000],
    values: [Number.NaN, Infinity, -Infinity, 2 ** 128 - 2 ** 104, 2 ** -126, -0, 1],
  },
  f16: {
    bits: [0x7e01, 0x7c00, 0xfc00, 0x7bff, 0x0001, 0x8000, 0x3c00],
    values: [Number.NaN, Infinity, -Infinity, 65504, 2 ** -24, -0, 1],
  },
  bf16: {
    bits: [0x7fc1, 0x7f80, 0xff80, 0x7f7f, 0x0080, 0x8000, 0x3f80],
    values: [Number.NaN, Infinity, -Infinity, 2 ** 128 - 2 ** 120, 2 ** -126, -0, 1],
  },
};

describe.each(['f32', 'f16', 'bf16'] as const)('C in %s', (out) => {
  let own: Operands;
  beforeAll(async () => {
    own = await session.allocate({ problem: problem(out), seed: 1, distribution: 'uniform', sets: 1 });
  });
  afterAll(() => own.dispose());

  /** C written element by element; elements beyond the list stay poisoned. */
  async function holding(bits: readonly number[]): Promise<Prepared> {
    const pairs = Array.from({ length: Math.ceil(bits.length / 2) }, (_, i) => {
      const high = bits[2 * i + 1] ?? (out === 'f16' ? 0x7e00 : 0x7fc0);
      return (bits[2 * i] ?? 0) | (high << 16);
    });
    return launched(wgsl(writer(out === 'f32' ? bits : pairs), { bindings: ['c'] }), own);
  }

  const one = SPECIAL[out].bits[6] ?? 0;

  it('is NaN everywhere once poisoned', async () => {
    const prepared = await session.prepare(wgsl(writer([]), { bindings: ['c'] }), own);
    await prepared.poison();
    expect((await prepared.difference(prepared)).nonFinite).toBe(M * N);
    const corners = [
      { row: 0, col: 0 },
      { row: M - 1, col: N - 1 },
    ];
    expect(Array.from(await prepared.read(corners))).toEqual([Number.NaN, Number.NaN]);
    prepared.dispose();
  });

  it('is read bit for bit, special values included', async () => {
    const { bits, values } = SPECIAL[out];
    const prepared = await holding(bits);
    const points = bits.map((_, i) => ({ row: Math.floor(i / N), col: i % N }));
    expect(Array.from(await prepared.read(points))).toEqual(values);
    await expect(prepared.read([{ row: 0, col: N }])).rejects.toThrow('outside C, which is 5 × 7');
    expect(await prepared.read([])).toHaveLength(0);
    prepared.dispose();
  });

  it('is compared element by element: largest difference, where, and the reference’s rms', async () => {
    const ones = Array.from({ length: M * N }, () => one);
    const reference = await holding(ones);
    const changed = [...ones];
    changed[N * 3 + 2] = one | (out === 'f32' ? 0x80000000 : 0x8000); // −1
    const candidate = await holding(changed);
    expect(await candidate.difference(reference)).toEqual({
      maxAbs: 2,
      rms: 1,
      nonFinite: 0,
      worst: { row: 3, col: 2 },
    });
    expect(await reference.difference(reference)).toMatchObject({ maxAbs: 0, nonFinite: 0 });
    candidate.dispose();
    reference.dispose();
  });

  it('counts what is not finite and points at the first of it', async () => {
    const ones = Array.from({ length: M * N }, () => one);
    const reference = await holding(ones);
    const [nan = 0, infinity = 0] = SPECIAL[out].bits;
    const bad = await holding([...ones.slice(0, 10), nan, infinity, ...ones.slice(0, M * N - 12)]);
    expect(await bad.difference(reference)).toMatchObject({ maxAbs: 0, nonFinite: 2, worst: { row: 1, col: 3 } });
    const unwritten = await holding(ones.slice(0, -1));
    expect(await unwritten.difference(reference)).toMatchObject({ nonFinite: 1, worst: { row: M - 1, col: N - 1 } });
    for (const prepared of [reference, bad, unwritten]) prepared.dispose();
  });
});

describe('a comparison of many elements', () => {
  it('keeps its sums when one thread takes many', async () => {
    const shape = { batch: 1, m: 509, n: 257, k: 1 };
    const large: Problem = { ...problem('f32'), shape };
    const own = await session.allocate({ problem: large, seed: 1, distribution: 'uniform', sets: 1 });
    const code = `
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < ${shape.m * shape.n}u) { c[id.x] = f32(id.x % 1000u) * 1e12; }
}`;
    const source = wgsl(code, { bindings: ['c'], workgroups: [Math.ceil((shape.m * shape.n) / 64), 1, 1] });
    const prepared = await launched(source, own);
    const { rms, maxAbs, nonFinite } = await prepared.difference(prepared);
    let squares = 0;
    for (let i = 0; i < shape.m * shape.n; i++) squares += ((i % 1000) * 1e12) ** 2;
    expect(rms / Math.sqrt(squares / (shape.m * shape.n))).toBeCloseTo(1, 5);
    expect({ maxAbs, nonFinite }).toEqual({ maxAbs: 0, nonFinite: 0 });
    prepared.dispose();
    own.dispose();
  });
});

describe('a probe', () => {
  it('binds its buffers from 0 upwards, read-only or not as its text says', async () => {
    const launchable = await session.probe({
      name: 'copy',
      code: `
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> destination: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) { destination[id.x] = source[id.x]; }`,
      features: [],
      bufferBytes: [1024, 1024],
      workgroups: [4, 1, 1],
    });
    expect((await launchable.launch({ repeats: 3, firstSet: 0 })).wallSeconds).toBeGreaterThan(0);
    launchable.dispose();
  });
});

describe('the facts', () => {
  it('say what the adapter is and which toggles were asked for', () => {
    const { facts } = session;
    expect(['gpu', 'system-software', 'embedded-software']).toContain(facts.source);
    expect(facts.limits.maxBufferSize).toBeGreaterThanOrEqual(2 ** 28);
    expect(facts.toggles).toContain('-timestamp_quantization');
    expect(facts.simulated).toBe(false);
  });
});
