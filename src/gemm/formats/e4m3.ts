/** E4M3 (`e4m3fn`) for kernels; minifloat.ts has its codec. */
import type { WgslFunction } from './format.ts';

export const E4M3_WGSL: readonly WgslFunction[] = [
  {
    // Moved up by 7 its exponent and fraction are those of an f16 that is 2^-8 too small, subnormals included.
    name: 'e4m3',
    code: `fn e4m3(byte: u32) -> f32 {
  let value = unpack2x16float(byte << 7u).x * 256.0;
  return select(value, bitcast<f32>(0x7fc00000u | (byte & 1u)), byte == 127u);
}`,
  },
  {
    // 2^16 times the value.
    name: 'e4m3_large',
    code: `fn e4m3_large(byte: u32) -> f32 {
  return select(unpack2x16float(byte << 7u).x * 0x1p24f, bitcast<f32>(0x7f800000u | byte), byte == 127u);
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
