/** Rounding of generated integers to f16 and bf16, with integer shifts and comparisons only. */

/**
 * The integer nearest to `integer` among those with at most `bits` significant bits, ties to even. |integer| < 2^30.
 *
 * This IS rounding to f16 (11) or bf16 (8) of the value integer · 2^exponent for every value the generator draws: those
 * that would be subnormal in f16 (|j| < 8) have so few bits that they are exact either way, and none overflows.
 */
export function roundSignificant(integer: number, bits: number): number {
  const magnitude = Math.abs(integer);
  const shift = 32 - Math.clz32(magnitude) - bits;
  if (shift <= 0) return integer;
  const odd = (magnitude >>> shift) & 1;
  const rounded = ((magnitude + (1 << (shift - 1)) - 1 + odd) >>> shift) << shift;
  return integer < 0 ? -rounded : rounded;
}
