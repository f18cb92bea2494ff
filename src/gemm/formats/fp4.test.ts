import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../testdata/fp4-vectors.json' with { type: 'json' };
import { packNibbles, unpackNibbles } from '../testdata/nibbles.ts';
import { decodeE2m1, E2M1_VALUES, encodeE2m1 } from './e2m1.ts';
import { decodeE8m0, e2m1ScaleByte } from './e8m0.ts';
import { dequantizeMxfp4, quantizeMxfp4 } from './mxfp4.ts';
import { dequantizeNvfp4, nvfp4TensorScale, quantizeNvfp4 } from './nvfp4.ts';

const f32 = new DataView(new ArrayBuffer(4));

function floatOf(hex: string): number {
  f32.setUint32(0, Number.parseInt(hex, 16));
  return f32.getFloat32(0);
}

const hexDigits = (codes: Iterable<number>) => Array.from(codes, (code) => code.toString(16)).join('');
const hexBytes = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const blocks = vectors.blocks.map((block) => ({ ...block, values: block.input.map(floatOf) }));

describe.each(blocks)('published vector $name', (block) => {
  test.each([
    ['floor', block.mx_floor],
    ['rceil', block.mx_rceil],
    ['even', block.mx_even],
  ] as const)('MXFP4 %s', (rule, expected) => {
    const quantized = quantizeMxfp4(block.values, rule);
    expect(quantized.scale).toBe(expected.scale);
    expect(hexDigits(quantized.codes)).toBe(expected.codes);
    expect(hexBytes(packNibbles(quantized.codes))).toBe(expected.gptOss);
    expect(hexBytes(packNibbles(quantized.codes, 'llama.cpp'))).toBe(expected.llamaCpp);
    expect([...dequantizeMxfp4(quantized)]).toEqual(expected.values);
  });

  test('microxcaling: floor, ties away from zero', () => {
    const quantized = quantizeMxfp4(block.values, 'floor', 'away');
    expect(quantized.scale).toBe(block.microxcaling.scale);
    expect(hexDigits(quantized.codes)).toBe(block.microxcaling.codes);
    expect([...dequantizeMxfp4(quantized)]).toEqual(block.microxcaling.values);
  });

  const { llama_cpp: llama, nvfp4 } = block;
  if (llama) {
    test('llama.cpp: floor, ties toward zero', () => {
      const quantized = quantizeMxfp4(block.values, 'floor', 'toward');
      expect(quantized.scale).toBe(llama.scale);
      expect(hexDigits(quantized.codes)).toBe(llama.codes);
      expect(hexBytes(packNibbles(quantized.codes, 'llama.cpp'))).toBe(llama.packed);
    });
  }
  if (nvfp4) {
    test('NVFP4 with tensor scale', () => {
      const tensorScale = nvfp4TensorScale(Math.max(...block.values.map(Math.abs)));
      expect(tensorScale).toBe(floatOf(nvfp4.tensorScale));
      const halves = [block.values.slice(0, 16), block.values.slice(16)].map((half) =>
        quantizeNvfp4(half, tensorScale),
      );
      expect(halves.map(({ scale }) => scale)).toEqual(nvfp4.scales);
      expect(halves.map(({ codes }) => hexDigits(codes)).join('')).toBe(nvfp4.codes);
      expect(halves.flatMap((half) => [...dequantizeNvfp4(half, tensorScale)])).toEqual(nvfp4.values);
    });
  }
});

test('published ties', () => {
  const { midpoint, rne, half_away, llama_cpp } = vectors.ties;
  expect(midpoint.map((value) => decodeE2m1(encodeE2m1(value)))).toEqual(rne);
  expect(midpoint.map((value) => decodeE2m1(encodeE2m1(value, 'away')))).toEqual(half_away);
  expect(midpoint.map((value) => decodeE2m1(encodeE2m1(value, 'toward')))).toEqual(llama_cpp);
});

test('published scale bytes, 255 being NaN', () => {
  const expected = Object.entries(vectors.e8m0).map(([byte, value]) => [Number(byte), value ?? Number.NaN]);
  expect(expected.map(([byte = 0]) => [byte, decodeE8m0(byte)])).toEqual(expected);
});

describe('E2M1', () => {
  test('every code survives decoding and encoding', () => {
    const codes = Array.from({ length: 16 }, (_, code) => code);
    expect(codes.map((code) => encodeE2m1(decodeE2m1(code)))).toEqual(codes);
  });

  test('encodes to a nearest value, saturating', () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), (value) => {
        const distance = Math.abs(decodeE2m1(encodeE2m1(value)) - value);
        return E2M1_VALUES.every((other) => distance <= Math.abs(other - Math.abs(value)));
      }),
    );
  });
});

describe('scale rules', () => {
  const amax = fc.float({ min: 2 ** -126, noNaN: true, noDefaultInfinity: true });
  const wellInside = fc.float({ min: 2 ** -120, noNaN: true, noDefaultInfinity: true });
  const fits = (rule: 'rceil' | 'ceil', limit: number) => (value: number) =>
    value / decodeE8m0(e2m1ScaleByte(value, rule)) <= limit;

  test('rceil is the smallest power of two that clips nothing', () => {
    fc.assert(fc.property(wellInside, fits('rceil', 6)));
    fc.assert(fc.property(wellInside, (value) => (2 * value) / decodeE8m0(e2m1ScaleByte(value, 'rceil')) > 6));
  });

  test('ceil keeps the largest magnitude at 4 or below; floor below 8', () => {
    fc.assert(fc.property(amax, fits('ceil', 4)));
    fc.assert(fc.property(amax, (value) => value / decodeE8m0(e2m1ScaleByte(value, 'floor')) < 8));
  });

  test('a larger block never gets a smaller scale', () => {
    fc.assert(
      fc.property(amax, amax, fc.constantFrom('rceil', 'floor', 'even', 'ceil'), (x, y, rule) => {
        return e2m1ScaleByte(Math.min(x, y), rule) <= e2m1ScaleByte(Math.max(x, y), rule);
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d poisons its whole block', (bad) => {
    const mx = quantizeMxfp4([1, bad, 2]);
    expect(mx.scale).toBe(255);
    expect([...dequantizeMxfp4(mx)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([...dequantizeNvfp4(quantizeNvfp4([1, bad], 1), 1)]).toEqual([Number.NaN, Number.NaN]);
  });
});

test('an all-zero NVFP4 tensor is zero', () => {
  const tensorScale = nvfp4TensorScale(0);
  expect([...dequantizeNvfp4(quantizeNvfp4(new Float32Array(16), tensorScale), tensorScale)]).toEqual(
    new Array(16).fill(0),
  );
});

test('nibbles survive packing and unpacking in both orders', () => {
  const whole = fc.integer({ min: 0, max: 4 }).chain((n) => {
    const length = 32 * n;
    return fc.array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length });
  });
  fc.assert(
    fc.property(whole, fc.constantFrom('gpt-oss', 'llama.cpp'), fc.constantFrom(16, 32), (codes, order, block) => {
      expect([...unpackNibbles(packNibbles(codes, order, block), order, block)]).toEqual(codes);
    }),
  );
  expect(() => packNibbles([1, 2, 3])).toThrow('3 codes are not whole blocks of 32');
});
