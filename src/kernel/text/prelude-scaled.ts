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
import type { Side } from './prelude-sides.ts';

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
    {
      // A single word of a vector costs a CPU a load of one element instead of four.
      name: side.names.word,
      code: `fn ${side.names.word}(${side.parameters}) -> u32 {
  return ${reader.at(`${side.row} * ${rowOf16} + k / ${held}u`)}[(k & ${held - 1}u) >> ${Math.log2(perWord)}u];
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
