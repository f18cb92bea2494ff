/** Faults of the kernels that multiply bytes: codes of weights by int8 activations. */
import {
  COPY_BARRIERS,
  type Fault,
  type FaultyKernel,
  GEMV_ROW,
  LANE_FAULTS,
  LAST_OF_ROWS,
  LAST_ROW,
  wholeSteps,
} from './fault.ts';

const WEIGHTS = [
  ...(['int8-64', 'int8-128', 'int8-channel'] as const),
  ...(['int8', 'int4', 'int4-64', 'int4-128', 'int4-zp', 'int4-64-zp', 'int4-128-zp', 'mxfp4', 'nvfp4'] as const),
] as const;
type Weights = (typeof WEIGHTS)[number];

const ORDER: Fault = {
  name: 'bytes of A out of order',
  find: 'of_even.x | (of_even.y << 16u)',
  replace: 'of_even.y | (of_even.x << 16u)',
};
const HALF_READ: Fault = { name: 'a code of 4 and more too small', find: '(3u * upper)', replace: 'upper' };
const NEGATIVE: Fault = {
  name: 'sign of a code lost',
  find: 'word >> 3u, word >> 7u',
  replace: 'word & 0u, word & 0u',
};
const ZERO: Fault = { name: 'zero points left out', find: 'u32(zero) * 0x01010101u', replace: '0u' };

/** Mistakes in decoding a format. */
const DECODING: Readonly<Record<Weights, readonly Fault[]>> = {
  int8: [],
  'int8-64': [],
  'int8-128': [],
  'int8-channel': [],
  int4: [ORDER, { name: 'sign of a code lost', find: 'word ^ 0x88888888u', replace: 'word' }],
  'int4-64': [ORDER],
  'int4-128': [{ name: 'sixteenfold', find: '0x1p-4f', replace: '0x1p-3f' }],
  'int4-zp': [ORDER, ZERO],
  'int4-64-zp': [ZERO],
  'int4-128-zp': [ZERO],
  mxfp4: [HALF_READ, NEGATIVE, { name: 'scale off by one', find: '0x1p-1f', replace: '0x1p0f' }],
  nvfp4: [HALF_READ, { name: 'missing tensor scale', find: 'problem.tensor_scale * ', replace: '' }],
};

const FEW: readonly Fault[] = [
  ...LANE_FAULTS,
  { name: 'scale of A left out', find: 'b_scale * (*a_scale)[i]', replace: 'b_scale' },
  { name: 'sums of integers counted twice', find: '(*dots)[i][c] = 0;', replace: '' },
  { name: 'four products left out', find: ' + dot4I8Packed((*a)[i].z, b.z)', replace: '' },
  {
    name: 'rows of the first half twice',
    find: 'words_a16(at.matrix, row, k + 16u)',
    replace: 'words_a16(at.matrix, row, k)',
  },
  GEMV_ROW,
];
const TILED: readonly Fault[] = [
  ...COPY_BARRIERS,
  wholeSteps('k', 'TILE_K'),
  { name: 'sums of integers counted twice', find: '*dots = Dots();', replace: '' },
  { name: 'scale of A left out', find: 'of_a[r] * of_b', replace: 'of_b' },
  { name: 'scale of B left out', find: 'of_a[r] * of_b', replace: 'of_a[r]' },
  { name: 'first row for all', find: 'min(at.row + i % TILE_M, at.row_end - 1u)', replace: 'at.row' },
  LAST_ROW,
];

/** Where A has one scale a row. */
const FEW_BY_ROW: readonly Fault[] = [
  {
    name: 'scale of a row left out',
    find: 'if (A_ROW_SCALE) { sums[i][c] *=',
    replace: 'if (!A_ROW_SCALE) { sums[i][c] *=',
  },
];
const TILED_BY_ROW: readonly Fault[] = [
  { name: 'scale of a row left out', find: 'finish4(of_a[r] * ', replace: 'finish4(' },
  { name: 'scale of the last block for all', find: '(k + TILE_K) % INTEGER_RUN == 0u || ', replace: '' },
];
const FEW_IN_ALL_OF_K: readonly Fault[] = [
  ...FEW_BY_ROW,
  { name: 'sums of integers lost', find: 'if (KEPT) { scale_dots(', replace: 'if (!KEPT) { scale_dots(' },
  {
    name: 'scale of the first column for all',
    find: 'at.col + first + c, problem.n',
    replace: 'at.col + first, problem.n',
  },
];
const TILED_IN_ALL_OF_K: readonly Fault[] = [
  ...TILED_BY_ROW.slice(0, 1),
  { name: 'sums of integers lost', find: ' || k + TILE_K >= problem.k', replace: '' },
];

interface Technique extends Omit<FaultyKernel, 'format'> {
  readonly byRow: readonly Fault[];
  readonly inAllOfK: readonly Fault[];
}

/** Formats that differ from another in how many share a scale are tried with a few; wider blocks beside rows of one scale. */
function entries(suffix: string, { byRow, inAllOfK, faults, ...given }: Technique): Record<string, FaultyKernel> {
  return Object.fromEntries(
    WEIGHTS.map((w): [string, FaultyKernel] => {
      const isWide = /-(64|128|channel)$/.test(w);
      const own = !isWide ? faults : [...faults.slice(0, 2), ...(w === 'int8-channel' ? inAllOfK : byRow)];
      const format = { w, a: isWide ? 'int8-channel' : 'int8' } as const;
      return [`${w}-${suffix}`, { ...given, format, faults: [...own, ...DECODING[w]] }];
    }),
  );
}

export const INTEGER_FAULTS: Readonly<Record<string, FaultyKernel>> = {
  ...entries('dots', {
    shape: { m: 3, n: 24, k: 588 },
    layout: 'nt',
    choice: { tile: { m: 2, n: 8, k: 512 }, thread: { m: 2, n: 2 } },
    faults: FEW,
    byRow: FEW_BY_ROW,
    inAllOfK: FEW_IN_ALL_OF_K,
  }),
  ...entries('dots-tile', {
    shape: { m: 37, n: 36, k: 296 },
    layout: 'nt',
    choice: { tile: { m: 32, n: 32 }, thread: { m: 4, n: 8 } },
    faults: TILED,
    byRow: TILED_BY_ROW,
    inAllOfK: TILED_IN_ALL_OF_K,
  }),
  'int8-channel-dots-matrix': {
    shape: { m: 37, n: 52, k: 104 },
    layout: 'nt',
    format: { w: 'int8-channel', a: 'int8-channel' },
    choice: { thread: { m: 16, n: 16 } },
    faults: [
      ...COPY_BARRIERS,
      wholeSteps('k', 'TILE_K'),
      { name: 'scale of a row left out', find: 'finish4(a_block_scale(at.matrix, row, 0u) * ', replace: 'finish4(' },
      {
        name: 'scale of the first column for four',
        find: 'min(col + c, problem.n - 1u)) *',
        replace: 'min(col, problem.n - 1u)) *',
      },
      { name: 'first half of a step twice', find: 'k + i % 2u * 16u)', replace: 'k)' },
      { name: 'columns of the first subgroup for all', find: '&b_tile[block.x]', replace: '&b_tile[0u]' },
      { name: 'every subgroup in the first column', find: 'owner % BLOCKS_N * THREAD_N', replace: '0u' },
      LAST_OF_ROWS,
    ],
  },
};
