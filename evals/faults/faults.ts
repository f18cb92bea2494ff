/**
 * Faults: for every kernel, ways to break it that verification must detect. A fault is a textual change to a program (kernel or
 * prelude), the kind of mistake an author makes; the tests check that verification refuses each of them.
 */

import { BLOCK_FAULTS } from './block.ts';
import { DENSE_FAULTS } from './dense.ts';
import type { FaultyKernel } from './fault.ts';
import { HALF_FAULTS } from './half.ts';
import { INTEGER_FAULTS } from './integers.ts';

export const FAULTS: Readonly<Record<string, FaultyKernel>> = {
  ...DENSE_FAULTS,
  ...HALF_FAULTS,
  ...BLOCK_FAULTS,
  ...INTEGER_FAULTS,
};
