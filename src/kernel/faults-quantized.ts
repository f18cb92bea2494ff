/** Faults of the kernels that hand A round in a subgroup or decode int4; the other 4-bit kernels' are in faults.ts. */
import { type Fault, type FaultyKernel, few, GEMV_FAULTS, LAST_ROW_OF_TILE, tail, usual } from './fault.ts';

const SIGN_LOST: Fault = { name: 'sign of a code lost', find: 'word ^ 0x88888888u', replace: 'word' };
const SWAPPED_CODES: Fault = {
  name: 'swapped nibble',
  find: 'vec4<u32>(28u, 24u, 20u, 16u)',
  replace: 'vec4<u32>(24u, 28u, 20u, 16u)',
};
const TAIL_BLOCK = tail('k < problem.k; k += 32u', 'k + 32u <= problem.k; k += 32u');

const IN_SUBGROUP: readonly Fault[] = [
  TAIL_BLOCK,
  {
    name: 'steps of the lane before',
    find: 'subgroupShuffle(a[i][r], u + 1u)',
    replace: 'subgroupShuffle(a[i][r], u)',
  },
  { name: 'words out of step', find: 'let w = u >> 1u;', replace: 'let w = (u >> 1u) & 1u;' },
  { name: 'unwritten right half', find: 'right_col, ', replace: 'left_col, ' },
  { name: 'unwritten last row', find: 'if (row >= at.row_end)', replace: 'if (row + 1u >= at.row_end)' },
];
const EXCHANGED_SCALES: Fault = {
  name: 'scales of two columns exchanged',
  find: 'four.scale[c] =',
  replace: 'four.scale[c ^ 1u] =',
};

/** Where sums go round in a ring. */
const IN_RING: readonly Fault[] = [
  tail('k < problem.k; k += TILE_K', 'k + TILE_K <= problem.k; k += TILE_K'),
  {
    name: 'steps of the lane before',
    find: 'subgroupShuffle(a[i][j], 2u * w + 1u)',
    replace: 'subgroupShuffle(a[i][j], 2u * w)',
  },
  { name: 'codes of the first block twice', find: 'at.matrix, k + 32u * j, col', replace: 'at.matrix, k, col' },
  {
    name: 'ring not turned to its start',
    find: 'var c = turns; c < THREAD_N; c++',
    replace: 'var c = turns; c < turns; c++',
  },
  { name: 'unwritten last column', find: 'col < problem.n)', replace: 'col + 1u < problem.n)' },
  { name: 'unwritten last row', find: 'if (row < at.row_end', replace: 'if (row + 1u < at.row_end' },
];

/** Several turns, of which the second tile takes fewer than a ring has places. */
const ring = {
  shape: { ...usual, m: 5, n: 72 },
  layout: 'nt',
  choice: { thread: { m: 3, n: 8 }, tile: { m: 3 } },
} as const;

/** Wide enough for both halves of a thread's columns. */
const subgroup = { shape: { ...usual, n: 72 }, layout: 'nt', choice: { thread: { m: 8 }, tile: { m: 8 } } } as const;

const A_ROW_OF_FIRST: Fault = {
  name: 'codes of the first row for all',
  find: 'words_a32(at.matrix, min(row + i,',
  replace: 'words_a32(at.matrix, min(row,',
};
/** One function decodes both operands, so swapping codes in it changes no product: these have other faults of decoding. */
const both = {
  shape: usual,
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
} as const;

export const QUANTIZED_FAULTS: Readonly<Record<string, FaultyKernel>> = {
  int4: {
    shape: usual,
    format: { w: 'int4' },
    layout: 'nt',
    choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
    faults: [
      TAIL_BLOCK,
      SIGN_LOST,
      SWAPPED_CODES,
      { name: 'scale of the first block', find: 'at.matrix, k / 32u,', replace: 'at.matrix, 0u,' },
      LAST_ROW_OF_TILE,
    ],
  },
  'int4-gemv': {
    shape: { ...few, k: 600 },
    format: { w: 'int4' },
    layout: 'nt',
    choice: { tile: { n: 8, k: 512 } },
    faults: [...GEMV_FAULTS, SIGN_LOST, SWAPPED_CODES],
  },
  'int4-subgroup': {
    ...subgroup,
    format: { w: 'int4' },
    faults: [...IN_SUBGROUP, SIGN_LOST, SWAPPED_CODES, EXCHANGED_SCALES],
  },
  'int4-ring': {
    ...ring,
    format: { w: 'int4' },
    faults: [
      ...IN_RING,
      SIGN_LOST,
      SWAPPED_CODES,
      { name: 'scale of the block before', find: 'scales[index + 1u]', replace: 'scales[index]' },
    ],
  },
  'mxfp4-ring': {
    ...ring,
    format: { w: 'mxfp4' },
    faults: [
      ...IN_RING,
      { name: 'scale of the block before', find: 'bytes >> 16u', replace: 'bytes & 0xffu' },
      { name: 'scale off by one', find: '0x1p14f', replace: '0x1p13f' },
    ],
  },
  'nvfp4-ring': {
    ...ring,
    format: { w: 'nvfp4' },
    faults: [
      ...IN_RING,
      { name: 'scale of the block before', find: 'scale[h]', replace: 'scale[0]' },
      { name: 'missing tensor scale', find: 'problem.tensor_scale * ', replace: '' },
    ],
  },
  'mxfp4-both': {
    ...both,
    format: { w: 'mxfp4', a: 'mxfp4' },
    faults: [
      TAIL_BLOCK,
      A_ROW_OF_FIRST,
      { name: 'sign of a code lost', find: 'word & 0x88888888u', replace: 'word & 0x88880000u' },
      { name: 'scale off by one', find: '0.0625', replace: '0.03125' },
      { name: 'scale of A left out', find: 'a_scale[i], b_scale)', replace: '127u, b_scale)' },
      { name: 'scale of B left out', find: 'a_scale[i], b_scale)', replace: 'a_scale[i], 127u)' },
      { name: 'words of A never advance', find: 'a_codes[i] = a_codes[i].yzwx;', replace: '' },
      LAST_ROW_OF_TILE,
    ],
  },
  'nvfp4-both': {
    ...both,
    format: { w: 'nvfp4', a: 'nvfp4' },
    faults: [
      TAIL_BLOCK,
      A_ROW_OF_FIRST,
      {
        name: 'scale of the previous block of A',
        find: 'at.row_end - 1u), k16 / 16u',
        replace: 'at.row_end - 1u), k / 16u',
      },
      { name: 'scale of the previous block of B', find: 'at.matrix, k16 / 16u,', replace: 'at.matrix, k / 16u,' },
      { name: 'missing tensor scale', find: 'problem.tensor_scale * four', replace: 'four' },
      LAST_ROW_OF_TILE,
    ],
  },
  'mxfp4-subgroup': {
    ...subgroup,
    format: { w: 'mxfp4' },
    faults: [...IN_SUBGROUP, EXCHANGED_SCALES, { name: 'scale off by one', find: '0x1p14f', replace: '0x1p13f' }],
  },
  'nvfp4-subgroup': {
    ...subgroup,
    format: { w: 'nvfp4' },
    faults: [
      ...IN_SUBGROUP,
      { name: 'scale of the previous block', find: 'scales.y', replace: 'scales.x' },
      { name: 'missing tensor scale', find: 'problem.tensor_scale * ', replace: '' },
    ],
  },
};
