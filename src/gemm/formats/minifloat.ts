/**
 * Binary floating-point formats narrower than f32: f16, bf16 and the E4M3 that NVFP4 uses for its block scales.
 *
 * One codec serves all three. Encoding rounds to nearest, ties to even, straight from f64: going through f32 first would
 * round twice and be wrong for about one value in 2^29.
 */

/** A format of `1 + exponentBits + mantissaBits` bits with subnormals. */
export interface Minifloat {
  readonly name: string;
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** Largest finite value. */
  readonly max: number;
  /** Bits of +infinity; a format without infinities (`fn`) overflows to its NaN instead. */
  readonly infinity: number | undefined;
  readonly nan: number;
}

/** IEEE 754 binary16. */
export const F16: Minifloat = {
  name: 'f16',
  exponentBits: 5,
  mantissaBits: 10,
  max: 65504,
  infinity: 0x7c00,
  nan: 0x7e00,
};

/** The upper half of an f32. */
export const BF16: Minifloat = {
  name: 'bf16',
  exponentBits: 8,
  mantissaBits: 7,
  max: 255 * 2 ** 120,
  infinity: 0x7f80,
  nan: 0x7fc0,
};

/** OCP FP8 E4M3 (`e4m3fn`): no infinity, one NaN per sign (0x7f), largest value 448. */
export const E4M3: Minifloat = {
  name: 'e4m3',
  exponentBits: 4,
  mantissaBits: 3,
  max: 448,
  infinity: undefined,
  nan: 0x7f,
};

const f64 = new Float64Array(1);
const f64Words = new Uint32Array(f64.buffer);
// Which half of a double holds sign and exponent depends on the host's byte order.
const HIGH_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** floor(log2 |value|), exact, for any normal double. Doubles below 2^-1022 report -1023. */
export function exponentOf(value: number): number {
  f64[0] = value;
  return (((f64Words[HIGH_WORD] ?? 0) >>> 20) & 0x7ff) - 1023;
}

/** Doubles around 1.5·2^52 are the integers: adding it rounds to nearest even, and subtracting it again is exact. */
const ROUNDER = 1.5 * 2 ** 52;

/** Nearest integer, ties to even, for |value| < 2^51. */
export function roundTiesEven(value: number): number {
  return value + ROUNDER - ROUNDER;
}

/** Bits of the nearest representable value. Beyond the largest value: infinity, or NaN in a format without infinities. */
export function encode(format: Minifloat, value: number): number {
  const sign = (value < 0 || Object.is(value, -0) ? 1 : 0) << (format.exponentBits + format.mantissaBits);
  if (Number.isNaN(value)) return format.nan;
  const magnitude = Math.abs(value);
  const overflow = sign | (format.infinity ?? format.nan);
  if (magnitude === Number.POSITIVE_INFINITY) return overflow;
  const minExponent = 2 - 2 ** (format.exponentBits - 1);
  const exponent = Math.max(exponentOf(magnitude), minExponent);
  const significand = roundTiesEven(magnitude * 2 ** (format.mantissaBits - exponent));
  if (significand * 2 ** (exponent - format.mantissaBits) > format.max) return overflow;
  // A significand of 2^(mantissaBits + 1) carries into the exponent field by itself.
  return sign | (((exponent - minExponent) << format.mantissaBits) + significand);
}

/** Value of the low `1 + exponentBits + mantissaBits` bits. */
export function decode(format: Minifloat, bits: number): number {
  const { exponentBits, mantissaBits } = format;
  const magnitude = bits & (2 ** (exponentBits + mantissaBits) - 1);
  const sign = (bits >>> (exponentBits + mantissaBits)) & 1 ? -1 : 1;
  if (format.infinity === undefined ? magnitude === format.nan : magnitude > format.infinity) return Number.NaN;
  if (magnitude === format.infinity) return sign * Number.POSITIVE_INFINITY;
  const minExponent = 2 - 2 ** (exponentBits - 1);
  const field = magnitude >>> mantissaBits;
  const fraction = magnitude & (2 ** mantissaBits - 1);
  const significand = field === 0 ? fraction : fraction + 2 ** mantissaBits;
  return sign * significand * 2 ** (minExponent + Math.max(field, 1) - 1 - mantissaBits);
}
