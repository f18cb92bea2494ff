/** What devices calculate of int4 and fp8, in the same steps. */

const MAX_CODE = 7;

/** f32 bits of amax·2^exponent / 7, as `begin_block`. */
export function seventhBits(amax: number, exponent: number): number {
  if (amax === 0) return 0;
  const width = 31 - Math.clz32(amax);
  // amax < 2^18, so shifted to 27 bits it is a multiple of 2^9 and the correction below loses nothing.
  let shift = 26 - width;
  if (amax << shift >= MAX_CODE << 24) shift -= 1;
  const quotient = Math.floor((2 * (amax << shift) + MAX_CODE) / (2 * MAX_CODE));
  return (((exponent - shift + 23 + 127) << 23) | (quotient & 0x7f_ffff)) >>> 0;
}

/** Magnitude 0…7 of an int4 code in u32 arithmetic: nearest to 7·|j|/amax, ties to even. */
export function int4Magnitude(magnitude: number, amax: number): number {
  let code = 0;
  for (let candidate = 1; candidate <= MAX_CODE; candidate += 1) {
    const twice = 2 * MAX_CODE * magnitude;
    const middle = (2 * candidate - 1) * amax;
    if (twice > middle || (twice === middle && candidate % 2 === 0)) code = candidate;
  }
  return amax === 0 ? 0 : code;
}

/** Code of 448·|j|/amax, ties to even, as `code_of` of fp8. */
export function fp8Magnitude(magnitude: number, amax: number): number {
  if (amax === 0) return 0;
  let shift = 1;
  while (shift < 15 && (MAX_CODE * magnitude) << shift < 8 * amax) shift += 1;
  const scaled = (MAX_CODE * magnitude) << shift;
  const quotient = Math.floor(scaled / amax);
  const rest = 2 * (scaled - quotient * amax);
  return ((15 - shift) << 3) + quotient + Number(rest > amax || (rest === amax && quotient % 2 === 1));
}
