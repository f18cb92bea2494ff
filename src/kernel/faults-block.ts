/** Faults of the kernels that decode blocks of codes: those of a technique, for each format that it serves, and the format's. */
import { type Fault, type FaultyKernel, few, GEMV_FAULTS, LAST_ROW_OF_TILE, tail, usual } from './fault.ts';

type BlockFormat = 'mxfp4' | 'nvfp4' | 'int4';

interface Technique extends Omit<FaultyKernel, 'format'> {
  readonly formats: readonly BlockFormat[];
  readonly name: (w: BlockFormat) => string;
  /** Faults that show with one format only. */
  readonly of?: Partial<Record<BlockFormat, readonly Fault[]>>;
}

const SWAPPED_PAIRS: Fault = {
  name: 'swapped nibble',
  find: 'low << 6u, low << 2u, low >> 2u, low >> 6u',
  replace: 'low << 2u, low << 6u, low >> 6u, low >> 2u',
};
const TENSOR_SCALE: Fault = { name: 'missing tensor scale', find: 'problem.tensor_scale * ', replace: '' };

/** Mistakes in decoding a format, whatever the technique. */
const DECODING: Readonly<Record<BlockFormat, readonly Fault[]>> = {
  mxfp4: [
    SWAPPED_PAIRS,
    { name: 'scale off by one', find: '0x1p14f', replace: '0x1p13f' },
    { name: 'a half read as three quarters', find: 'word & (normal | 0xeeeeeeeeu)', replace: 'word' },
    { name: 'zero read as a half', find: '((word | normal) & 0x11111111u)', replace: '0x11111111u' },
  ],
  nvfp4: [SWAPPED_PAIRS, TENSOR_SCALE],
  int4: [
    { name: 'sign of a code lost', find: 'word ^ 0x88888888u', replace: 'word' },
    {
      name: 'swapped nibble',
      find: 'vec4<u32>(28u, 24u, 20u, 16u)',
      replace: 'vec4<u32>(24u, 28u, 20u, 16u)',
    },
  ],
};

const ALL = ['mxfp4', 'nvfp4', 'int4'] as const;
const TAIL_BLOCK = tail('k < problem.k; k += 32u', 'k + 32u <= problem.k; k += 32u');
const SCALE_OF_FIRST: Fault = {
  name: 'scale of the first block',
  find: 'block_scale(at.matrix, first,',
  replace: 'block_scale(at.matrix, 0u,',
};
const SCALE_BEFORE: Fault = {
  ...SCALE_OF_FIRST,
  name: 'scale of the previous block',
  replace: 'block_scale(at.matrix, k,',
};
const NEXT_LEFT_OUT: Fault = {
  name: 'the first eight codes for all',
  find: 'return codes.yzwx;',
  replace: 'return codes;',
};

const block: Technique = {
  formats: ALL,
  name: (w) => w,
  shape: usual,
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
  faults: [TAIL_BLOCK, SCALE_OF_FIRST, NEXT_LEFT_OUT, LAST_ROW_OF_TILE],
  of: { nvfp4: [SCALE_BEFORE] },
};

const gemv: Technique = {
  formats: ALL,
  name: (w) => `${w}-gemv`,
  shape: { ...few, k: 600 },
  layout: 'nt',
  choice: { tile: { n: 8, k: 512 } },
  faults: [...GEMV_FAULTS, SCALE_OF_FIRST, NEXT_LEFT_OUT],
  of: { nvfp4: [SCALE_BEFORE] },
};

/** One function decodes both operands, so swapping codes in it changes no product: these have other faults of decoding. */
const both: Technique = {
  formats: ['mxfp4', 'nvfp4'],
  name: (w) => `${w}-both`,
  shape: usual,
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
  faults: [
    TAIL_BLOCK,
    {
      name: 'codes of the first row for all',
      find: 'codes_a(at.matrix, min(row + i,',
      replace: 'codes_a(at.matrix, min(row,',
    },
    { name: 'sign of a code lost', find: 'word & 0x88888888u', replace: 'word & 0x88880000u' },
    { name: 'scale off by one', find: '0x1p-4f', replace: '0x1p-5f' },
    { name: 'scale of A left out', find: 'a_scale[i] * b_scale', replace: 'b_scale' },
    { name: 'scale of B left out', find: 'a_scale[i] * b_scale', replace: 'a_scale[i]' },
    { name: 'words of A never advance', find: 'a_codes[i] = next8(a_codes[i]);', replace: '' },
    LAST_ROW_OF_TILE,
  ],
  of: {
    nvfp4: [
      SCALE_BEFORE,
      { name: 'scale of the previous block of A', find: 'at.row_end - 1u), first)', replace: 'at.row_end - 1u), k)' },
      { ...TENSOR_SCALE, find: 'problem.tensor_scale * sums', replace: 'sums' },
    ],
  },
};

/** Wide enough for both halves of a thread's columns. */
const subgroup: Technique = {
  formats: ALL,
  name: (w) => `${w}-subgroup`,
  shape: { ...usual, n: 72 },
  layout: 'nt',
  choice: { thread: { m: 8 }, tile: { m: 8 } },
  faults: [
    TAIL_BLOCK,
    {
      name: 'steps of the lane before',
      find: 'subgroupShuffle(a[i][r], u + 1u)',
      replace: 'subgroupShuffle(a[i][r], u)',
    },
    { name: 'words out of step', find: 'let w = u >> 1u;', replace: 'let w = (u >> 1u) & 1u;' },
    { name: 'unwritten right half', find: 'right_col, ', replace: 'left_col, ' },
    { name: 'scales of two columns exchanged', find: 'four.scale[c] =', replace: 'four.scale[c ^ 1u] =' },
    { name: 'unwritten last row', find: 'if (row >= at.row_end)', replace: 'if (row + 1u >= at.row_end)' },
  ],
  of: { nvfp4: [{ name: 'scale of the previous block', find: 'scales.y', replace: 'scales.x' }] },
};

/** Several turns, of which the second tile takes fewer than a ring has places. */
const ring: Technique = {
  formats: ALL,
  name: (w) => `${w}-ring`,
  shape: { ...usual, m: 5, n: 72 },
  layout: 'nt',
  choice: { thread: { m: 3, n: 8 }, tile: { m: 3 } },
  faults: [
    tail('k < problem.k; k += TILE_K', 'k + TILE_K <= problem.k; k += TILE_K'),
    { name: 'steps of the lane before', find: '2u * (e % 4u) + 1u)', replace: '2u * (e % 4u))' },
    { name: 'codes of the first block twice', find: 'at.matrix, k + 32u * j, col', replace: 'at.matrix, k, col' },
    { name: 'scale of the block before', find: 'scale[h]', replace: 'scale[0]' },
    {
      name: 'ring not turned to its start',
      find: 'var c = turns; c < THREAD_N; c++',
      replace: 'var c = turns; c < turns; c++',
    },
    { name: 'unwritten last column', find: 'col < problem.n)', replace: 'col + 1u < problem.n)' },
    { name: 'unwritten last row', find: 'if (row < at.row_end', replace: 'if (row + 1u < at.row_end' },
  ],
  of: { nvfp4: [{ name: 'scales of the first pair', find: 'k + 2u * SCALE_STEP * p, col', replace: 'k, col' }] },
};

/** A fault list for each kernel that these techniques make. */
export const BLOCK_FAULTS: Readonly<Record<string, FaultyKernel>> = Object.fromEntries(
  [block, gemv, both, subgroup, ring].flatMap((technique) =>
    technique.formats.map((w): [string, FaultyKernel] => {
      const { formats: _, name, of, faults, ...rest } = technique;
      const format = technique === both ? { w, a: w as 'mxfp4' | 'nvfp4' } : { w };
      const decoding = technique === both ? [] : DECODING[w];
      return [name(w), { ...rest, format, faults: [...faults, ...decoding, ...(of?.[w] ?? [])] }];
    }),
  ),
);
