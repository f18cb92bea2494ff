/** Faults of the kernels whose operands are f32, f16 or bf16. */
import type { Choice } from '../../src/kernel/program.ts';
import {
  asHalf,
  BARRIER,
  COPY_BARRIERS,
  type Fault,
  type FaultyKernel,
  few,
  GEMV_FAULTS,
  LAST_INSIDE,
  LAST_OF_ROWS,
  LAST_ROW,
  LAST_ROW_OF_TILE,
  tail,
  tiled,
  usual,
  wholeSteps,
} from './fault.ts';

const small: Choice = { tile: { m: 8, n: 16 } };
const TILED = { ...tiled, choice: { tile: { m: 32, n: 32, k: 16 }, thread: { m: 4, n: 4 } } };

const TILE_BARRIERS: readonly Fault[] = [...COPY_BARRIERS, wholeSteps('k0', 'TILE_K')];
const NESTED_TAIL = tail('if (k >= problem.k) { break; }', 'if (k + TILE_K >= problem.k) { break; }');

const IN_SUBGROUP: FaultyKernel = {
  shape: usual,
  format: {},
  layout: 'nt',
  choice: { tile: { m: 8 }, thread: { m: 8, n: 4 } },
  faults: [
    tail('u < min(LANES, (problem.k - k0 + 3u) / 4u)', 'u < min(LANES, (problem.k - k0 - 1u) / 4u)'),
    wholeSteps('k0', 'TILE_K'),
    {
      name: 'values of the next lane',
      find: 'subgroupShuffle(a[i][r], u)',
      replace: 'subgroupShuffle(a[i][r], u ^ 1u)',
    },
    { name: 'every lane keeps its own values', find: 'subgroupShuffle(a[i][r], u)', replace: 'a[i][r]' },
    LAST_OF_ROWS,
  ],
};

export const DENSE_FAULTS: Readonly<Record<string, FaultyKernel>> = {
  naive: {
    shape: usual,
    format: {},
    layout: 'nn',
    choice: small,
    faults: [
      tail('k < problem.k; k++', 'k + 1u < problem.k; k++'),
      {
        name: 'unwritten corner',
        find: 'var sum = 0.0;',
        replace: 'if (row + 1u == at.row_end && col + 1u == problem.n) { return; }\n  var sum = 0.0;',
      },
      { name: 'unwritten last column', find: 'col >= problem.n', replace: 'col + 1u >= problem.n' },
      asHalf('as_half', 'sum', 'load_a(at.matrix, row, k) * load_b(at.matrix, k, col)'),
      { name: 'missing bias', find: 'value + bias[matrix * problem.n + col]', replace: 'value', needs: 'bias' },
      {
        name: 'bias of the first matrix',
        find: 'bias[matrix * problem.n + col]',
        replace: 'bias[col]',
        needs: 'batch',
      },
      {
        name: 'wrong batch offset',
        find: '(matrix * problem.k + k) * problem.n',
        replace: 'k * problem.n',
        needs: 'batch',
      },
      { name: 'wrong group offset', find: 'tile.x, tile.y,', replace: 'tile.x, tile.y + 1u,', needs: 'groups' },
      { name: 'weights of the wrong expert', find: 'Place(live, tile.x,', replace: 'Place(live, 0u,', needs: 'groups' },
      {
        name: 'halves of a word swapped',
        find: '16u * (e & 1u);',
        replace: '16u * (1u - (e & 1u));',
        needs: 'half-output',
      },
    ],
  },
  'shared-tile': { shape: usual, format: {}, layout: 'nn', choice: small, faults: TILE_BARRIERS },
  'register-tile': {
    ...TILED,
    format: {},
    layout: 'nn',
    faults: [
      ...TILE_BARRIERS,
      LAST_ROW,
      { name: 'two rows of a patch exchanged', find: 'b * a.x, b * a.y', replace: 'b * a.y, b * a.x' },
    ],
  },
  'nested-tile': {
    ...TILED,
    format: {},
    layout: 'nn',
    faults: [
      ...COPY_BARRIERS,
      NESTED_TAIL,
      { name: 'first tiles whole', find: 'k + u < end', replace: 'k + u < end + TILE_K' },
      { name: 'the same tiles again', find: 'spots_b[i] += ahead_b(TILE_K);', replace: '' },
      LAST_ROW,
      { name: 'two rows of a patch exchanged', find: 'b * a.x, b * a.y', replace: 'b * a.y, b * a.x' },
    ],
  },
  'double-buffer': {
    ...TILED,
    format: {},
    layout: 'nn',
    faults: [
      { name: 'missing barrier after the first stage', find: `${BARRIER} // the first stage`, replace: '// the first' },
      { name: 'missing barrier after a stage', find: `${BARRIER} // the next stage`, replace: '// the next stage' },
      { name: 'the next tile over this one', find: 'put(1u - stage', replace: 'put(stage' },
      wholeSteps('k0', 'TILE_K'),
      LAST_ROW,
    ],
  },
  'split-k': {
    shape: { m: 9, n: 24, k: 204 },
    format: {},
    layout: 'nt',
    choice: { tile: { m: 8, n: 16, k: 64 } },
    faults: [
      { name: 'missing barrier in the tree', find: BARRIER, replace: '' },
      { name: 'the last additions left out', find: 'half > 0u', replace: 'half > 1u' },
      tail('4u * slice < over ||', '4u * slice + 4u < over ||'),
      { name: 'a turn left out', find: 'turn >= problem.k / TILE_K', replace: 'turn + 1u >= problem.k / TILE_K' },
      { name: 'the same elements of A again', find: 'of_a += ahead_a(TILE_K);', replace: '' },
      LAST_ROW,
    ],
  },
  direct: {
    shape: usual,
    format: {},
    layout: 'nt',
    choice: small,
    faults: [
      tail('k < problem.k; k += 4u', 'k + 4u < problem.k; k += 4u'),
      LAST_OF_ROWS,
      { name: 'a patch of B not turned', find: 'return transpose(mat4x4<In>(', replace: 'return (mat4x4<In>(' },
    ],
  },
  'outer-product': {
    shape: usual,
    format: {},
    layout: 'nn',
    choice: { ...small, thread: { m: 8 } },
    faults: [
      tail('k < problem.k; k++', 'k + 1u < problem.k; k++'),
      LAST_OF_ROWS,
      { name: 'one row for four', find: 'min(row + r,', replace: 'min(row,' },
      { name: 'quads of a thread side by side', find: '4u * WORKGROUP_X * j);', replace: '4u * j);' },
    ],
  },
  subgroup: IN_SUBGROUP,
  texture: {
    ...IN_SUBGROUP,
    faults: [
      ...IN_SUBGROUP.faults,
      { name: 'the texel before', find: 'index & 4095u', replace: '(index - 1u) & 4095u' },
    ],
  },
  'subgroup-matrix': {
    shape: { m: 37, n: 36, k: 72 },
    format: { w: 'f16', a: 'f16' },
    layout: 'nn',
    choice: {},
    faults: [
      ...TILE_BARRIERS,
      { name: 'missing barrier before a block is stored', find: `${BARRIER} // one matrix`, replace: '// one matrix' },
      { name: 'missing barrier before the next block', find: `${BARRIER} // and stored`, replace: '' },
      { name: 'every subgroup in the first block', find: 'block % BLOCKS_N * THREAD_N', replace: '0u' },
      LAST_INSIDE,
    ],
  },
  'matrix-tile': {
    shape: { m: 37, n: 36, k: 72 },
    format: { w: 'f16', a: 'f16' },
    layout: 'nn',
    choice: { thread: { m: 16, n: 16 } }, // few matrices, because lavapipe takes long to compile many
    faults: [
      ...COPY_BARRIERS,
      NESTED_TAIL,
      { name: 'first tiles whole', find: '< vec4<u32>(end)', replace: '< vec4<u32>(end + TILE_K)' },
      { name: 'the same tiles again', find: 'spots_a[i] += ahead_a(TILE_K);', replace: '' },
      { name: 'missing barrier before a matrix is stored', find: `${BARRIER} // one matrix`, replace: '// one matrix' },
      { name: 'missing barrier before the next matrix', find: `${BARRIER} // and stored`, replace: '' },
      { name: 'every subgroup in the first column', find: 'owner % BLOCKS_N * THREAD_N', replace: '0u' },
      { name: 'columns of the first subgroup for all', find: '&b_tile[block.x]', replace: '&b_tile[0u]' },
      LAST_INSIDE,
    ],
  },
  gemv: {
    shape: few,
    format: {},
    layout: 'nn',
    choice: { tile: { n: 16, k: 64 } },
    faults: [...GEMV_FAULTS, tail('k < problem.k; k += TILE_K', 'k + 4u < problem.k; k += TILE_K')],
  },
  'gemv-ahead': {
    shape: { ...few, k: 363 },
    format: {},
    layout: 'nn',
    choice: { tile: { m: 1, n: 16, k: 64 }, thread: { m: 1 } },
    faults: [
      ...GEMV_FAULTS,
      { name: 'what k leaves over is left out', find: 'if (here > over ||', replace: 'if (here >= 0u ||' },
      tail('here == over && vectors == problem.k', 'here == over'),
      { name: 'turns from the start of k', find: 'at.row_end, over + 4u * lane)', replace: 'at.row_end, 4u * lane)' },
      { name: 'the same elements of B again', find: 'of_b += ahead_b(STEPS * TILE_K);', replace: '' },
      { name: 'the first step twice', find: 'of_b + ahead_b(s * TILE_K)', replace: 'of_b' },
    ],
  },
  'gemv-direct': {
    shape: few,
    format: {},
    layout: 'nt',
    choice: {},
    faults: [
      tail('k < problem.k; k += 4u', 'k + 4u < problem.k; k += 4u'),
      { ...LAST_ROW_OF_TILE, find: 'if (at.row + i >= at.row_end)', replace: 'if (at.row + i + 1u >= at.row_end)' },
    ],
  },
  'gemv-walk': {
    shape: few,
    format: {},
    layout: 'nn',
    choice: { tile: { n: 16 } },
    faults: [
      tail('k < end; k += 4u', 'k + 4u < end; k += 4u'),
      { name: 'first row of A for all', find: 'a_index(at.matrix, at.row, 0u)', replace: 'a_index(at.matrix, 0u, 0u)' },
      {
        name: 'columns of the first thread',
        find: 'b_index(at.matrix, 0u, col)',
        replace: 'b_index(at.matrix, 0u, at.col)',
      },
      { name: 'a row of B read twice', find: 'of_b + 3u * n', replace: 'of_b + 2u * n' },
    ],
  },
};
