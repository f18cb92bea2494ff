import { biasAt, operandA, operandB, rangeFinder } from './operands.ts';
import type { Point } from './points.ts';
import { type Distribution, type DistributionName, type Problem, partsOf } from './problem.ts';
import { type RowRange, rowRanges } from './shape.ts';

export { type Point, samplePoints } from './points.ts';

/** Values of C at the requested points, in their order. */
export interface Reference {
  /** From the operands as the kernel sees them, rounded and dequantized: the right answer. */
  readonly exact: Float64Array;
  /** From the operands before rounding to their formats; the distance to `exact` is the price of the formats. */
  readonly unquantized: Float64Array;
}

/** Elements of A held at a time, per version (stored, drawn): 2^21 f64 are 16 MiB. */
const HELD_ELEMENTS = 2 ** 21;

/**
 * C in f64 at chosen points: dot products of regenerated operands, plus the bias. Output rounding is not applied.
 *
 * Operands are regenerated line by line: per chunk of rows of A, every column of B that has points there is drawn once, so
 * generation costs about (rows + columns)·k and not points·k. The f64 sum itself is off by at most k·2^-53 of Σ|a·b|,
 * nothing beside any format that a GPU accumulates in.
 *
 * @throws RangeError for a point outside C.
 */
export function referenceAt(
  problem: Problem,
  seed: number,
  distribution: Distribution,
  points: readonly Point[],
): Reference {
  const { n, k } = problem.shape;
  const result = { exact: new Float64Array(points.length), unquantized: new Float64Array(points.length) };
  const a = operandA(problem, seed, distribution);
  const b = operandB(problem, seed, distribution);
  const bias = biasAt(problem, seed, distribution);
  const column = { stored: new Float64Array(k), drawn: new Float64Array(k) };
  for (const chunk of chunksOfRows(located(problem, points), Math.max(1, Math.floor(HELD_ELEMENTS / k)))) {
    const rows = new Map<number, { stored: Float64Array; drawn: Float64Array }>();
    let line = -1;
    for (const { index, row, col, matrix } of chunk) {
      if (matrix * n + col !== line) {
        line = matrix * n + col;
        b.read(line, column.stored, column.drawn);
      }
      let held = rows.get(row);
      if (!held) {
        held = { stored: new Float64Array(k), drawn: new Float64Array(k) };
        a.read(row, held.stored, held.drawn);
        rows.set(row, held);
      }
      const added = bias(matrix, col);
      result.exact[index] = dot(held.stored, column.stored) + added;
      result.unquantized[index] = dot(held.drawn, column.drawn) + added;
    }
  }
  return result;
}

interface Located extends Point {
  readonly index: number;
  readonly matrix: number;
}

function located(problem: Problem, points: readonly Point[]): Located[] {
  const rangeOf = rangeFinder<RowRange>(rowRanges(problem));
  return points.map(({ row, col }, index) => {
    if (!Number.isInteger(col) || col < 0 || col >= problem.shape.n) {
      throw new RangeError(`column ${col} lies outside the problem`);
    }
    return { index, row, col, matrix: rangeOf(row).matrix };
  });
}

/** Splits points into chunks of at most `limit` different rows, each chunk ordered by column of B. */
function chunksOfRows(points: Located[], limit: number): Located[][] {
  const chunks: Located[][] = [];
  let chunk: Located[] = [];
  let rows = 0;
  let row = -1;
  for (const point of points.toSorted((p, q) => p.row - q.row)) {
    if (point.row !== row) {
      row = point.row;
      rows += 1;
      if (rows > limit) {
        chunks.push(chunk);
        chunk = [];
        rows = 1;
      }
    }
    chunk.push(point);
  }
  chunks.push(chunk);
  return chunks.map((members) => members.sort((p, q) => p.matrix - q.matrix || p.col - q.col));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Variance of one operand value: an Irwin–Hall sum of four uniforms of width 2, one uniform of width 2, or outliers among such sums. */
const VARIANCE: Readonly<Record<DistributionName, number>> = {
  normal: 4 / 3,
  uniform: 1 / 3,
  outliers: ((127 + 32 ** 2) / 128) * (4 / 3),
};

/**
 * Root mean square an element of C is expected to have, bias aside: √k times the variance of an operand value. A C of very few
 * elements can have a much smaller one by chance, and errors relative to that would say nothing about the kernel.
 */
export function expectedRms(problem: Problem, distribution: Distribution): number {
  const { name, amplitude } = partsOf(distribution);
  return Math.sqrt(problem.shape.k) * VARIANCE[name] * amplitude ** 2;
}
