/**
 * Block quantization of generated integers by rules that a GPU can follow exactly.
 *
 * The quantizers in formats/ divide and take logarithms, which WGSL only approximates. Over the generator's few values
 * both steps are monotone staircases, so tables of integer thresholds, found here by bisection of the real quantizers,
 * describe them completely: the scale from the block's largest |j|, then each code from |j| and the scale.
 */
import { E2M1_VALUES, encodeE2m1 } from './formats/e2m1.ts';
import { decodeE8m0, scaleByte } from './formats/e8m0.ts';
import { INT4_ZERO, int4Scale } from './formats/int4.ts';
import { decode, E4M3, roundTiesEven } from './formats/minifloat.ts';
import { nvfp4Code, nvfp4ScaleByte, nvfp4TensorScale } from './formats/nvfp4.ts';
import { RANGES, type Range } from './generator.ts';
import type { BlockScale, Distribution } from './problem.ts';

/** Threshold of a code that no drawn value reaches. */
export const UNREACHED = 0xffff_ffff;
/** Magnitude codes of E2M1 above zero. */
export const CODES = 7;

export interface QuantizerTables {
  /** Smallest largest-|j| of a block that gets each scale in use; ascending, the first is 0. */
  readonly scaleThresholds: Uint32Array;
  /** The stored scale (E8M0 or E4M3 byte) of each threshold. */
  readonly scaleCodes: Uint32Array;
  /** Seven per scale: smallest |j| that gets magnitude code 1…7, or UNREACHED. The sign of j adds 8 to the code. */
  readonly codeThresholds: Uint32Array;
  /**
   * f32 factor of the whole tensor; 1 unless NVFP4. The tensor's largest magnitude is taken as the distribution's bound and
   * not as the largest value drawn, so that it is a constant and no pass over the tensor is needed to find it.
   */
  readonly tensorScale: number;
}

/** One block format applied to one distribution. */
export interface BlockQuantizer {
  readonly scale: BlockScale;
  readonly tensorScale: number;
  /** Absent for int4, whose scale is continuous: it follows {@link int4ScaleBits} and {@link int4Magnitude}. */
  readonly tables?: QuantizerTables;
  /** Writes the 4-bit codes of the first `length` integers of a block; returns the stored scale: a byte, or f32 bits for int4. */
  quantize(block: Int32Array, length: number, codes: Uint8Array): number;
  /** Dequantized value, exact in f64. */
  value(code: number, storedScale: number): number;
}

/** The two staircases of a table-driven format, on integers. */
interface Staircases {
  readonly tensorScale: number;
  scaleOf(amax: number): number;
  magnitudeOf(integer: number, scale: number): number;
}

function staircases(scale: BlockScale, { bound, exponent }: Range): Staircases {
  const unit = 2 ** exponent;
  if (scale.format === 'e4m3') {
    const tensorScale = nvfp4TensorScale(bound * unit);
    return {
      tensorScale,
      scaleOf: (amax) => nvfp4ScaleByte(amax * unit, tensorScale),
      magnitudeOf: (integer, stored) => nvfp4Code(integer * unit, stored, tensorScale),
    };
  }
  const { rule } = scale;
  if (scale.format !== 'e8m0' || rule === 'amax') {
    throw new RangeError(`no quantizer tables for scale ${scale.format} with rule ${rule}`);
  }
  return {
    tensorScale: 1,
    scaleOf: (amax) => scaleByte(amax * unit, rule),
    magnitudeOf: (integer, stored) => encodeE2m1((integer * unit) / decodeE8m0(stored)),
  };
}

/**
 * Threshold tables of MXFP4 (any scale rule) or NVFP4 over one distribution: at most about 130 scales.
 *
 * @throws RangeError for a block scale without tables (int4).
 */
export function quantizerTables(scale: BlockScale, distribution: Distribution): QuantizerTables {
  const range = RANGES[distribution];
  const { tensorScale, scaleOf, magnitudeOf } = staircases(scale, range);
  const scaleThresholds: number[] = [];
  const scaleCodes: number[] = [];
  const codeThresholds: number[] = [];
  let amax = 0;
  while (amax !== UNREACHED) {
    const stored = scaleOf(amax);
    scaleThresholds.push(amax);
    scaleCodes.push(stored);
    for (let code = 1; code <= CODES; code += 1) {
      codeThresholds.push(first(range.bound, (integer) => magnitudeOf(integer, stored) >= code));
    }
    amax = first(range.bound, (larger) => scaleOf(larger) > stored);
  }
  return {
    scaleThresholds: Uint32Array.from(scaleThresholds),
    scaleCodes: Uint32Array.from(scaleCodes),
    codeThresholds: Uint32Array.from(codeThresholds),
    tensorScale,
  };
}

/** Smallest integer in [0, bound] for which a monotone predicate holds, or UNREACHED. */
function first(bound: number, holds: (integer: number) => boolean): number {
  if (!holds(bound)) return UNREACHED;
  let low = 0;
  let high = bound;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const quantizers = new Map<string, BlockQuantizer>();

/**
 * The quantizer that fills a block-scaled operand; on every drawn value it agrees with the one in formats/. Kept once made:
 * bisecting NVFP4's tables takes milliseconds.
 */
export function blockQuantizer(scale: BlockScale, distribution: Distribution): BlockQuantizer {
  const id = `${scale.format}/${scale.block}/${scale.rule}/${distribution}`;
  const known = quantizers.get(id);
  if (known) return known;
  const made =
    scale.format === 'f32' ? int4Quantizer(scale, RANGES[distribution]) : tableQuantizer(scale, distribution);
  quantizers.set(id, made);
  return made;
}

function tableQuantizer(scale: BlockScale, distribution: Distribution): BlockQuantizer {
  const tables = quantizerTables(scale, distribution);
  const { scaleThresholds, scaleCodes, codeThresholds, tensorScale } = tables;
  const stepOf = scale.format === 'e4m3' ? (byte: number) => tensorScale * decode(E4M3, byte) : decodeE8m0;
  const steps = Float64Array.from({ length: 256 }, (_, byte) => stepOf(byte));
  const values = Float64Array.from({ length: 16 }, (_, c) => (c & 8 ? -1 : 1) * (E2M1_VALUES[c & 7] ?? 0));
  return {
    scale,
    tensorScale,
    tables,
    quantize(block, length, codes) {
      const index = lastAtMost(scaleThresholds, largest(block, length));
      const row = CODES * index;
      for (let i = 0; i < length; i += 1) {
        const integer = block[i] ?? 0;
        const magnitude = Math.abs(integer);
        let code = 0;
        while (code < CODES && magnitude >= (codeThresholds[row + code] ?? UNREACHED)) code += 1;
        codes[i] = integer < 0 ? code | 8 : code;
      }
      return scaleCodes[index] ?? 0;
    },
    value: (code, stored) => (steps[stored] ?? Number.NaN) * (values[code] ?? 0),
  };
}

function largest(block: Int32Array, length: number): number {
  let amax = 0;
  for (let i = 0; i < length; i += 1) amax = Math.max(amax, Math.abs(block[i] ?? 0));
  return amax;
}

/** Position of the last element that is at most `target` in an ascending array whose first is. */
function lastAtMost(ascending: Uint32Array, target: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((ascending[middle] ?? UNREACHED) <= target) low = middle;
    else high = middle - 1;
  }
  return low;
}

function int4Quantizer(scale: BlockScale, { exponent }: Range): BlockQuantizer {
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  return {
    scale,
    tensorScale: 1,
    quantize(block, length, codes) {
      const amax = largest(block, length);
      for (let i = 0; i < length; i += 1) {
        codes[i] = INT4_ZERO + (amax === 0 ? 0 : roundTiesEven((CODES * (block[i] ?? 0)) / amax));
      }
      float[0] = int4Scale(amax * 2 ** exponent);
      return word[0] ?? 0;
    },
    value: (code, stored) => {
      word[0] = stored;
      return (float[0] ?? 0) * (code - INT4_ZERO);
    },
  };
}

/**
 * f32 bits of the int4 block scale amax·2^exponent / 7, in u32 arithmetic (what the device does; the CPU divides).
 * The quotient's 24 bits come from one integer division; a seventh never lies halfway between two floats, so adding half
 * the divisor rounds to nearest.
 */
export function int4ScaleBits(amax: number, exponent: number): number {
  if (amax === 0) return 0;
  const width = 31 - Math.clz32(amax);
  // amax < 2^18, so shifted to 27 bits it is a multiple of 2^9 and the correction below loses nothing.
  let shift = 26 - width;
  if (amax << shift >= CODES << 24) shift -= 1;
  const quotient = Math.floor((2 * (amax << shift) + CODES) / (2 * CODES));
  return (((exponent - shift + 23 + 127) << 23) | (quotient & 0x7f_ffff)) >>> 0;
}

/** Magnitude 0…7 of an int4 code in u32 arithmetic: nearest to 7·|j|/amax, ties to even. */
export function int4Magnitude(magnitude: number, amax: number): number {
  let code = 0;
  for (let candidate = 1; candidate <= CODES; candidate += 1) {
    const twice = 2 * CODES * magnitude;
    const middle = (2 * candidate - 1) * amax;
    if (twice > middle || (twice === middle && candidate % 2 === 0)) code = candidate;
  }
  return amax === 0 ? 0 : code;
}
