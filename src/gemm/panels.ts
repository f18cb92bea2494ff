/**
 * Panels: a problem whose operands exceed what one buffer may hold, cut into smaller problems that fit.
 *
 * Nothing is summed across panels (k is never cut), so every panel is a GEMM of its own with the same k, formats and layout:
 * whole matrices (batch entries, experts) where they fit, else rows of A and columns of B of one matrix. Each operand of
 * a panel is a dense buffer laid out as for any other problem; its values are those of the uncut operand.
 */
import type { Groups, Problem } from './problem.ts';
import { operandBytes, type RowRange, rowRanges } from './shape.ts';

export interface Panel {
  /** What the panel computes: C[row…, col…] of the matrices from `matrix` on. */
  readonly problem: Problem;
  /** First of its matrices. */
  readonly matrix: number;
  /** First of its rows, counted over all matrices. */
  readonly row: number;
  /** First of its columns. */
  readonly col: number;
}

/** Cut rows and columns are multiples of this, so that vectors and block rows start where they start in the whole. */
const ALIGNMENT = 32;

/** Columns that share scales are not cut apart. */
function columnAlignment({ scale }: Problem): number {
  return Math.max(ALIGNMENT, typeof scale?.lines === 'number' ? scale.lines : 1);
}

/**
 * The panels of `problem` when no buffer may exceed `maxBytes`: one when all operands and C fit as they are. Experts
 * without rows are left out of panels where nobody has rows. In order of matrix, row, column.
 *
 * @returns null when even 32 rows and columns of one matrix do not fit
 */
export function panelsOf(problem: Problem, maxBytes: number): Panel[] | null {
  const fits = (part: Problem) => Object.values(operandBytes(part)).every((bytes) => bytes <= maxBytes);
  if (fits(problem)) return [{ problem, matrix: 0, row: 0, col: 0 }];
  const ranges = rowRanges(problem);
  const panels: Panel[] = [];
  for (let matrix = 0; matrix < ranges.length; ) {
    let count = 1;
    while (matrix + count < ranges.length && fits(ofMatrices(problem, ranges, matrix, count + 1))) count += 1;
    const part = ofMatrices(problem, ranges, matrix, count);
    const row = ranges[matrix]?.first ?? 0;
    if (part.shape.m > 0) {
      const cells = fits(part) ? [{ problem: part, matrix: 0, row: 0, col: 0 }] : cellsOf(part, fits);
      if (cells.length === 0) return null;
      panels.push(...cells.map((cell) => ({ ...cell, matrix, row: row + cell.row })));
    }
    matrix += count;
  }
  return panels;
}

function ofMatrices(problem: Problem, ranges: readonly RowRange[], matrix: number, count: number): Problem {
  const counts = ranges.slice(matrix, matrix + count).map(({ first, end }) => end - first);
  if (problem.groups) return withRows(problem, { experts: count, rows: counts });
  return { ...problem, shape: { ...problem.shape, batch: count } };
}

function withRows(problem: Problem, groups: Groups): Problem {
  return { ...problem, shape: { ...problem.shape, m: groups.rows.reduce((sum, rows) => sum + rows, 0) }, groups };
}

/** One matrix in as few cells as fit, of nearly equal size: first columns as wide as B allows, then rows. Empty when none fits. */
function cellsOf(problem: Problem, fits: (part: Problem) => boolean): Panel[] {
  const { m, n } = problem.shape;
  const least = Math.min(m, ALIGNMENT);
  const width = largest(n, columnAlignment(problem), (cols) => fits(cell(problem, least, cols)));
  const height = width && largest(m, ALIGNMENT, (rows) => fits(cell(problem, rows, width)));
  if (!width || !height) return [];
  const panels: Panel[] = [];
  for (let row = 0; row < m; row += height) {
    for (let col = 0; col < n; col += width) {
      const part = cell(problem, Math.min(height, m - row), Math.min(width, n - col));
      panels.push({ problem: part, matrix: 0, row, col });
    }
  }
  return panels;
}

function cell(problem: Problem, m: number, n: number): Problem {
  const sized = { ...problem, shape: { ...problem.shape, m, n } };
  return problem.groups ? withRows(sized, { experts: 1, rows: [m] }) : sized;
}

/** Parts of `extent`, aligned and nearly equal, as few as fit; null when not even the smallest does. */
function largest(extent: number, unit: number, fits: (size: number) => boolean): number | null {
  if (fits(extent)) return extent;
  let [low, high] = [0, Math.ceil(extent / unit)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(Math.min(extent, middle * unit))) low = middle;
    else high = middle;
  }
  if (low === 0) return null;
  const parts = Math.ceil(extent / (low * unit));
  return Math.ceil(extent / parts / unit) * unit;
}
