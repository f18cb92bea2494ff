/** WGSL that decodes codes of a scaled format, under the names that kernels use for every format. */
import type { ScaledFormat } from '../../gemm/formats/format.ts';
import type { BlockScale } from '../../gemm/problem.ts';
import type { Fragment } from './prelude.ts';

/** Expression: the codes 8i to 8i + 7 of `codes`. */
export const WORD = {
  4: 'codes[i]',
  8: 'select(select(codes.x, codes.y, (i & 1u) == 1u), select(codes.z, codes.w, (i & 1u) == 1u), i >= 2u)',
} as const;

/** Decoder of this format, for A and B. */
export function decoders({ bits, wgsl, zeroPoints = false }: ScaledFormat, { block }: BlockScale): Fragment[] {
  const word = WORD[bits];
  const words = {
    4: 'alias Codes = vec4<u32>;',
    8: 'struct Codes {\n  x: vec2<u32>,\n  y: vec2<u32>,\n  z: vec2<u32>,\n  w: vec2<u32>,\n}',
  }[bits];
  const raised = wgsl.affine?.times === undefined ? wgsl.affine : undefined;
  return [
    ...(block === 'k' ? [] : [{ name: 'SCALE_BLOCK', code: `const SCALE_BLOCK = ${block}u;` }]),
    { name: 'SCALE_STEP', code: `const SCALE_STEP = ${block === 'k' ? 32 : Math.min(block, 32)}u;` },
    { name: 'Codes', code: words },
    renamed('decode_word', wgsl.eight, wgsl.functions),
    { name: 'decode8', code: `fn decode8(codes: Codes, i: u32) -> Eight {\n  return ${wgsl.eight}(${word});\n}` },
    {
      name: 'decode8_halves',
      code: `fn decode8_halves(codes: Codes, i: u32) -> Eight {\n  return ${wgsl.eightOfHalves ?? wgsl.eight}(${word});\n}`,
    },
    { name: 'RAISED_BY', code: `const RAISED_BY = ${raised?.plus ?? 0}.0f;` },
    {
      name: 'decode8_raised',
      code: `fn decode8_raised(codes: Codes, i: u32) -> Eight {\n  return ${raised?.eight ?? wgsl.eightOfHalves ?? wgsl.eight}(${word});\n}`,
    },
    { name: 'PADS_ARE_ZERO', code: `const PADS_ARE_ZERO = ${!zeroPoints};` },
    { name: 'AFFINE_PLUS', code: `const AFFINE_PLUS = ${wgsl.affine?.plus ?? 0}.0f;` },
    {
      name: 'decode8_affine',
      code: `fn decode8_affine(codes: Codes, i: u32) -> Eight {\n  return ${wgsl.affine?.eight ?? wgsl.eightOfHalves ?? wgsl.eight}(${word});\n}`,
    },
    ...inHalves(wgsl, word),
    {
      name: 'next8',
      code: 'fn next8(codes: Codes) -> Codes {\n  return Codes(codes.y, codes.z, codes.w, codes.x);\n}',
    },
  ];
}

/** Decoders for kernels whose operands are f16. */
function inHalves({ eight, eightInF16 }: ScaledFormat['wgsl'], word: string): Fragment[] {
  const decoded = eightInF16
    ? `  return ${eightInF16}(${word});`
    : `  let decoded = ${eight}(${word});\n  return Halves(vec4<f16>(decoded.lo), vec4<f16>(decoded.hi));`;
  return [
    { name: 'Halves', code: 'struct Halves {\n  lo: vec4<f16>,\n  hi: vec4<f16>,\n}' },
    { name: 'decode8_f16', code: `fn decode8_f16(codes: Codes, i: u32) -> Halves {\n${decoded}\n}` },
  ];
}

/**
 * A function of the format under the name that kernels use. A function that only calls it would be slower: SwiftShader passes
 * results through memory.
 */
function renamed(name: string, old: string, functions: readonly Fragment[]): Fragment {
  const found = functions.find((each) => each.name === old);
  if (!found) throw new Error(`no WGSL function of the format is named ${old}`);
  return { name, code: found.code.replace(`fn ${old}(`, `fn ${name}(`) };
}
