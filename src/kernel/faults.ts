/**
 * Faults: for every kernel, ways to break it that must not go unnoticed. A fault is a textual change to a program (kernel or
 * prelude), the kind of mistake an author makes; the tests check that verification refuses each of them.
 */
import { type Fault, type FaultyKernel, few, GEMV_FAULTS, LAST_ROW_OF_TILE, tail, usual } from './fault.ts';
import { DENSE_FAULTS } from './faults-dense.ts';
import { QUANTIZED_FAULTS } from './faults-quantized.ts';

const SWAPPED_PAIRS: Fault = {
  name: 'swapped nibble',
  find: 'low << 6u, low << 2u, low >> 2u, low >> 6u',
  replace: 'low << 2u, low << 6u, low >> 6u, low >> 2u',
};
const HALF_SCALE: Fault = { name: 'scale off by one', find: '0.25', replace: '0.125' };

export const FAULTS: Readonly<Record<string, FaultyKernel>> = {
  ...DENSE_FAULTS,
  ...QUANTIZED_FAULTS,
  mxfp4: {
    shape: usual,
    format: { w: 'mxfp4' },
    layout: 'nt',
    choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
    faults: [
      tail('k < problem.k; k += 32u', 'k + 32u <= problem.k; k += 32u'),
      SWAPPED_PAIRS,
      HALF_SCALE,
      { name: 'a half read as three quarters', find: 'word & (normal | 0xeeeeeeeeu)', replace: 'word' },
      { name: 'zero read as a half', find: '((word | normal) & 0x11111111u)', replace: '0x11111111u' },
      { name: 'scale of the next block', find: 'at.matrix, k / 32u,', replace: 'at.matrix, (k + 31u) / 32u + 1u,' },
      LAST_ROW_OF_TILE,
    ],
  },
  nvfp4: {
    shape: usual,
    format: { w: 'nvfp4' },
    layout: 'nt',
    choice: { tile: { m: 8, n: 16 }, thread: { m: 2 } },
    faults: [
      tail('k < problem.k; k += 32u', 'k + 32u <= problem.k; k += 32u'),
      SWAPPED_PAIRS,
      { name: 'scale of the previous block', find: 'at.matrix, k16 / 16u,', replace: 'at.matrix, k / 16u,' },
      { name: 'missing tensor scale', find: 'problem.tensor_scale * four', replace: 'four' },
    ],
  },
  'mxfp4-gemv': {
    shape: { ...few, k: 600 },
    format: { w: 'mxfp4' },
    layout: 'nt',
    choice: { tile: { n: 8, k: 512 } },
    faults: [...GEMV_FAULTS, SWAPPED_PAIRS, HALF_SCALE],
  },
  'nvfp4-gemv': {
    shape: { ...few, k: 600 },
    format: { w: 'nvfp4' },
    layout: 'nt',
    choice: { tile: { n: 8, k: 512 } },
    faults: [
      ...GEMV_FAULTS,
      SWAPPED_PAIRS,
      HALF_SCALE,
      { name: 'scale of the previous block', find: 'at.matrix, k16 / 16u,', replace: 'at.matrix, k / 16u,' },
    ],
  },
};
