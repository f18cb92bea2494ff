/** WGSL that turns codes that are integers into bytes, for dot products of four at once. */
import type { BlockScale, ScaledFormat } from '../../gemm/formats/format.ts';
import type { Fragment } from './prelude.ts';

/** As many products of bytes have a sum that an i32 holds: none is larger than 127 · 128, as codes of A are at most 127. */
const MOST_PRODUCTS = 2 ** 17;

/**
 * Of an operand of integers beside another: after how many elements along k one of their scales changes, or the sum of their products
 * may no longer fit an i32; and whether a row of A has one scale, which then multiplies its sums once.
 */
export function integerRuns(a: BlockScale, b: BlockScale): Fragment[] {
  const run = Math.min(...[a, b].map(({ block }) => (block === 'k' ? MOST_PRODUCTS : Math.max(block, 32))));
  return [
    { name: 'INTEGER_RUN', code: `const INTEGER_RUN = ${run}u;` },
    { name: 'A_ROW_SCALE', code: `const A_ROW_SCALE = ${a.block === 'k'};` },
  ];
}

/**
 * Codes as signed bytes, less their zero points. Those of 4 bits are put into bytes by even and odd places, which is cheapest; the
 * bytes of the other operand are put into the same order.
 */
export function byteDecoders({ bits, zeroPoints = false, wgsl }: ScaledFormat): Fragment[] {
  const { integers } = wgsl;
  if (!integers) return [];
  const of4 = bits === 4;
  const bytes =
    typeof integers === 'object' ? `vec4<u32>(${integers.bytes}(codes.x), ${integers.bytes}(codes.y))` : 'codes';
  const shifted = `((${bytes} | vec4<u32>(0x80808080u)) - vec4<u32>(u32(zero) * 0x01010101u)) ^ vec4<u32>(0x80808080u)`;
  const [lower, upper] = of4
    ? ['codes.xy', 'codes.zw']
    : ['vec4<u32>(codes.x, codes.y)', 'vec4<u32>(codes.z, codes.w)'];
  const half = `  let words = words_b32(matrix, k, col);
  return select(words.xy, words.zw, (k & 16u) != 0u);`;
  const given = 'matrix: u32, k: u32, col: u32';
  return [
    { name: 'Sixteen', code: `alias Sixteen = vec${of4 ? 2 : 4}<u32>;` },
    { name: 'lower_codes', code: `fn lower_codes(codes: Codes) -> Sixteen {\n  return ${lower};\n}` },
    { name: 'upper_codes', code: `fn upper_codes(codes: Codes) -> Sixteen {\n  return ${upper};\n}` },
    {
      name: 'codes_b16',
      code: `fn codes_b16(${given}) -> Sixteen {\n${of4 ? half : '  return words_b16(matrix, k, col);'}\n}`,
    },
    {
      name: 'bytes_b',
      code: `fn bytes_b(codes: Sixteen, zero: f32) -> vec4<u32> {\n  return ${zeroPoints ? shifted : bytes};\n}`,
    },
    { name: 'bytes_a', code: of4 ? EVEN_AND_ODD : 'fn bytes_a(codes: vec4<u32>) -> vec4<u32> {\n  return codes;\n}' },
  ];
}

const EVEN_AND_ODD = `fn bytes_a(codes: vec4<u32>) -> vec4<u32> {
  let even = codes & vec4<u32>(0x00ff00ffu);
  let odd = (codes >> vec4<u32>(8u)) & vec4<u32>(0x00ff00ffu);
  let of_even = (even | (even >> vec4<u32>(8u))) & vec4<u32>(0xffffu);
  let of_odd = (odd | (odd >> vec4<u32>(8u))) & vec4<u32>(0xffffu);
  return vec4<u32>(
    of_even.x | (of_even.y << 16u),
    of_odd.x | (of_odd.y << 16u),
    of_even.z | (of_even.w << 16u),
    of_odd.z | (of_odd.w << 16u),
  );
}`;

/** What a sum of products of bytes is to be divided by. */
export function timesInteger({ wgsl: { integers } }: ScaledFormat): number {
  return typeof integers === 'object' ? integers.decodedTimes : 1;
}
