import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputFormat, Problem } from '../../gemm/problem.ts';
import type { Operands, Prepared, Source } from '../port.ts';
import { M, N, problem, handMade as wgsl } from './testdata/hand-made.ts';
import { sessionOfAll } from './testdata/session.ts';

const session = sessionOfAll();

/** Writes these words to C and touches nothing else. */
function writer(words: readonly number[]): string {
  const lines = words.map((word, i) => `  c[${i}] = ${word >>> 0}u;`);
  return `
@group(0) @binding(3) var<storage, read_write> c: array<u32>;
@compute @workgroup_size(1)
fn main() {\n${lines.join('\n')}\n}`;
}

async function launched(source: Source, on: Operands): Promise<Prepared> {
  const prepared = await session().prepare(source, on);
  await prepared.poison();
  await prepared.launch({ repeats: 1, firstSet: 0 });
  return prepared;
}

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
    own = await session().allocate({ problem: problem(out), seed: 1, distribution: 'uniform', sets: 1 });
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
    const prepared = await session().prepare(wgsl(writer([]), { bindings: ['c'] }), own);
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
    expect(await candidate.difference(reference)).toMatchObject({
      maxAbs: 2,
      rms: 1,
      nonFinite: 0,
      worst: { row: 3, col: 2 },
    });
    expect(await reference.difference(reference)).toMatchObject({ maxAbs: 0, nonFinite: 0 });
    candidate.dispose();
    reference.dispose();
  });

  it('has a digest of every bit and its place, whatever it is compared with', async () => {
    const ones = Array.from({ length: M * N }, () => one);
    const [reference, again] = [await holding(ones), await holding(ones)];
    const digestOf = async (elements: readonly number[]) => {
      const prepared = await holding(elements);
      const { digest } = await prepared.difference(reference);
      prepared.dispose();
      return digest;
    };
    const { digest: same } = await again.difference(reference);
    expect(same).toMatch(/^[0-9a-f]{16}$/);
    expect(await digestOf(ones)).toBe(same);
    // One bit at each place in turn; the last of C is the first of a word of its own.
    const others: (string | undefined)[] = [];
    for (const place of [0, 1, N, M * N - 1])
      others.push(await digestOf(ones.map((bits, i) => (i === place ? bits ^ 1 : bits))));
    expect(new Set([same, ...others]).size).toBe(5);
    reference.dispose();
    again.dispose();
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
    const own = await session().allocate({ problem: large, seed: 1, distribution: 'uniform', sets: 1 });
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
