import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../generator.ts';
import { operandB } from '../operands.ts';
import { DISTRIBUTIONS } from '../problem.ts';
import { problemOf } from '../testdata/problems.ts';
import { fp8Magnitude } from '../testdata/u32-codes.ts';
import { dequantizeFp8, encodeFp8, quantizeFp8 } from './fp8.ts';
import { decode, E4M3 } from './minifloat.ts';

/** OCP 8-bit Floating Point Specification (OFP8), revision 1.0, table 1: E4M3. */
const PUBLISHED = [
  ['zero', 0x00, 0],
  ['largest normal', 0x7e, 448],
  ['smallest normal', 0x08, 2 ** -6],
  ['largest subnormal', 0x07, 0.875 * 2 ** -6],
  ['smallest subnormal', 0x01, 2 ** -9],
  ['one', 0x38, 1],
  ['minus largest', 0xfe, -448],
] as const;

describe('E4M3 of the OCP specification', () => {
  it.each(PUBLISHED)('%s', (_, code, value) => {
    expect(decode(E4M3, code)).toBe(value);
    expect(encodeFp8(value)).toBe(code);
  });

  it('has NaN for all ones only, and no infinity', () => {
    const finite = Array.from({ length: 256 }, (_, code) => code).filter((code) => Number.isFinite(decode(E4M3, code)));
    expect(finite).toHaveLength(254);
    expect([decode(E4M3, 0x7f), decode(E4M3, 0xff)]).toEqual([Number.NaN, Number.NaN]);
  });

  it('saturates, and rounds to nearest with ties to even', () => {
    expect([464, 1e30, -1e30].map(encodeFp8)).toEqual([0x7e, 0x7e, 0xfe]);
    // Between 1 and 1.125 the tie goes to 1; between 1.125 and 1.25 to 1.25.
    expect([1.0625, 1.1875].map((value) => decode(E4M3, encodeFp8(value)))).toEqual([1, 1.25]);
    expect([2 ** -10, 3 * 2 ** -10].map((value) => decode(E4M3, encodeFp8(value)))).toEqual([0, 2 ** -8]);
  });
});

describe('quantizing', () => {
  it('maps the largest magnitude to 448, zeros to zeros, and what is not finite to NaN', () => {
    const block = quantizeFp8([1, -896, 448, 0]);
    expect(block.scale).toBe(2);
    expect([...block.codes]).toEqual([0x30, 0xfe, 0x76, 0]);
    expect([...dequantizeFp8(block)]).toEqual([1, -896, 448, 0]);
    expect([...dequantizeFp8(quantizeFp8([0, 0]))]).toEqual([0, 0]);
    expect(quantizeFp8([1, Number.POSITIVE_INFINITY]).scale).toBeNaN();
  });

  it.each(DISTRIBUTIONS)('is the same in u32 arithmetic: %s, ties among them', (distribution) => {
    const { bound } = rangeOf(distribution);
    const agrees = (integer: number, amax: number) => fp8Magnitude(integer, amax) === encodeFp8((448 * integer) / amax);
    const amax = fc.integer({ min: 1, max: bound });
    fc.assert(fc.property(amax, fc.double({ min: 0, max: 1, noNaN: true }), (a, t) => agrees(Math.round(a * t), a)));
    fc.assert(fc.property(amax, fc.integer({ min: 0, max: 20 }), (a, shift) => agrees(a >> shift, a)));
    // 448·j/amax = (2c + 1)/2 · 2^e, halfway between two codes of the same exponent.
    const tie = fc.tuple(fc.integer({ min: 1, max: 140 }), fc.integer({ min: 8, max: 13 }));
    fc.assert(fc.property(tie, ([unit, c]) => agrees((2 * c + 1) * unit, 28 * unit)));
    expect(fp8Magnitude(0, 0)).toBe(0);
  });
});

describe('who shares a scale', () => {
  const read = (w: 'fp8' | 'fp8-channel' | 'fp8-tensor') => {
    const problem = problemOf({ n: 130, k: 200, batch: 2, format: { w } });
    const b = operandB(problem, 3, 'normal');
    const line = (index: number) => {
      const [stored, drawn] = [new Float64Array(200), new Float64Array(200)];
      b.read(index, stored, drawn);
      return { stored: [...stored], drawn: [...drawn] };
    };
    return Array.from({ length: 260 }, (_, index) => line(index));
  };
  const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));
  /** The largest magnitude of those that share a scale is code 448 and so is hardly rounded at all. */
  const kept = (stored: readonly number[], drawn: readonly number[]) =>
    expect(largest(stored) / largest(drawn)).toBeCloseTo(1, 6);

  it('128 × 128 elements, ending with their matrix', () => {
    const lines = read('fp8');
    for (const [first, end] of [
      [0, 128],
      [128, 130],
      [130, 258],
      [258, 260],
    ] as const)
      for (const [from, to] of [
        [0, 128],
        [128, 200],
      ] as const) {
        const of = (what: 'stored' | 'drawn') => lines.slice(first, end).flatMap((line) => line[what].slice(from, to));
        kept(of('stored'), of('drawn'));
      }
  });

  it('a row', () => {
    for (const { stored, drawn } of read('fp8-channel')) kept(stored, drawn);
  });

  it('a tensor, whose largest magnitude is taken as the bound of what is drawn', () => {
    const step = 2 ** -9 * Math.fround((rangeOf('normal').bound * 2 ** rangeOf('normal').exponent) / 448);
    for (const { stored } of read('fp8-tensor').slice(0, 3))
      for (const value of stored) expect(Math.abs(value / step - Math.round(value / step))).toBeLessThan(1e-6);
  });
});
