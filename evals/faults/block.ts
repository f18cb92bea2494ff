/** Faults of the kernels that decode blocks of codes: those of a technique, for each format that it serves, and the format's. */
import { type Fault, type FaultyKernel, few, GEMV_FAULTS, LAST_ROW_OF_TILE, tail, usual } from './fault.ts';

const ALL = [
  ...(['mxfp4', 'nvfp4', 'int4', 'fp8', 'fp8-channel', 'fp8-tensor'] as const),
  ...(['mxfp8', 'int8', 'int4-64', 'int4-128'] as const),
] as const;
type BlockFormat = (typeof ALL)[number];

interface Technique extends Omit<FaultyKernel, 'format'> {
  readonly formats: readonly BlockFormat[];
  readonly name: (w: BlockFormat) => string;
  /** Faults that show where several blocks along k have scales of their own, and neighbouring columns too. */
  readonly scaling: readonly Fault[];
  /** Faults that show with one format only. */
  readonly of?: Partial<Record<BlockFormat, readonly Fault[]>>;
}

const SWAPPED_PAIRS: Fault = {
  name: 'swapped nibble',
  find: 'low << 6u, low << 2u, low >> 2u, low >> 6u',
  replace: 'low << 2u, low << 6u, low >> 6u, low >> 2u',
};
const TENSOR_SCALE: Fault = { name: 'missing tensor scale', find: 'problem.tensor_scale * ', replace: '' };

const INT4: readonly Fault[] = [
  { name: 'sign of a code lost', find: 'word ^ 0x88888888u', replace: 'word' },
  {
    name: 'swapped nibble',
    find: 'vec4<u32>(28u, 24u, 20u, 16u)',
    replace: 'vec4<u32>(24u, 28u, 20u, 16u)',
  },
];

const FP8: readonly Fault[] = [
  { name: 'scale off by one', find: '0x1p8f', replace: '0x1p7f' },
  { name: 'codes exchanged', find: 'zero_two.x, one_three.x', replace: 'one_three.x, zero_two.x' },
  { name: 'sign of a code lost', find: '((even & 0x00800080u) << 8u)', replace: '0u' },
];

/** Mistakes in decoding a format, whatever the technique. */
const DECODING: Readonly<Record<BlockFormat, readonly Fault[]>> = {
  mxfp4: [
    SWAPPED_PAIRS,
    { name: 'scale off by one', find: '0x1p14f', replace: '0x1p13f' },
    { name: 'a half read as three quarters', find: 'word & (normal | 0xeeeeeeeeu)', replace: 'word' },
    { name: 'zero read as a half', find: '((word | normal) & 0x11111111u)', replace: '0x11111111u' },
  ],
  nvfp4: [SWAPPED_PAIRS, TENSOR_SCALE],
  fp8: FP8,
  'fp8-channel': FP8.slice(0, 1),
  'fp8-tensor': FP8.slice(0, 1),
  mxfp8: [{ name: 'scale off by one', find: '0x1p16f', replace: '0x1p15f' }, ...FP8.slice(1)],
  int8: [
    {
      name: 'sign of a code lost',
      find: 'vec4<i32>(bitcast<i32>(word)) <<',
      replace: 'vec4<i32>(bitcast<i32>(word & 0x7f7f7f7fu)) <<',
    },
    { name: 'codes exchanged', find: 'vec4<u32>(24u, 16u, 8u, 0u)', replace: 'vec4<u32>(16u, 24u, 8u, 0u)' },
  ],
  int4: INT4,
  'int4-64': INT4.slice(0, 1),
  'int4-128': INT4.slice(0, 1),
};

const TAIL_BLOCK = tail('k < problem.k; k += 32u', 'k + 32u <= problem.k; k += 32u');
const TAIL_STEP = tail('k < problem.k; k += SCALE_STEP', 'k + SCALE_STEP <= problem.k; k += SCALE_STEP');
const SCALE_OF_FIRST: Fault = {
  name: 'scale of the first block',
  find: 'block_scale(at.matrix, k,',
  replace: 'block_scale(at.matrix, 0u,',
};
const SCALE_BEFORE: Fault = {
  ...SCALE_OF_FIRST,
  name: 'scale of the previous block',
  replace: 'block_scale(at.matrix, k & ~16u,',
};
const CODES_OF_FIRST: Fault = {
  name: 'codes of the first block',
  find: 'codes_b(at.matrix, k,',
  replace: 'codes_b(at.matrix, 0u,',
};
const GEMV_SCALE_OF_FIRST: Fault = {
  name: 'scale of the first block',
  find: 'block_scale(at.matrix, first,',
  replace: 'block_scale(at.matrix, 0u,',
};
const GEMV_SCALE_BEFORE: Fault = {
  ...GEMV_SCALE_OF_FIRST,
  name: 'scale of the previous block',
  replace: 'block_scale(at.matrix, k,',
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
  scaling: [SCALE_OF_FIRST],
  of: { nvfp4: [SCALE_BEFORE] },
};

const gemv: Technique = {
  formats: ALL,
  name: (w) => `${w}-gemv`,
  shape: { ...few, k: 600 },
  layout: 'nt',
  choice: { tile: { n: 8, k: 512 } },
  faults: [...GEMV_FAULTS, NEXT_LEFT_OUT],
  scaling: [GEMV_SCALE_OF_FIRST],
  of: { nvfp4: [GEMV_SCALE_BEFORE] },
};

const E2M1_SIGN: Fault = {
  name: 'sign of a code lost',
  find: 'word & 0x88888888u',
  replace: 'word & 0x88880000u',
};

/** One function decodes both operands, so swapping codes in it changes no product: these have other faults of decoding. */
const both: Technique = {
  formats: ALL.filter((w) => !w.startsWith('int')),
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
  scaling: [SCALE_OF_FIRST],
  of: {
    mxfp4: [E2M1_SIGN, { name: 'scale off by one', find: '0x1p-4f', replace: '0x1p-5f' }],
    fp8: [{ name: 'scale off by one', find: '0x1p16f', replace: '0x1p15f' }],
    mxfp8: [{ name: 'scale off by one', find: '0x1p16f', replace: '0x1p15f' }],
    nvfp4: [
      E2M1_SIGN,
      SCALE_BEFORE,
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
    { name: 'unwritten last row', find: 'if (row >= at.row_end)', replace: 'if (row + 1u >= at.row_end)' },
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
    tail('k < problem.k; k += TILE_K', 'k + TILE_K <= problem.k; k += TILE_K'),
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

/** Formats that differ from another in how many share a scale are tried with a few. */
function faultsOf({ name, faults, scaling, of }: Technique, w: BlockFormat): readonly Fault[] {
  const own = of?.[w] ?? [];
  const decoding = name(w).endsWith('-both') ? [] : DECODING[w];
  if (/-(channel|tensor|64|128)$/.test(w)) return [...faults.slice(0, 2), ...decoding];
  return [...faults, ...(w === 'fp8' ? [] : scaling), ...decoding, ...own];
}

/** Integers are no activations here. */
function asActivations(w: BlockFormat) {
  if (w === 'int8' || w === 'int4' || w === 'int4-64' || w === 'int4-128')
    throw new RangeError(`${w} is no format of activations`);
  return w;
}

/** Formats with zero points, of which one kernel takes what blocks add to every code. */
const ZERO_POINTS = ['int4-zp', 'int4-64-zp', 'int4-128-zp'] as const;
const zeroPoints = (w: (typeof ZERO_POINTS)[number]): FaultyKernel => ({
  format: { w },
  shape: { ...usual, k: 200 },
  layout: 'nt',
  choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
  faults: [
    TAIL_BLOCK,
    { name: 'zero points left out', find: 'b.lo - zeros[c]', replace: 'b.lo' },
    { name: 'zero point of the first block', find: 'block_zero(at.matrix, k,', replace: 'block_zero(at.matrix, 0u,' },
    { name: 'scale of the first block', find: 'block_scale(at.matrix, k,', replace: 'block_scale(at.matrix, 0u,' },
    { name: 'swapped nibble', find: 'vec4<u32>(0u, 4u, 8u, 12u)', replace: 'vec4<u32>(4u, 0u, 8u, 12u)' },
    LAST_ROW_OF_TILE,
  ],
});

/** A fault list for each kernel that these techniques make. */
export const BLOCK_FAULTS: Readonly<Record<string, FaultyKernel>> = Object.fromEntries([
  ...ZERO_POINTS.map((w) => [w, zeroPoints(w)] as const),
  ...[block, gemv, both, subgroup, ring].flatMap((technique) =>
    technique.formats.map((w): [string, FaultyKernel] => {
      const { name, shape, layout, choice } = technique;
      const format = technique === both ? { w, a: asActivations(w) } : { w };
      return [name(w), { shape, layout, choice, format, faults: faultsOf(technique, w) }];
    }),
  ),
]);
