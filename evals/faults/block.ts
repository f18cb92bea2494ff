/** Faults of the kernels that decode blocks of codes: those of a technique, for each format that it serves, and the format's. */
import { ALL, faultyKernels, OF_ACTIVATIONS, TENSOR_SCALE, type Technique, ZERO_POINTS } from './block-technique.ts';
import { TILES } from './block-tiles.ts';
import {
  type Fault,
  type FaultyKernel,
  few,
  GEMV_FAULTS,
  LAST_OF_ROWS,
  LAST_ROW_OF_TILE,
  usual,
  wholeSteps,
} from './fault.ts';

const TAIL_BLOCK = wholeSteps('k', '32u');
const TAIL_STEP = wholeSteps('k', 'SCALE_STEP');
const scaleOfFirst = (k: string): Fault => ({
  name: 'scale of the first block',
  find: `block_scale(at.matrix, ${k},`,
  replace: 'block_scale(at.matrix, 0u,',
});
const scaleBefore = (k: string, before: string): Fault => ({
  name: 'scale of the previous block',
  find: `block_scale(at.matrix, ${k},`,
  replace: `block_scale(at.matrix, ${before},`,
});
const CODES_OF_FIRST: Fault = {
  name: 'codes of the first block',
  find: 'codes_b(at.matrix, k,',
  replace: 'codes_b(at.matrix, 0u,',
};
const NEXT_LEFT_OUT: Fault = {
  name: 'the first eight codes for all',
  find: 'codes[c] = Codes(codes[c].y, codes[c].z, codes[c].w, codes[c].x);',
  replace: '',
};

const block: Technique = {
  formats: ALL,
  name: (w) => w,
  shape: usual,
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
  faults: [TAIL_STEP, CODES_OF_FIRST, NEXT_LEFT_OUT, LAST_ROW_OF_TILE],
  scaling: [scaleOfFirst('k')],
  of: { nvfp4: [scaleBefore('k', 'k & ~16u')] },
};

const gemv: Technique = {
  formats: ALL,
  name: (w) => `${w}-gemv`,
  shape: { ...few, k: 600 },
  layout: 'nt',
  choice: { tile: { n: 8, k: 512 } },
  faults: [...GEMV_FAULTS, NEXT_LEFT_OUT],
  scaling: [scaleOfFirst('first')],
  of: { nvfp4: [scaleBefore('first', 'k')] },
};

const E2M1_SIGN: Fault = { name: 'sign of a code lost', find: 'word & 0x88888888u', replace: 'word & 0x88880000u' };

const both: Technique = {
  formats: OF_ACTIVATIONS,
  both: true,
  name: (w) => `${w}-both`,
  shape: usual,
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
  faults: [
    TAIL_STEP,
    CODES_OF_FIRST,
    {
      name: 'codes of the first row for all',
      find: 'codes_a(at.matrix, min(row + i,',
      replace: 'codes_a(at.matrix, min(row,',
    },
    { name: 'scale of A left out', find: 'a_scale[i] * b_scale', replace: 'b_scale' },
    { name: 'scale of B left out', find: 'a_scale[i] * b_scale', replace: 'a_scale[i]' },
    {
      name: 'words of A never advance',
      find: 'a_codes[i] = Codes(a_codes[i].y, a_codes[i].z, a_codes[i].w, a_codes[i].x);',
      replace: '',
    },
    LAST_ROW_OF_TILE,
  ],
  scaling: [scaleOfFirst('k')],
  of: {
    mxfp4: [E2M1_SIGN, { name: 'scale off by one', find: '0x1p-4f', replace: '0x1p-5f' }],
    fp8: [{ name: 'scale off by one', find: '0x1p16f', replace: '0x1p15f' }],
    mxfp8: [{ name: 'scale off by one', find: '0x1p16f', replace: '0x1p15f' }],
    nvfp4: [
      E2M1_SIGN,
      scaleBefore('k', 'k & ~16u'),
      {
        name: 'scale of the previous block of A',
        find: 'a_block_scale(at.matrix, min(row + i, at.row_end - 1u), k)',
        replace: 'a_block_scale(at.matrix, min(row + i, at.row_end - 1u), k & ~16u)',
      },
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
    LAST_OF_ROWS,
  ],
  scaling: [{ name: 'scales of two columns exchanged', find: 'four.scale[c] =', replace: 'four.scale[c ^ 1u] =' }],
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
    wholeSteps('k', 'TILE_K'),
    { name: 'steps of the lane before', find: '2u * w + 1u)', replace: '2u * w)' },
    { name: 'codes of the first block twice', find: 'at.matrix, k + 32u * j, col', replace: 'at.matrix, k, col' },
    {
      name: 'ring not turned to its start',
      find: 'var c = turns; c < THREAD_N; c++',
      replace: 'var c = turns; c < turns; c++',
    },
    { name: 'unwritten last column', find: 'col < problem.n)', replace: 'col + 1u < problem.n)' },
    { name: 'unwritten last row', find: 'if (row < at.row_end', replace: 'if (row + 1u < at.row_end' },
  ],
  scaling: [{ name: 'scale of the block before', find: 'scale[select(h, j, SCALE_STEP == 32u)]', replace: 'scale[0]' }],
  of: { nvfp4: [{ name: 'scales of the first pair', find: 'at.matrix, k + 32u, col', replace: 'at.matrix, k, col' }] },
};

/** One kernel takes what the blocks of such formats add to every code. */
const zeroPoints = (w: (typeof ZERO_POINTS)[number]): FaultyKernel => ({
  format: { w },
  shape: { ...usual, k: 200 },
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
  faults: [
    TAIL_BLOCK,
    { name: 'zero points left out', find: 'b.lo - zeros[c]', replace: 'b.lo' },
    { name: 'zero point of the first block', find: 'block_zero(at.matrix, k,', replace: 'block_zero(at.matrix, 0u,' },
    scaleOfFirst('k'),
    { name: 'swapped nibble', find: 'vec4<u32>(0u, 4u, 8u, 12u)', replace: 'vec4<u32>(4u, 0u, 8u, 12u)' },
    LAST_ROW_OF_TILE,
  ],
});

/** A fault list for each kernel that these techniques make. */
export const BLOCK_FAULTS: Readonly<Record<string, FaultyKernel>> = {
  ...Object.fromEntries(ZERO_POINTS.map((w) => [w, zeroPoints(w)])),
  ...faultyKernels([block, gemv, both, subgroup, ring, ...TILES]),
};
