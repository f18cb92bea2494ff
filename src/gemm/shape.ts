import { activationScale, BIAS_BYTES, bitsOf, scalesBytes } from './formats/scale.ts';
import type { Problem } from './problem.ts';

/** Number of B matrices: the experts of a grouped GEMM, else the batch. */
export function matrices(problem: Problem): number {
  return problem.groups ? problem.groups.experts : problem.shape.batch;
}

/** Rows of C (and of A) over all batch entries or experts. */
export function rows(problem: Problem): number {
  const { groups, shape } = problem;
  return groups ? groups.rows.reduce((sum, count) => sum + count, 0) : shape.batch * shape.m;
}

/** Rows of C that one B matrix produces: `first` up to but not including `end`. */
export interface RowRange {
  readonly matrix: number;
  readonly first: number;
  readonly end: number;
}

/** The row range of every B matrix, in order; empty (`first === end`) for an expert that no token chose. */
export function rowRanges(problem: Problem): RowRange[] {
  const counts = problem.groups?.rows ?? new Array<number>(problem.shape.batch).fill(problem.shape.m);
  let first = 0;
  return counts.map((count, matrix) => {
    const range = { matrix, first, end: first + count };
    first = range.end;
    return range;
  });
}

/** Floating-point operations, a multiply-add counted as two: 2·batch·m·n·k, or 2·n·k·Σ rows when grouped. */
export function flop(problem: Problem): number {
  return 2 * rows(problem) * problem.shape.n * problem.shape.k;
}

/** B matrices with work to do: experts with at least one row, or the whole batch. */
export function touchedMatrices(problem: Problem): number {
  return problem.groups ? problem.groups.rows.filter((count) => count > 0).length : problem.shape.batch;
}

/**
 * Bytes a launch must move at least: every operand read once and C written once, block scales and bias included,
 * alignment padding excluded. Experts without rows are never read. The denominator of arithmetic intensity.
 */
export function bytes(problem: Problem): number {
  const { format, scale, bias, shape } = problem;
  const { n, k } = shape;
  const total = rows(problem);
  const a = total * Math.ceil((k * bitsOf(format.a)) / 8) + scalesBytes(activationScale(problem), k, total, 1);
  const codes = Math.ceil((k * bitsOf(format.w)) / 8);
  const perColumn = codes + (bias ? BIAS_BYTES : 0);
  const touched = touchedMatrices(problem);
  return a + bytesWritten(problem) + touched * n * perColumn + scalesBytes(scale, k, n, touched);
}

/** Bytes of C, the part of `bytes` that a launch writes. */
export function bytesWritten(problem: Problem): number {
  return (rows(problem) * problem.shape.n * bitsOf(problem.format.out)) / 8;
}

/** FLOP per byte of compulsory traffic: `flop / bytes`; 0 where there is none. */
export function arithmeticIntensity(problem: Problem): number {
  const moved = bytes(problem);
  return moved === 0 ? 0 : flop(problem) / moved;
}

/** Byte lengths of the buffers of one problem, each a multiple of 16; 0 where the problem has no such buffer. */
export interface OperandBytes {
  readonly a: number;
  readonly b: number;
  /** Block scales of B. */
  readonly scales: number;
  /** Block scales of A. */
  readonly aScales: number;
  readonly bias: number;
  readonly c: number;
}

/** Codes per stored row of a scaled format: k padded to whole groups of 32. */
export function paddedCodes(k: number): number {
  return Math.ceil(k / 32) * 32;
}

/** Buffer lengths in bytes as the kernel ABI lays operands out (docs/kernel-abi.md). All matrices count, touched or not. */
export function operandBytes(problem: Problem): OperandBytes {
  const { format, scale, bias, shape } = problem;
  const { n, k } = shape;
  const total = rows(problem);
  const columns = matrices(problem) * n;
  const ofA = activationScale(problem);
  return {
    a: padded((total * (ofA ? paddedCodes(k) : k) * bitsOf(format.a)) / 8),
    b: padded((columns * (scale ? paddedCodes(k) : k) * bitsOf(format.w)) / 8),
    scales: padded(scalesBytes(scale, k, n, matrices(problem))),
    aScales: padded(scalesBytes(ofA, k, total, 1)),
    bias: bias ? padded(columns * BIAS_BYTES) : 0,
    c: padded((total * n * bitsOf(format.out)) / 8),
  };
}

function padded(byteLength: number): number {
  return Math.ceil(byteLength / 16) * 16;
}
