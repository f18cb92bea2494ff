/** The fault type, and faults that several kernels share. */
import type { Problem } from '../../src/gemm/problem.ts';
import type { Choice } from '../../src/kernel/program.ts';

export interface Fault {
  /** What is wrong, in a few words. */
  readonly name: string;
  /** Text of the program, all of whose occurrences are replaced. */
  readonly find: string;
  readonly replace: string;
  /** What the problem must have besides the usual for the fault to show. */
  readonly needs?: 'bias' | 'groups' | 'batch' | 'half-output';
}

export interface FaultyKernel {
  readonly shape: Pick<Problem['shape'], 'm' | 'n' | 'k'>;
  readonly format: Partial<Problem['format']>;
  readonly layout: Problem['layout'];
  /** Small tiles, so that a small problem has several and their edges. */
  readonly choice: Choice;
  readonly faults: readonly Fault[];
}

export const BARRIER = 'workgroupBarrier();';
/**
 * m is off every tile, n off tiles of 16 and more columns, k off tiles of 16 and more: a fault of the last tile does not show in
 * smaller ones. Yet n and k are on vector boundaries: unaligned loads are long code, and every fault is a compilation.
 */
export const usual = { m: 9, n: 24, k: 104 };
export const few = { m: 3, n: 24, k: 104 };
export const tail = (find: string, replace: string): Fault => ({ name: 'dropped tail tile', find, replace });
/** A loop over whole steps alone. */
export const wholeSteps = (k: string, step: string): Fault =>
  tail(`${k} < problem.k; ${k} += ${step}`, `${k} + ${step} <= problem.k; ${k} += ${step}`);
export const LAST_ROW_OF_TILE: Fault = {
  name: 'unwritten last row',
  find: 'if (row + i >= at.row_end)',
  replace: 'if (row + i + 1u >= at.row_end)',
};
export const GEMV_ROW: Fault = {
  name: 'unwritten last row',
  find: 'o < rows * QUADS',
  replace: 'o < (rows - 1u) * QUADS',
};
export const LANE_FAULTS: readonly Fault[] = [
  { name: 'missing barrier before the sum over lanes', find: BARRIER, replace: '' },
  { name: 'a lane left out of the sum', find: 'other < lanes', replace: 'other + 1u < lanes' },
];
export const GEMV_FAULTS: readonly Fault[] = [...LANE_FAULTS, GEMV_ROW];
export const COPY_BARRIERS: readonly Fault[] = [
  { name: 'missing barrier after the copy', find: `${BARRIER} // the tiles are complete`, replace: '' },
  { name: 'missing barrier before the next copy', find: `${BARRIER} // everybody has read them`, replace: '' },
];

/** Sum of f32 rounded to f16 after every step: f16 accumulation where f32 was promised. */
export const asHalf = (name: string, sum: string, added: string): Fault => ({
  name: 'f16 where f32 accumulation was promised',
  find: `${sum} += ${added};`,
  replace: `${sum} = ${name}(${sum} + ${added});`,
});

export const LAST_ROW: Fault = {
  name: 'unwritten last row',
  find: 'if (row + r < at.row_end)',
  replace: 'if (row + r + 1u < at.row_end)',
};
export const LAST_OF_ROWS = { ...LAST_ROW, find: 'if (row >= at.row_end)', replace: 'if (row + 1u >= at.row_end)' };
export const LAST_INSIDE = { ...LAST_ROW, find: 'if (row < at.row_end)', replace: 'if (row + 1u < at.row_end)' };
/** Several tiles, and several patches in each. */
export const tiled = { shape: { m: 37, n: 36, k: 104 }, choice: { tile: { m: 32, n: 32 }, thread: { m: 4, n: 4 } } };
