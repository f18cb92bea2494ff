/** Published error levels of each format on Gaussian data (rel. Frobenius error of 2880 × 2880 weights, float64). */
import { describe, expect, test } from 'vitest';
import { hash, keysOf } from '../generator.ts';
import { dequantizeInt4, quantizeInt4 } from './int4.ts';
import { BF16, decode, E4M3, encode, F16, type Minifloat } from './minifloat.ts';
import { dequantizeMxfp4, quantizeMxfp4 } from './mxfp4.ts';
import { dequantizeNvfp4, nvfp4TensorScale, quantizeNvfp4 } from './nvfp4.ts';

/** Published values, not derived from the formats. */
const [MXFP4_BLOCK, NVFP4_BLOCK, INT4_BLOCK] = [32, 16, 32];

const COUNT = 1 << 17;
const weights = gaussian(COUNT);
const amax = weights.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);

/** Box–Muller on the seeded hash, rounded to f32. */
function gaussian(count: number): Float32Array {
  const keys = keysOf(7, 40);
  const uniform = (i: number) => (hash(keys, i) + 0.5) / 2 ** 32;
  return Float32Array.from(
    { length: count },
    (_, i) => Math.sqrt(-2 * Math.log(uniform(2 * i))) * Math.cos(2 * Math.PI * uniform(2 * i + 1)),
  );
}

/** Relative Frobenius error, and the shrinkage ⟨W,q(W)⟩/⟨W,W⟩ − 1. */
function quality(block: number, roundTrip: (values: Float32Array) => ArrayLike<number>) {
  let [error, square, product] = [0, 0, 0];
  for (let start = 0; start < COUNT; start += block) {
    const values = weights.subarray(start, start + block);
    const rounded = roundTrip(values);
    for (const [i, value] of values.entries()) {
      const other = rounded[i] ?? Number.NaN;
      error += (other - value) ** 2;
      product += other * value;
      square += value * value;
    }
  }
  return { relative: Math.sqrt(error / square), shrinkage: product / square - 1 };
}

const narrow =
  (format: Minifloat, scale = 1) =>
  (values: Float32Array) =>
    values.map((value) => scale * decode(format, encode(format, value / scale)));
const mxfp4 = (rule: 'floor' | 'rceil' | 'even' | 'ceil') => (values: Float32Array) =>
  dequantizeMxfp4(quantizeMxfp4(values, rule));
const tensorScale = nvfp4TensorScale(amax);
const nvfp4 = (values: Float32Array) => dequantizeNvfp4(quantizeNvfp4(values, tensorScale), tensorScale);

describe('error on Gaussian weights', () => {
  test.each([
    ['MXFP4 floor', MXFP4_BLOCK, mxfp4('floor'), 0.11499, -0.0195],
    ['MXFP4 rceil', MXFP4_BLOCK, mxfp4('rceil'), 0.1154, -0.0099],
    ['MXFP4 even', MXFP4_BLOCK, mxfp4('even'), 0.11187, -0.0102],
    ['MXFP4 ceil', MXFP4_BLOCK, mxfp4('ceil'), 0.14421, -0.0073],
    ['NVFP4', NVFP4_BLOCK, nvfp4, 0.09511, -0.0045],
    ['bf16', 32, narrow(BF16), 0.0016617, 0],
    ['f16', 32, narrow(F16), 0.00020773, 0],
    ['E4M3 with tensor scale', 32, narrow(E4M3, amax / E4M3.max), 0.02649, -0.0007],
  ] as const)('%s', (_, block, roundTrip, relative, shrinkage) => {
    const measured = quality(block, roundTrip);
    expect(Math.abs(measured.relative / relative - 1)).toBeLessThan(0.01);
    expect(Math.abs(measured.shrinkage - shrinkage)).toBeLessThan(0.001);
  });

  test('int4 has the rounding noise of even steps of amax / 7', () => {
    const { relative } = quality(INT4_BLOCK, (values) => dequantizeInt4(quantizeInt4(values)));
    let steps = 0;
    for (let start = 0; start < COUNT; start += INT4_BLOCK) {
      steps += quantizeInt4(weights.subarray(start, start + INT4_BLOCK)).scale ** 2;
    }
    // Noise of rounding to a step s is s / √12; the weights have unit variance.
    expect(relative / Math.sqrt(steps / (COUNT / INT4_BLOCK) / 12)).toBeCloseTo(1, 1);
  });
});
