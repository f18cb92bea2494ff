/** WGSL decoders of number formats: packed halves, block scales, 4-bit codes. */
import type { Fragment } from './prelude.ts';

export const CODE_FUNCTIONS: readonly Fragment[] = [
  {
    name: 'f16_half',
    code: `fn f16_half(word: u32, half: u32) -> f32 {
  return unpack2x16float(word >> (16u * half)).x;
}`,
  },
  {
    name: 'f16_four',
    code: `fn f16_four(words: vec2<u32>) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}`,
  },
  {
    name: 'bf16_half',
    code: `fn bf16_half(word: u32, half: u32) -> f32 {
  return bitcast<f32>((word >> (16u * half)) << 16u);
}`,
  },
  {
    name: 'bf16_four',
    code: `fn bf16_four(words: vec2<u32>) -> vec4<f32> {
  let even = bitcast<vec2<f32>>(words << vec2<u32>(16u));
  let odd = bitcast<vec2<f32>>(words & vec2<u32>(0xffff0000u));
  return vec4<f32>(even.x, odd.x, even.y, odd.y);
}`,
  },
  {
    // A table, because the reference must be simple enough to trust; fast kernels decode whole blocks themselves.
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
    // 2^-127 is subnormal in f32 and devices may flush it, and intermediate values reach beyond 2^127: so the scale is
    // applied as two normal factors, half of the exponent each.
    name: 'times_e8m0',
    code: `fn times_e8m0(value: f32, byte: u32) -> f32 {
  let half = byte >> 1u;
  let scaled = value * bitcast<f32>((half + 64u) << 23u) * bitcast<f32>((byte - half + 63u) << 23u);
  return select(scaled, bitcast<f32>(0x7fc00000u | (byte & 1u)), byte == 255u);
}`,
  },
  {
    // The scales of both operands at once: a value from 2^-254 to 2^254, as two factors of half the exponent each. Where a
    // half would be 2^-127 it is zero, and so is what any block's sum becomes.
    name: 'times_e8m0_pair',
    code: `fn times_e8m0_pair(value: f32, a: u32, b: u32) -> f32 {
  let sum = a + b;
  let half = sum >> 1u;
  let scaled = value * bitcast<f32>(half << 23u) * bitcast<f32>((sum - half) << 23u);
  return select(scaled, bitcast<f32>(0x7fc00000u | (sum & 1u)), max(a, b) == 255u);
}`,
  },
  {
    // Moved up by 7 its exponent and fraction are those of an f16 that is 2^-8 too small, subnormals included.
    name: 'e4m3',
    code: `fn e4m3(byte: u32) -> f32 {
  let value = unpack2x16float(byte << 7u).x * 256.0;
  return select(value, bitcast<f32>(0x7fc00000u | (byte & 1u)), byte == 127u);
}`,
  },
  {
    // As scale_two gives them: in the lower byte of each half.
    name: 'e4m3_two',
    code: `fn e4m3_two(bytes: u32) -> vec2<f32> {
  let values = unpack2x16float(bytes << 7u) * 256.0;
  let two = vec2<u32>(bytes & 0xffffu, bytes >> 16u);
  return select(values, bitcast<vec2<f32>>(vec2<u32>(0x7fc00000u) | (two & vec2<u32>(1u))), two == vec2<u32>(127u));
}`,
  },
];
