/**
 * E2M1, the 4-bit element of MXFP4 and NVFP4: code = sign·8 + magnitude code. No infinity, no NaN; 8 is −0
 * (OCP Microscaling Formats v1.0, section 5.3.3).
 */
import type { WgslFunction } from './format.ts';
import { EIGHT_OF_PAIRS } from './halves.ts';

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

/** The 4-bit table and bit moves of E2M1 for kernels. */
export const E2M1_WGSL: readonly WgslFunction[] = [
  {
    // A table, because the reference must be simple enough to trust; fast kernels decode whole words.
    name: 'e2m1',
    code: `const E2M1_MAGNITUDES = array<f32, 8>(0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0);
fn e2m1(code: u32) -> f32 {
  let magnitude = E2M1_MAGNITUDES[code & 7u];
  return select(magnitude, -magnitude, (code & 8u) != 0u);
}`,
  },
  {
    // Eight codes of a word, four times too large: all that the values 2 to 24 have in an f32 is sign, top exponent bit (clear
    // for zero alone), two exponent bits and one of the fraction. `top` holds a code's first two of these and `low` the rest,
    // for which 0.5 loses its fraction bit: it is the one subnormal. In a half of a word they lie as in the upper half of an
    // f32, so codes j and j + 4 are put together at once. Integer operations only, which cost less than unpacking halves.
    name: 'e2m1_eight',
    code: `fn e2m1_eight(word: u32) -> Eight {
  let normal = (word >> 1u) | (word >> 2u); // a code's lowest bit: its exponent is not zero
  let low = word & (normal | 0xeeeeeeeeu);
  let top = (word & 0x88888888u) | (((word | normal) & 0x11111111u) << 2u);
  let pairs = (vec4<u32>(top << 12u, top << 8u, top << 4u, top) & vec4<u32>(0xc000c000u))
    | (vec4<u32>(low << 6u, low << 2u, low >> 2u, low >> 6u) & vec4<u32>(0x01c001c0u));
  return Eight(bitcast<vec4<f32>>(pairs << vec4<u32>(16u)), bitcast<vec4<f32>>(pairs & vec4<u32>(0xffff0000u)));
}`,
  },
  {
    // The same values, put together as pairs of f16: a GPU takes a half as an operand, or converts it with one instruction.
    name: 'e2m1_halves',
    code: `fn e2m1_halves(word: u32) -> vec4<u32> {
  let normal = (word >> 1u) | (word >> 2u);
  let low = word & (normal | 0xeeeeeeeeu);
  let top = (word & 0x88888888u) | (((word | normal) & 0x11111111u) << 2u);
  return (vec4<u32>(top << 12u, top << 8u, top << 4u, top) & vec4<u32>(0xc000c000u))
    | (vec4<u32>(low << 9u, low << 5u, low << 1u, low >> 3u) & vec4<u32>(0x0e000e00u));
}`,
  },
  {
    name: 'e2m1_eight_of_halves',
    code: `fn e2m1_eight_of_halves(word: u32) -> Eight {
  let pairs = e2m1_halves(word);
  ${EIGHT_OF_PAIRS}
}`,
  },
  {
    // A code's three lower bits where exponent and fraction of an f16 meet are its value times 2^-14, a subnormal for 0.5. So only
    // the sign is apart from them: four codes at once are put in upper halves of bytes, and a mask takes a pair of them.
    name: 'e2m1_eight_in_place',
    code: `fn e2m1_eight_in_place(word: u32) -> Eight {
  let odd = (word & 0x80808080u) | ((word >> 3u) & 0x7f7f7f7fu);
  let even = ((word << 4u) & 0x80808080u) | ((word << 1u) & 0x7f7f7f7fu);
  let pairs = vec4<u32>(even << 8u, odd << 8u, even, odd) & vec4<u32>(0x8e008e00u);
  ${EIGHT_OF_PAIRS}
}`,
  },
  {
    // The same with one instruction less where a rotation is one: it moves the lower bits of all codes, and of every other code the
    // sign stays. Compilers know a rotation again if its distance is no constant; k is at least 64 and they cannot tell.
    name: 'e2m1_eight_rotated',
    code: `fn e2m1_eight_rotated(word: u32) -> Eight {
  let moved = rotated_right(word, min(problem.k, 3u));
  let odd = (word & 0x80808080u) | (moved & 0x7f7f7f7fu);
  let even = (word & 0x08080808u) | (moved & 0xf7f7f7f7u);
  let pairs = vec4<u32>(rotated_right(even, min(problem.k, 20u)), odd << 8u, even << 4u, odd) & vec4<u32>(0x8e008e00u);
  ${EIGHT_OF_PAIRS}
}`,
  },
  {
    name: 'e2m1_in_f16',
    code: `fn e2m1_in_f16(word: u32) -> Halves {
  let pairs = e2m1_halves(word);
  let zero = bitcast<vec2<f16>>(pairs.x);
  let one = bitcast<vec2<f16>>(pairs.y);
  let two = bitcast<vec2<f16>>(pairs.z);
  let three = bitcast<vec2<f16>>(pairs.w);
  return Halves(vec4<f16>(zero.x, one.x, two.x, three.x), vec4<f16>(zero.y, one.y, two.y, three.y));
}`,
  },
  {
    // Twice a value is an integer of at most 12, so that all eight magnitudes fit the word: a code's three bits, and from 4 on the
    // lower two again, and 2 more for both. As signed bytes: complement seven bits and add one, then set the sign; a negative zero
    // carries nothing into its neighbour.
    name: 'e2m1_bytes',
    code: `fn e2m1_bytes(word: u32) -> vec2<u32> {
  let upper = (word >> 2u) & 0x11111111u; // codes from 4 on
  let again = word & (3u * upper);
  let sizes = (word & 0x77777777u) + again + ((again & (again >> 1u)) << 1u);
  let size = vec2<u32>(sizes, sizes >> 4u) & vec2<u32>(0x0f0f0f0fu);
  let negative = vec2<u32>(word >> 3u, word >> 7u) & vec2<u32>(0x01010101u);
  return ((size ^ (negative * 0x7fu)) + negative) ^ (negative << vec2<u32>(7u));
}`,
  },
];

/** Codes as subnormal f16, 2^-16 as large. */
export const E2M1_IN_PLACE = { eight: 'e2m1_eight_in_place', plus: 0, times: 2 ** -16 } as const;

/** Which of these decode what, for formats whose codes are E2M1. */
export const E2M1_DECODERS = {
  eight: 'e2m1_eight',
  eightOfHalves: 'e2m1_eight_of_halves',
  inPlace: { ...E2M1_IN_PLACE, eight: 'e2m1_eight_rotated' },
  eightInF16: 'e2m1_in_f16',
  decodedTimes: 4,
  exactInF16: true,
  integers: { bytes: 'e2m1_bytes', decodedTimes: 2 },
} as const;
