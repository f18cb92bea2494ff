/**
 * WGSL access to an operand in a scaled format: rows of codes padded to 32, and a scale for every block along k. How a code is
 * decoded is the format's own (gemm/formats); how codes and scales lie in memory is the same for all.
 */
import type { ScaledFormat } from '../../gemm/formats/format.ts';
import { scaleBytes } from '../../gemm/formats/scale.ts';
import type { BlockScale } from '../../gemm/problem.ts';
import type { Fragment } from './prelude.ts';
import { type Bound, readerOf } from './prelude-elements.ts';
import { timesInteger } from './prelude-integers.ts';

/** An operand: names, row index and parameters of its functions. */
export interface Side {
  readonly variable: 'A' | 'B';
  /** Expression: the stored row, and the row of scales that it has its own in. */
  readonly row: string;
  scaleRow(lines: BlockScale['lines']): string;
  readonly parameters: string;
  /** Arguments of the same names. */
  call(k: string): string;
  readonly names: Readonly<Record<'words' | 'codes' | 'scaleIndex' | 'scaleByte' | 'scale' | 'zero' | 'load', string>>;
  readonly scales: string;
  /** The constant of how many elements share a scale. */
  readonly block: string;
  /** Parameters of what counts blocks instead of elements, and arguments for the block of element k. */
  readonly blockParameters: string;
  callBlock(block: string): string;
}

export const SIDE_A: Side = {
  variable: 'A',
  row: 'row',
  scaleRow: (lines) => (lines === 'all' ? '0u' : 'row'),
  parameters: 'matrix: u32, row: u32, k: u32',
  call: (k) => `matrix, row, ${k}`,
  names: {
    words: 'words_a',
    codes: 'codes_a',
    scaleIndex: 'a_scale_index',
    scaleByte: 'a_scale_byte',
    scale: 'a_block_scale',
    zero: 'a_block_zero',
    load: 'load_a',
  },
  scales: 'a_scales',
  block: 'SCALE_BLOCK',
  blockParameters: 'matrix: u32, row: u32, block: u32',
  callBlock: (block) => `matrix, row, ${block}`,
};

/** Where its blocks are not those of B. */
const OWN_BLOCKS: Side = { ...SIDE_A, block: 'A_SCALE_BLOCK' };

/** A, and the constant that it needs where its blocks are of its own. */
export function sideA(scale: BlockScale, ofB: BlockScale | undefined): { side: Side; constants: Fragment[] } {
  if (scale.block === 'k' || scale.block === ofB?.block) return { side: SIDE_A, constants: [] };
  const name = OWN_BLOCKS.block;
  return { side: OWN_BLOCKS, constants: [{ name, code: `const ${name} = ${scale.block}u;` }] };
}

export const SIDE_B: Side = {
  variable: 'B',
  row: '(matrix * problem.n + col)',
  scaleRow(lines) {
    if (lines === undefined) return SIDE_B.row;
    return lines === 'all' ? '0u' : `(matrix * ((problem.n + ${lines - 1}u) / ${lines}u) + col / ${lines}u)`;
  },
  parameters: 'matrix: u32, k: u32, col: u32',
  call: (k) => `matrix, ${k}, col`,
  names: {
    words: 'words_b',
    codes: 'codes_b',
    scaleIndex: 'scale_index',
    scaleByte: 'scale_byte',
    scale: 'block_scale',
    zero: 'block_zero',
    load: 'load_b',
  },
  scales: 'scales',
  block: 'SCALE_BLOCK',
  blockParameters: 'matrix: u32, block: u32, col: u32',
  callBlock: (block) => `matrix, ${block}, col`,
};

/** An operand and what it shares with the other: whether both are scaled. */
export interface ScaledOperand {
  readonly format: ScaledFormat;
  readonly scale: BlockScale;
  readonly bound: Bound;
  readonly both: boolean;
  /** Factor of `load_…` besides the block's scale. */
  readonly tensorScale: boolean;
  /** Whether the other operand is one of integers in blocks of its own, and products are those of bytes. */
  readonly integers?: boolean;
}

export function scaledAccess(side: Side, operand: ScaledOperand): { type: string; functions: Fragment[] } {
  const { format, scale, bound, tensorScale } = operand;
  const { bits, wgsl } = format;
  const reader = readerOf(side.variable, 'u32', bound);
  const held = 128 / bits; // codes in 16 bytes
  const perWord = 32 / bits;
  const words = `${side.names.words}${held}`;
  const rowOf16 = `${held < 32 ? `${32 / held}u * ` : ''}((problem.k + 31u) / 32u)`;
  const stored = storedScale(side, scale);
  const functions: Fragment[] = [
    ...reader.functions,
    {
      name: words,
      code: `fn ${words}(${side.parameters}) -> vec4<u32> {
  return ${reader.at(`${side.row} * ${rowOf16} + k / ${held}u`)};
}`,
    },
    ...scaleFunctions(side, scale),
    {
      name: side.names.load,
      code: `fn ${side.names.load}(${side.parameters}) -> In {
  let code = (${words}(${side.call('k')})[(k & ${held - 1}u) >> ${Math.log2(perWord)}u] >> (${bits}u * (k & ${perWord - 1}u))) & ${2 ** bits - 1}u;
  return ${tensorScale ? 'problem.tensor_scale * ' : ''}${wgsl.value(stored(blockAt(side, scale)))};
}`,
    },
    codesOf(side, words, held),
    {
      name: side.names.scale,
      code: `fn ${side.names.scale}(${side.parameters}) -> f32 {
  return ${factorOf(operand)(stored(blockAt(side, scale)))};
}`,
    },
    zeroOf(side, format.zeroPoints ? `f32(${stored(blockAt(side, scale))} >> 16u)` : '0.0'),
  ];
  return { type: reader.type('vec4<u32>'), functions };
}

/** The zero point that stands above a block's scale; zero in formats that have none. */
function zeroOf({ names, parameters }: Side, zero: string): Fragment {
  return { name: names.zero, code: `fn ${names.zero}(${parameters}) -> f32 {\n  return ${zero};\n}` };
}

/** Expression: which of its row's blocks element k is in. */
function blockAt({ block: name }: Side, { block }: BlockScale): string {
  return block === 'k' ? '0u' : `k / ${name}`;
}

/** Expression of a block's stored scale: a byte, or an f32. */
function storedScale({ names, scales, callBlock }: Side, scale: BlockScale): (block: string) => string {
  if (scaleBytes(scale) === 1) return (block) => `${names.scaleByte}(${callBlock(block)})`;
  return (block) => `${scales}[${names.scaleIndex}(${callBlock(block)})]`;
}

function scaleFunctions(side: Side, scale: BlockScale): Fragment[] {
  const { names, scales, row, scaleRow, blockParameters, block } = side;
  const perRow = scale.block === 'k' ? '1u' : `((problem.k + ${block} - 1u) / ${block})`;
  const position = `${scaleRow(scale.lines)} * ${perRow} + block`;
  const index: Fragment = {
    name: names.scaleIndex,
    code: `fn ${names.scaleIndex}(${blockParameters}) -> u32 {
  return ${position};
}`,
  };
  if (scaleBytes(scale) !== 1) return [index];
  const byte: Fragment = {
    name: names.scaleByte,
    code: `fn ${names.scaleByte}(${blockParameters}) -> u32 {
  let index = ${row === 'row' ? position : `${names.scaleIndex}(matrix, block, col)`};
  return (${scales}[index >> 2u] >> (8u * (index & 3u))) & 0xffu;
}`,
  };
  return [index, byte];
}

/** 32 codes from k on, k a multiple of 32. */
function codesOf({ names, parameters, call }: Side, words: string, held: number): Fragment {
  const body =
    held === 32
      ? `  return ${words}(${call('k')});`
      : `  let first = ${words}(${call('k')});
  let second = ${words}(${call('k + 16u')});
  return Codes(first.xy, first.zw, second.xy, second.zw);`;
  return { name: names.codes, code: `fn ${names.codes}(${parameters}) -> Codes {\n${body}\n}` };
}

/**
 * Expression of an f32 that a stored scale stands for. It is 2^-headroom too small, since a block's sum times its scale may be
 * more than an f32 holds and C not; beside another scale that would be lost at the other end.
 */
function factorOf({ format, both }: ScaledOperand): (stored: string) => string {
  const { factor, headroom } = format.wgsl;
  return (stored) => factor(stored, both || headroom === 0 ? '1.0' : `0x1p-${headroom}f`);
}

/** Decoder of this format, for A and B. */
export function decoders({ bits, wgsl }: ScaledFormat, { block }: BlockScale): Fragment[] {
  const word = {
    4: 'codes[i]',
    8: 'select(select(codes.x, codes.y, (i & 1u) == 1u), select(codes.z, codes.w, (i & 1u) == 1u), i >= 2u)',
  }[bits];
  const words = {
    4: 'alias Codes = vec4<u32>;',
    8: 'struct Codes {\n  x: vec2<u32>,\n  y: vec2<u32>,\n  z: vec2<u32>,\n  w: vec2<u32>,\n}',
  }[bits];
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
    { name: 'RAISED_BY', code: `const RAISED_BY = ${wgsl.raised?.by ?? 0}.0f;` },
    {
      name: 'decode8_raised',
      code: `fn decode8_raised(codes: Codes, i: u32) -> Eight {\n  return ${wgsl.raised?.eight ?? wgsl.eightOfHalves ?? wgsl.eight}(${word});\n}`,
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

/** The scales of the SCALE_STEP elements at k, a multiple of twice that, and of those after them; 0 from problem.k on. */
export function pairOfScales(operand: ScaledOperand, evenRows: boolean): Fragment[] {
  const { format, scale } = operand;
  const factor = factorOf(operand);
  const bytes = scaleBytes(scale) === 1;
  const inBlocks = 'matrix, k / SCALE_BLOCK, col';
  const separate = bytes
    ? `let bytes = scale_two(${inBlocks});
  let two = ${format.wgsl.factors ?? `vec2<f32>(${factor('bytes & 0xffu')}, ${factor('bytes >> 16u')})`};`
    : `let index = scale_index(${inBlocks});
  let two = vec2<f32>(${factor('scales[index]')}, ${factor('scales[index + 1u]')});`;
  const shared = 'let two = vec2<f32>(block_scale(matrix, k, col));';
  const scales: Fragment = {
    name: 'block_scales',
    code: `fn block_scales(matrix: u32, k: u32, col: u32) -> vec2<f32> {
  ${scale.block === 'k' || scale.block > 32 ? shared : separate}
  return select(vec2<f32>(), two, vec2<u32>(k, k + SCALE_STEP) < vec2<u32>(problem.k));
}`,
  };
  return bytes ? [scaleTwo(evenRows), scales] : [scales];
}

/** Where every row has an even number of blocks, two that begin with an even one share a word, and no branch is needed. */
function scaleTwo(evenRows: boolean): Fragment {
  const across = evenRows ? '' : '  if ((index & 3u) == 3u) { bytes |= scales[(index + 1u) >> 2u] << 8u; }\n';
  return {
    name: 'scale_two',
    code: `fn scale_two(matrix: u32, block: u32, col: u32) -> u32 {
  let index = scale_index(matrix, block, col);
  var bytes = scales[index >> 2u] >> (8u * (index & 3u));
${across}  return (bytes & 0xffu) | ((bytes & 0xff00u) << 8u);
}`,
  };
}

/** The remaining factors of a sum of products of decoded codes and block scales. */
export function finishing({ format, both, integers }: ScaledOperand): Fragment[] {
  const { decodedTimes, headroom, tensorScale } = format.wgsl;
  const power = integers
    ? -Math.log2(timesInteger(format))
    : (both ? 0 : headroom) - Math.log2(decodedTimes) * (both ? 2 : 1);
  const factors = [...(power === 0 ? [] : [`0x1p${power}f`]), ...(tensorScale ? ['problem.tensor_scale'] : [])];
  const finished = (sums: string) => [...factors, sums].join(' * ');
  return [
    { name: 'REMAINING', code: `const REMAINING = 0x1p${power}f;` },
    { name: 'EXACT_IN_F16', code: `const EXACT_IN_F16 = ${format.wgsl.exactInF16 ?? false};` },
    { name: 'finish', code: `fn finish(sum: f32) -> f32 {\n  return ${finished('sum')};\n}` },
    { name: 'finish4', code: `fn finish4(sums: vec4<f32>) -> vec4<f32> {\n  return ${finished('sums')};\n}` },
  ];
}
