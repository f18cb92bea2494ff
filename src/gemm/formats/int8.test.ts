import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operandA, operandB } from '../operands.ts';
import { problemOf } from '../testdata/problems.ts';
import { formatOfCodes } from './elsewhere.ts';
import { int4Of128 } from './int4.ts';
import { dequantizeInt8, quantizeInt8 } from './int8.ts';
import { WEIGHT_FORMATS } from './registry.ts';
import { activationScale, pairRefusal, variantOf } from './scale.ts';

test('as Q8_0: scale amax / 127, codes in two’s complement', () => {
  const { scale, codes } = quantizeInt8([127, -127, 1, -1, 63.4, 0]);
  expect(scale).toBe(1);
  expect([...codes]).toEqual([127, 129, 1, 255, 63, 0]);
  expect(quantizeInt8([-2.54, 1]).scale).toBe(Math.fround(2.54 / 127));
});

test('ties go to even', () => {
  const { codes } = quantizeInt8([127, 0.5, 1.5, 2.5, -0.5, -1.5]);
  expect([...Int8Array.from(codes)]).toEqual([127, 0, 2, 2, 0, -2]);
});

test('a zero block has scale 0, one with NaN is NaN throughout', () => {
  expect(quantizeInt8([0, -0])).toEqual({ scale: 0, codes: Uint8Array.of(0, 0) });
  expect([...dequantizeInt8(quantizeInt8([1, Number.NaN]))]).toEqual([Number.NaN, Number.NaN]);
});

test('every value is within half a step', () => {
  const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(values, (block) => {
      const quantized = quantizeInt8(block);
      const back = dequantizeInt8(quantized);
      const slack = quantized.scale * 0.5 * (1 + 2 ** -16);
      if (quantized.scale > 2 ** -120)
        expect(block.every((value, i) => Math.abs(value - (back[i] ?? 0)) <= slack)).toBe(true);
    }),
  );
});

describe('who shares a scale', () => {
  const K = 200;
  test.each([
    ['int8', 32],
    ['int8-64', 64],
    ['int8-128', 128],
    ['int8-channel', K],
  ] as const)('%s: %d along k', (w, block) => {
    const problem = problemOf({ n: 3, k: K, format: { w, a: 'int8-channel' } });
    for (const { operand, share } of [
      { operand: operandB(problem, 3, 'normal'), share: block },
      { operand: operandA(problem, 3, 'normal'), share: K },
    ]) {
      const [stored, drawn] = [new Float64Array(K), new Float64Array(K)];
      operand.read(0, stored, drawn);
      for (let first = 0; first < K; first += share) {
        const expected = quantizeInt8(drawn.subarray(first, first + share));
        expect([...stored.subarray(first, first + share)]).toEqual([...dequantizeInt8(expected)]);
      }
    }
  });

  test('is what files of others say', () => {
    const codes = { kind: 'int', bits: 8, lines: 1, zeroPoints: false } as const;
    const named = ([32, 64, 128, 'k'] as const).map((block) => formatOfCodes({ ...codes, block }));
    expect(named).toEqual(['int8', 'int8-64', 'int8-128', 'int8-channel']);
    expect([32, 64, 128].map((block) => variantOf('int8', block, false))).toEqual(named.slice(0, 3));
  });
});

describe('as activations', () => {
  test('stand beside all weights that are integers, in blocks of their own', () => {
    for (const a of ['int8', 'int8-channel'] as const) {
      const beside = WEIGHT_FORMATS.filter((w) => pairRefusal({ w, a }) === undefined);
      expect(beside).toEqual(WEIGHT_FORMATS.filter((w) => /^(int|mxfp4|nvfp4)/.test(w)));
    }
    expect(pairRefusal({ w: 'f16', a: 'int8' })).toMatch(/^activations in int8 need weights in mxfp4, .*, not in f16$/);
    const format = { w: 'int4-128', a: 'int8', acc: 'f32', out: 'f32' } as const;
    expect(activationScale({ format, scale: int4Of128.scale })).toMatchObject({ block: 32, format: 'f32' });
    const byRow = { ...format, a: 'int8-channel' } as const;
    expect(activationScale({ format: byRow, scale: int4Of128.scale })).toMatchObject({ block: 'k', format: 'f32' });
  });
});
