import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FillPlan, fillPlan } from './fill.ts';
import { BF16, decode, F16 } from './formats/minifloat.ts';
import { nvfp4TensorScale } from './formats/nvfp4.ts';
import { asScaled, isElementFormat } from './formats/registry.ts';
import { activationScale, scaleBytes, scaleGrid } from './formats/scale.ts';
import { rangeOf } from './generator.ts';
import { biasAt, operandA, operandB } from './operands.ts';
import { packOperands } from './pack.ts';
import { DISTRIBUTIONS, type Distribution, isTransposedA, isTransposedB, type Problem } from './problem.ts';
import { matrices, paddedCodes, rowRanges, rows } from './shape.ts';
import { anyProblem, elementA, elementB, problemOf } from './testdata/problems.ts';

/** Element `index` of a packed buffer, read as the kernel ABI describes it. */
function elementOf(words: Uint32Array, format: 'f32' | 'f16' | 'bf16', index: number): number {
  const view = new DataView(words.buffer);
  if (format === 'f32') return view.getFloat32(4 * index, true);
  return decode(format === 'f16' ? F16 : BF16, view.getUint16(2 * index, true));
}

/** Element k of a line of A or B from the packed buffers of a scaled format, in f64. */
function codedOf(
  problem: Problem,
  { b: { distribution } }: FillPlan,
  { codes, scales }: { readonly codes: Uint32Array; readonly scales: Uint32Array },
  side: 'a' | 'w',
  line: number,
  k: number,
): number {
  const { shape } = problem;
  const format = asScaled(problem.format[side]);
  const scale = side === 'a' ? activationScale(problem) : problem.scale;
  if (!scale || !format) throw new Error('not scaled');
  const { bits } = format;
  const bit = bits * (line * paddedCodes(shape.k) + k);
  const code = ((codes[Math.floor(bit / 32)] ?? 0) >>> (bit % 32)) & (2 ** bits - 1);
  const grid = scaleGrid(scale, shape.k, side === 'a' ? rows(problem) : shape.n, 1);
  const at = grid.rowOf(line) * grid.perRow + Math.floor(k / grid.block);
  const view = new DataView(scales.buffer);
  const word = () => (scale.format === 'f32' ? view.getFloat32(4 * at, true) : view.getUint32(4 * at, true));
  const stored = scaleBytes(scale) === 4 ? word() : view.getUint8(at);
  const tensorScale = format.wgsl.tensorScale ? tensorScaleOf(distribution) : 1;
  return format.dequantize({ scale: stored, codes: Uint8Array.of(code) }, tensorScale)[0] ?? Number.NaN;
}

/** NVFP4's factor of one whole operand. */
const tensorScaleOf = (distribution: Distribution) => {
  const { bound, exponent } = rangeOf(distribution);
  return nvfp4TensorScale(bound * 2 ** exponent);
};

/** Place of A's element (row, k) and B's element (line, k) in dense storage, straight from the layouts' definition. */
function places(problem: Problem) {
  const { n, k } = problem.shape;
  const ranges = rowRanges(problem);
  return {
    a(row: number, kk: number) {
      if (!isTransposedA(problem.layout)) return row * k + kk;
      const range = ranges.find(({ first, end }) => row >= first && row < end);
      if (!range) throw new Error('no such row');
      return range.first * k + kk * (range.end - range.first) + (row - range.first);
    },
    b(line: number, kk: number) {
      return isTransposedB(problem.layout) ? line * k + kk : (Math.floor(line / n) * k + kk) * n + (line % n);
    },
  };
}

describe('packed buffers hold what the reference reads', () => {
  const choice = fc.tuple(anyProblem, fc.nat(), fc.constantFrom(...DISTRIBUTIONS));

  test('A', () => {
    fc.assert(
      fc.property(choice, ([problem, seed, distribution]) => {
        const { a, aScales } = packOperands(problem, seed, distribution);
        const plan = fillPlan(problem, seed, distribution);
        const at = elementA(problem, seed, distribution);
        const { a: format } = problem.format;
        const coded = { codes: a, scales: aScales };
        const place = places(problem);
        for (const { first, end } of rowRanges(problem)) {
          for (let row = first; row < end; row += 1) {
            for (let k = 0; k < problem.shape.k; k += 7) {
              const expected = isElementFormat(format)
                ? elementOf(a, format, place.a(row, k))
                : codedOf(problem, plan, coded, 'a', row, k);
              expect(at(row, k) + 0).toBe(expected + 0);
            }
          }
        }
      }),
    );
  });

  test('B, and its padding is zero', () => {
    fc.assert(
      fc.property(choice, ([problem, seed, distribution]) => {
        const packed = packOperands(problem, seed, distribution);
        const plan = fillPlan(problem, seed, distribution);
        const at = elementB(problem, seed, distribution);
        const place = places(problem);
        const { n, k } = problem.shape;
        const { w } = problem.format;
        for (let line = 0; line < matrices(problem) * n; line += 1) {
          const last = problem.scale ? paddedCodes(k) : k;
          for (let kk = 0; kk < last; kk += 1) {
            const expected = isElementFormat(w)
              ? elementOf(packed.b, w, place.b(line, kk))
              : kk < k
                ? codedOf(problem, plan, { codes: packed.b, scales: packed.scales }, 'w', line, kk)
                : 0;
            const actual = kk < k ? at(Math.floor(line / n), kk, line % n) : 0;
            expect(actual + 0).toBe(expected + 0);
          }
        }
      }),
    );
  });

  test('bias', () => {
    fc.assert(
      fc.property(choice, ([problem, seed, distribution]) => {
        const { bias } = packOperands(problem, seed, distribution);
        const at = biasAt(problem, seed, distribution);
        const { n } = problem.shape;
        for (let i = 0; i < matrices(problem) * n; i += 1) {
          expect(at(Math.floor(i / n), i % n)).toBe(problem.bias ? elementOf(bias, 'f32', i) : 0);
        }
      }),
    );
  });
});

test('padding codes decode to zero', () => {
  for (const [w, word] of [
    ['int4', 0x8888_8888],
    ['mxfp4', 0],
    ['nvfp4', 0],
  ] as const) {
    const { b } = packOperands(problemOf({ n: 2, k: 33, format: { w } }), 1, 'normal');
    expect(b).toHaveLength(16);
    expect(((b[4] ?? 0) ^ word) >>> 4).toBe(0);
    expect([b[5], b[6], b[7]]).toEqual([word, word, word]);
  }
});

test('a line read at once is the line read by element, stored and drawn', () => {
  fc.assert(
    fc.property(anyProblem, (problem) => {
      const { k } = problem.shape;
      for (const lines of [operandA(problem, 9, 'normal'), operandB(problem, 9, 'normal')]) {
        const [stored, drawn] = [new Float64Array(k), new Float64Array(k)];
        lines.read(0, stored, drawn);
        expect([...stored]).toEqual(Array.from({ length: k }, (_, kk) => lines.stored(0, kk)));
        expect([...drawn]).toEqual(Array.from({ length: k }, (_, kk) => lines.drawn(0, kk)));
      }
    }),
  );
});

test('layouts hold different values, formats round the same ones', () => {
  const drawn = (problem: Problem) => operandB(problem, 1, 'normal').drawn(3, 4);
  expect(drawn(problemOf({ layout: 'nt' }))).not.toBe(drawn(problemOf({ layout: 'nn' })));
  expect(drawn(problemOf({ layout: 'nt' }))).toBe(drawn(problemOf({ format: { w: 'nvfp4' } })));
});

test('the bias is as large as the sums it joins', () => {
  for (const k of [1, 2, 64, 2880, 11008]) {
    const problem = problemOf({ n: 512, k, bias: true });
    const at = biasAt(problem, 1, 'normal');
    const rms = Math.hypot(...Array.from({ length: 512 }, (_, col) => at(0, col))) / Math.sqrt(512);
    expect(rms / ((4 / 3) * Math.sqrt(k))).toBeGreaterThan(0.8);
    expect(rms / ((4 / 3) * Math.sqrt(k))).toBeLessThan(1.8);
  }
});

test('a fill plan is plain data', () => {
  const plan = fillPlan(problemOf({ format: { w: 'nvfp4', a: 'f16' }, bias: true }), 1, 'uniform');
  expect(structuredClone(plan)).toEqual(plan);
  expect(plan.tensorScale).toBe(Math.fround(1 / 2688));
});

test('with both operands in NVFP4 the tensor scale is the product of theirs, rounded once', () => {
  const plan = fillPlan(problemOf({ format: { w: 'nvfp4', a: 'nvfp4' } }), 1, 'uniform');
  expect(structuredClone(plan)).toEqual(plan);
  expect(plan.tensorScale).toBe(Math.fround(Math.fround(1 / 2688) ** 2));
  expect(fillPlan(problemOf({ format: { w: 'mxfp4', a: 'mxfp4' } }), 1, 'uniform').tensorScale).toBe(1);
});

test('A and B of the same values have the same codes and scales', () => {
  for (const w of ['mxfp4', 'nvfp4'] as const) {
    const plan = fillPlan(problemOf({ m: 3, n: 3, k: 70, format: { w, a: w } }), 1, 'normal');
    expect({ ...plan.a, tensor: 'b', keys: [] }).toEqual({ ...plan.b, keys: [] });
    expect(plan.a.keys).not.toEqual(plan.b.keys);
  }
});

test('refuses 4-bit activations beside other weights', () => {
  const mixed = problemOf({ format: { w: 'mxfp4', a: 'nvfp4' } });
  expect(() => fillPlan(mixed, 1, 'normal')).toThrow('activations in nvfp4 need weights in nvfp4, not in mxfp4');
  expect(() => operandA(mixed, 1, 'normal')).toThrow('activations in nvfp4 need weights in nvfp4');
  const dense = problemOf({ layout: 'nt', format: { w: 'f32', a: 'mxfp4' } });
  expect(() => fillPlan(dense, 1, 'normal')).toThrow('mxfp4 activations need a block scale');
});

test('refuses blocks that do not run along k, and formats without their scale', () => {
  const blocks = { ...problemOf({ format: { w: 'mxfp4' } }), layout: 'nn' as const };
  expect(() => fillPlan(blocks, 1, 'normal')).toThrow('mxfp4 weights have blocks along k and need layout nt, not nn');
  expect(() => operandB(blocks, 1, 'normal')).toThrow('need layout nt');
  const { scale, ...bare } = problemOf({ format: { w: 'int4' } });
  expect(() => fillPlan(bare, 1, 'normal')).toThrow('int4 weights need a block scale');
  expect(() => fillPlan({ ...problemOf({ layout: 'nt' }), ...(scale && { scale }) }, 1, 'normal')).toThrow(
    'f32 weights have no block scale',
  );
});
