/**
 * E2M1, the 4-bit element of MXFP4 and NVFP4: code = sign·8 + magnitude code. No infinity, no NaN; 8 is −0
 * (OCP Microscaling Formats v1.0, section 5.3.3).
 */

/** Value of magnitude codes 0…7. */
export const E2M1_VALUES: readonly number[] = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

/** Midpoint between magnitude codes c and c + 1, at position c. */
export const E2M1_MIDPOINTS: readonly number[] = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5];

/**
 * What a value exactly between two codes becomes. The specification, torchao and hardware round to the even code;
 * microxcaling's default rounds `away` from zero; llama.cpp rounds `toward` zero and never writes −0.
 */
export type Ties = 'even' | 'away' | 'toward';

/** Value of a 4-bit code. */
export function decodeE2m1(code: number): number {
  const magnitude = E2M1_VALUES[code & 7] ?? 0;
  return code & 8 ? -magnitude : magnitude;
}

/** Nearest code, saturating at ±6. NaN has no code and becomes 0: the block scale is what carries NaN. */
export function encodeE2m1(value: number, ties: Ties = 'even'): number {
  const magnitude = Math.abs(value);
  let code = 0;
  for (const [below, midpoint] of E2M1_MIDPOINTS.entries()) {
    // Rounding up from an odd code lands on an even one.
    const up = ties === 'away' || (ties === 'even' && below % 2 === 1);
    if (magnitude > midpoint || (magnitude === midpoint && up)) code = below + 1;
  }
  const negative = value < 0 || Object.is(value, -0);
  if (ties === 'toward' && code === 0) return 0;
  return negative ? code | 8 : code;
}
