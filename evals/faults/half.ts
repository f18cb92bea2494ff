/** Faults of the kernels that are for 16-bit operands. */
import type { Choice } from '../../src/kernel/program.ts';
import { BARRIER, type Fault, type FaultyKernel, LAST_ROW, LAST_ROW_OF_TILE, tail, usual } from './fault.ts';

const small: Choice = { tile: { m: 8, n: 16 } };

const PATCH_FAULTS: readonly Fault[] = [tail('k < problem.k; k += 4u', 'k + 4u < problem.k; k += 4u'), LAST_ROW];

const PACKED = {
  shape: { ...usual, n: 40 },
  choice: { tile: { m: 8, n: 32 }, thread: { m: 2 } },
  faults: [tail('k < problem.k; k += 8u', 'k + 8u < problem.k; k += 8u'), LAST_ROW_OF_TILE],
};

export const HALF_FAULTS: Readonly<Record<string, FaultyKernel>> = {
  'packed-f16': {
    ...PACKED,
    format: { w: 'f16' },
    layout: 'nt',
    faults: [
      ...PACKED.faults,
      {
        name: 'two words exchanged',
        find: 'unpack2x16float(words.x), unpack2x16float(words.y)',
        replace: 'unpack2x16float(words.y), unpack2x16float(words.x)',
      },
      {
        name: 'f16 where f32 accumulation was promised',
        find: 'let value = dot(a[i].lo, b.lo) + dot(a[i].hi, b.hi);',
        replace: 'let value = as_half(dot(a[i].lo, b.lo) + dot(a[i].hi, b.hi));',
      },
    ],
  },
  'packed-bf16': {
    ...PACKED,
    format: { w: 'bf16' },
    layout: 'nn',
    faults: [
      ...PACKED.faults,
      {
        name: 'a fraction bit lost',
        find: 'words & vec2<u32>(0xffff0000u)',
        replace: 'words & vec2<u32>(0xfffe0000u)',
      },
      { name: 'halves of a word swapped', find: 'even.x, odd.x', replace: 'odd.x, even.x' },
    ],
  },
  'native-f16': {
    shape: usual,
    format: { w: 'f16', a: 'f16' },
    layout: 'nt',
    choice: small,
    faults: [
      ...PATCH_FAULTS,
      { name: 'f16 where f32 accumulation was promised', find: 'alias Acc = f32;', replace: 'alias Acc = f16;' },
    ],
  },
  'nested-tile-f16': {
    shape: { m: 37, n: 36, k: 104 },
    format: { w: 'f16', a: 'f16', acc: 'f16' },
    layout: 'nt',
    choice: { tile: { m: 32, n: 32, k: 16 }, thread: { m: 4, n: 4 } },
    faults: [
      { name: 'missing barrier after the copy', find: `${BARRIER} // the tiles are complete`, replace: '' },
      tail('if (k >= problem.k) { break; }', 'if (k + TILE_K >= problem.k) { break; }'),
      { name: 'first tiles whole', find: 'k + u < end', replace: 'k + u < end + TILE_K' },
      LAST_ROW,
    ],
  },
  'native-f16-acc': {
    shape: usual,
    format: { w: 'f16', a: 'f16', acc: 'f16' },
    layout: 'nt',
    choice: small,
    faults: PATCH_FAULTS,
  },
};
