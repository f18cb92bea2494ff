import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packOperands } from './pack.ts';
import { arithmeticIntensity, bytes, flop, matrices, operandBytes, rowRanges, rows, touchedMatrices } from './shape.ts';
import { anyProblem, problemOf } from './testdata/problems.ts';

test('a batched GEMM', () => {
  const problem = problemOf({ batch: 3, m: 5, n: 7, k: 11, bias: true });
  expect(matrices(problem)).toBe(3);
  expect(rows(problem)).toBe(15);
  expect(flop(problem)).toBe(2 * 3 * 5 * 7 * 11);
  expect(bytes(problem)).toBe(4 * 3 * (5 * 11 + 11 * 7 + 5 * 7 + 7));
  expect(operandBytes(problem)).toEqual({ a: 672, b: 928, scales: 0, aScales: 0, bias: 96, c: 432 });
});

test('a grouped GEMM counts the bytes of the experts it touches, and allocates all', () => {
  const problem = problemOf({ rows: [2, 0, 3], n: 4, k: 32, format: { w: 'bf16', a: 'bf16', out: 'bf16' } });
  expect(touchedMatrices(problem)).toBe(2);
  expect(flop(problem)).toBe(2 * 5 * 4 * 32);
  expect(bytes(problem)).toBe(2 * (5 * 32 + 2 * 4 * 32 + 5 * 4));
  expect(operandBytes(problem)).toEqual({ a: 320, b: 768, scales: 0, aScales: 0, bias: 0, c: 48 });
  expect(rowRanges(problem)).toEqual([
    { matrix: 0, first: 0, end: 2 },
    { matrix: 1, first: 2, end: 2 },
    { matrix: 2, first: 2, end: 5 },
  ]);
});

test.each([
  ['mxfp4', 4.25],
  ['nvfp4', 4.5],
  ['int4', 5],
  ['bf16', 16],
] as const)('%s weights take %d bits each', (w, bits) => {
  const [n, k] = [64, 2880];
  const with0 = problemOf({ m: 1, n, k, format: { w } });
  expect(bytes(with0)).toBe((n * k * bits) / 8 + 4 * (k + n));
});

test('rows of 4-bit codes are padded to whole groups of 32', () => {
  const problem = problemOf({ m: 1, n: 3, k: 33, format: { w: 'nvfp4' } });
  expect(operandBytes(problem)).toEqual({ a: 144, b: 96, scales: 16, aScales: 0, bias: 0, c: 16 });
  const both = problemOf({ m: 5, n: 3, k: 33, format: { w: 'nvfp4', a: 'nvfp4' } });
  expect(operandBytes(both)).toEqual({ a: 160, b: 96, scales: 16, aScales: 16, bias: 0, c: 64 });
  expect(bytes(both)).toBe((5 + 3) * (17 + 3) + 4 * 5 * 3);
});

test('decode of a large matrix is bound by its weights: about two FLOP a weight', () => {
  const problem = problemOf({ m: 1, n: 5120, k: 2880, format: { w: 'bf16', a: 'bf16', out: 'bf16' } });
  expect(arithmeticIntensity(problem)).toBeCloseTo(1, 2);
});

test('buffers are what the packer fills, and hold at least the bytes that must move', () => {
  fc.assert(
    fc.property(anyProblem, (problem) => {
      const lengths = operandBytes(problem);
      const packed = packOperands(problem, 1, 'normal');
      for (const name of ['a', 'b', 'scales', 'aScales', 'bias'] as const)
        expect(packed[name].byteLength).toBe(lengths[name]);
      const { a, b, scales, aScales, bias, c } = lengths;
      expect(a + b + scales + aScales + bias + c).toBeGreaterThanOrEqual(bytes(problem));
      expect(Object.values(lengths).every((length) => length % 16 === 0)).toBe(true);
    }),
  );
});
