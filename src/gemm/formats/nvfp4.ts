import { blockOf, largestMagnitude, type QuantizedBlock } from './block.ts';
import { decodeE2m1, E2M1_DECODERS, E2M1_IN_PLACE, E2M1_WGSL, encodeE2m1 } from './e2m1.ts';
import { E4M3_WGSL } from './e4m3.ts';
import type { ScaledFormat } from './format.ts';
import { decode, E4M3, encode } from './minifloat.ts';
import { e2m1TableQuantizer, QUANTIZE_BY_TABLES } from './staircase.ts';

const MAX_CODE = 6;
/** Smallest normal E4M3 value: block scales are not allowed to become subnormal. */
const MIN_SCALE = 2 ** -6;

/** The f32 tensor scale that maps `amax`, the tensor's largest magnitude, to 448·6. An all-zero tensor gets 1. */
export function nvfp4TensorScale(amax: number): number {
  return amax === 0 ? 1 : Math.fround(Math.fround(amax) / (E4M3.max * MAX_CODE));
}

/** E4M3 byte of the block scale for a block of largest magnitude `amax`; all steps in f32, as GPU quantizers do them. */
export function nvfp4ScaleByte(amax: number, tensorScale: number): number {
  const scale = Math.fround(Math.fround(Math.fround(amax) / MAX_CODE) / tensorScale);
  return encode(E4M3, Math.min(Math.max(scale, MIN_SCALE), E4M3.max));
}

/**
 * E2M1 code of `value` under a block scale byte, saturating. The value is multiplied by the f32 reciprocal
 * (1 / tensorScale) / e4m3(scale), as torchao does; dividing by the product instead decides some ties the other way.
 */
export function nvfp4Code(value: number, scaleByte: number, tensorScale: number): number {
  const reciprocal = Math.fround(Math.fround(1 / tensorScale) / decode(E4M3, scaleByte));
  return encodeE2m1(Math.fround(Math.fround(value) * reciprocal));
}

/**
 * Quantizes up to 16 consecutive f32 values to two-level NVFP4: value ≈ tensorScale · e4m3(scale) · e2m1(code).
 * A block holding NaN or infinity becomes scale byte 0x7f (NaN) and zeros. Same arithmetic as torchao's.
 */
export function quantizeNvfp4(values: ArrayLike<number>, tensorScale: number): QuantizedBlock {
  const amax = largestMagnitude(values);
  const finite = Number.isFinite(amax);
  const scale = finite ? nvfp4ScaleByte(amax, tensorScale) : E4M3.nan;
  return blockOf(scale, values, (value) => (finite ? nvfp4Code(value, scale, tensorScale) : 0));
}

/** Values of one block in f64: the exact product of tensor scale, block scale and element. */
export function dequantizeNvfp4(block: QuantizedBlock, tensorScale: number): Float64Array {
  const step = tensorScale * decode(E4M3, block.scale);
  return Float64Array.from(block.codes, (code) => step * decodeE2m1(code));
}

/** NVIDIA's two-level NVFP4. */
export const nvfp4 = {
  name: 'nvfp4',
  kind: 'scaled',
  roles: ['activations'],
  bits: 4,
  scale: { block: 16, format: 'e4m3', rule: 'amax', ties: 'even' },
  rules: [],
  zero: 0,
  quantize: (values, _, tensorScale) => quantizeNvfp4(values, tensorScale),
  dequantize: dequantizeNvfp4,
  quantizer(scale, range) {
    const unit = 2 ** range.exponent;
    const tensorScale = nvfp4TensorScale(range.bound * unit);
    return e2m1TableQuantizer(scale, range, {
      tensorScale,
      scaleOf: (amax) => nvfp4ScaleByte(amax * unit, tensorScale),
      magnitudeOf: (integer, stored) => nvfp4Code(integer * unit, stored, tensorScale),
      stepOf: (stored) => tensorScale * decode(E4M3, stored),
    });
  },
  wgsl: {
    quantize: QUANTIZE_BY_TABLES,
    functions: [...E2M1_WGSL, ...E4M3_WGSL],
    value: (scale) => `e4m3(${scale}) * e2m1(code)`,
    tensorScale: true,
    ...E2M1_DECODERS,
    affine: { ...E2M1_IN_PLACE, factor: (scale) => `e4m3_large(${scale})` },
    factor: (scale) => `e4m3(${scale})`,
    factors: 'e4m3_two(bytes)',
    headroom: 0,
  },
} as const satisfies ScaledFormat;
