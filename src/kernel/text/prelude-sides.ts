/** How the functions for A and for B in a scaled format differ: names, parameters, and which row a scale is found in. */
import type { BlockScale } from '../../gemm/problem.ts';
import type { Fragment } from './prelude.ts';

/** An operand: names, row index and parameters of its functions. */
export interface Side {
  readonly variable: 'A' | 'B';
  /** Expression: the stored row, and the row of scales that it has its own in. */
  readonly row: string;
  scaleRow(lines: BlockScale['lines']): string;
  readonly parameters: string;
  /** Arguments of the same names. */
  call(k: string): string;
  readonly names: Readonly<
    Record<'words' | 'word' | 'codes' | 'scaleIndex' | 'scaleByte' | 'scale' | 'zero' | 'load', string>
  >;
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
    word: 'word_a',
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
    word: 'word_b',
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
