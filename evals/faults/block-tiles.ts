/** Faults of the kernels for GPUs that decode blocks of codes. */
import { AFFINE, ALL, IN_F16, OF_ACTIVATIONS, TENSOR_SCALE, type Technique, ZERO_POINTS } from './block-technique.ts';
import {
  COPY_BARRIERS,
  type Fault,
  GEMV_FAULTS,
  LANE_FAULTS,
  LAST_INSIDE,
  LAST_ROW,
  tail,
  tiled,
  wholeSteps,
} from './fault.ts';

const TILED = { ...tiled, layout: 'nt' } as const;
const TILED_FAULTS: readonly Fault[] = [...COPY_BARRIERS, wholeSteps('k', 'TILE_K'), LAST_ROW];
const SCALE_OF_HALF: Fault = {
  name: 'scale of the other half of a block',
  find: 'select(column.scales.y, column.scales.x, e < 2u)',
  replace: 'select(column.scales.x, column.scales.y, e < 2u)',
};

const EVERY = [...ALL, ...ZERO_POINTS];
/** Of kernels that take them from what a step adds to every code. */
const ZEROS_LEFT: Fault = { name: 'zero points left out', find: ' + f32(stored >> 16u)', replace: '' };

const tile: Technique = {
  ...TILED,
  formats: EVERY,
  name: (w) => `${w}-tile`,
  faults: [
    ...TILED_FAULTS,
    {
      name: 'steps of A exchanged',
      find: 'min(k + lies.x, problem.k - 4u)',
      replace: 'min(k + (lies.x ^ 4u), problem.k - 4u)',
    },
  ],
  scaling: [{ name: 'scale left out', find: 'scale * b.hi[u]', replace: 'b.hi[u]' }],
  of: { nvfp4: [SCALE_OF_HALF] },
  zeroPoints: [
    { name: 'zero points left out', find: 'b.lo - column.zero', replace: 'b.lo' },
    { name: 'the last vector of A beyond k', find: '(K_WHOLE || PADS_ARE_ZERO)', replace: 'true' },
  ],
};

const bothTile: Technique = {
  ...TILED,
  formats: OF_ACTIVATIONS,
  both: true,
  name: (w) => `${w}-both-tile`,
  faults: [
    ...TILED_FAULTS,
    { name: 'codes of the first row for all', find: 'min(at.row + i, at.row_end - 1u)', replace: 'at.row' },
    { name: 'scale of A left out', find: 'scale * a.lo[u]', replace: 'a.lo[u]' },
  ],
  scaling: [{ name: 'scale of B left out', find: 'scale * b.hi[u]', replace: 'b.hi[u]' }],
  of: {
    nvfp4: [
      {
        ...SCALE_OF_HALF,
        find: 'select(line.scales.y, line.scales.x, e < 2u)',
        replace: 'select(line.scales.x, line.scales.y, e < 2u)',
      },
    ],
  },
};

/** Several lanes along k, the last of which has part of a block. */
const columns: Technique = {
  formats: EVERY,
  name: (w) => `${w}-columns`,
  decoding: AFFINE,
  shape: { m: 3, n: 24, k: 588 },
  layout: 'nt',
  choice: { tile: { m: 2, n: 8, k: 512 }, thread: { m: 2, n: 2 } },
  faults: GEMV_FAULTS,
  scaling: [{ name: 'scale of the first column', find: 'scales_of(scales[c]).y', replace: 'scales_of(scales[0]).y' }],
  of: {
    mxfp4: [{ name: 'the last vector of A always', find: 'min(k + e, last)', replace: 'last' }],
    nvfp4: [
      { name: 'scale of the other half of a block', find: 'scales_of(scales[c]).x', replace: 'scales_of(scales[c]).y' },
    ],
  },
  zeroPoints: [
    ZEROS_LEFT,
    { name: 'zero point of the first column', find: 'affine_plus(scales[c])', replace: 'affine_plus(scales[0])' },
    { name: 'the last vector of A beyond k', find: 'AFFINE_PLUS != 0.0) { return', replace: 'false) { return' },
  ],
};

const PLUS = ' - strip_plus((*scales)[c])[part] * (*block).of_a';
const LOST_BIT: Fault = { name: 'a bit of a code lost', find: '0x00f000f0u', replace: '0x00e000e0u' };

/** Several lanes along k, some of which take two strips; two groups of columns; more than one subgroup, so that barriers matter. */
const strip: Technique = {
  formats: ['mxfp4', 'nvfp4', 'int4', 'int4-64', 'int4-128', ...ZERO_POINTS],
  name: (w) => `${w}-strip`,
  decoding: {
    ...AFFINE,
    mxfp4: [
      { name: 'swapped nibble', find: 'odd << 8u, even << 4u', replace: 'even << 4u, odd << 8u' },
      { name: 'scale off by one', find: '+ 17u) & 31u', replace: '+ 16u) & 31u' },
    ],
    nvfp4: [
      ...AFFINE.nvfp4.slice(0, 1),
      { name: 'scale of another block', find: 'strip >> 1u', replace: 'strip << 7u' },
      TENSOR_SCALE,
    ],
    int4: [
      { name: 'what codes are too large by left in', find: PLUS, replace: '' },
      { name: 'codes with odd places too large', find: '(1.0 / STRIP_ODD) * ', replace: '' },
      LOST_BIT,
    ],
    'int4-64': [LOST_BIT],
    'int4-128': [LOST_BIT],
  },
  shape: { m: 3, n: 24, k: 704 },
  layout: 'nt',
  choice: { tile: { m: 1, n: 8, k: 512 }, thread: { m: 1, n: 2 } },
  faults: [
    ...LANE_FAULTS.slice(0, 1),
    { name: 'codes of the first half of a strip twice', find: ' + ahead_b(32u)', replace: '' },
    ...LANE_FAULTS.slice(1),
    tail('turn + STEP * lane >= problem.k', 'turn + TILE_K > problem.k'),
    { name: 'codes of the first group of columns for all', find: 'turn, GROUP);', replace: 'turn, 0u);' },
    { name: 'sums of the second group of columns left out', find: 'row, part, GROUP);', replace: 'row, part, 0u);' },
    { name: 'the first vector of C always', find: 'at.col + quad', replace: 'at.col' },
  ],
  scaling: [
    {
      name: 'scale of the first column',
      find: 'strip_scales((*scales)[c],',
      replace: 'strip_scales((*scales)[0u],',
    },
    { name: 'scale of the first half', find: '(*spots)[c])[part]', replace: '(*spots)[c])[1u]' },
  ],
  zeroPoints: [
    { name: 'zero points left out', find: PLUS, replace: '' },
    {
      name: 'zero point of the first column',
      find: 'strip_plus((*scales)[c])',
      replace: 'strip_plus((*scales)[0u])',
    },
    LOST_BIT,
  ],
};

const REST: Fault = {
  name: 'what does not fit an f16 left out',
  find: 'vec4<f16>(weights - most)',
  replace: 'vec4<f16>()',
};

/** Few matrices, because lavapipe takes long to compile many. */
const matrix: Technique = {
  formats: EVERY,
  name: (w) => `${w}-matrix`,
  a: 'f16',
  decoding: IN_F16,
  shape: { m: 37, n: 36, k: 72 },
  layout: 'nt',
  choice: { thread: { m: 16, n: 16 } },
  faults: [
    ...COPY_BARRIERS,
    tail('(problem.k + TILE_K - 1u) / TILE_K', 'problem.k / TILE_K'),
    { name: 'steps of A exchanged', find: 'min(k, problem.k - 4u)', replace: 'min(k ^ 4u, problem.k - 4u)' },
    { name: 'columns of the first subgroup for all', find: '&b_tile[block.x]', replace: '&b_tile[0u]' },
    { name: 'every subgroup in the first column', find: 'owner % BLOCKS_N * THREAD_N', replace: '0u' },
    LAST_INSIDE,
  ],
  scaling: [{ name: 'scale of the first block', find: 'ahead_scale(TILE_K * step)', replace: '0u' }],
  of: {
    int4: [REST],
    int8: [REST],
    fp8: [REST],
    nvfp4: [
      {
        name: 'scale of the other half of a block',
        find: 'select(second, scales.x, e < 2u)',
        replace: 'select(scales.x, second, e < 2u)',
      },
    ],
  },
  zeroPoints: [
    ZEROS_LEFT,
    { name: 'the last vector of A beyond k', find: 'A_VECTOR && PADS_ARE_ZERO', replace: 'A_VECTOR' },
  ],
};

export const TILES: readonly Technique[] = [columns, strip, tile, bothTile, matrix];
