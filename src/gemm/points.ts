import { hash, keysOf } from './generator.ts';
import type { Problem } from './problem.ts';
import { type RowRange, rowRanges } from './shape.ts';

/** One element of C: row over all batch entries or experts, and column. */
export interface Point {
  readonly row: number;
  readonly col: number;
}

/** Tile sizes whose edges kernels get wrong: the last element of one tile, the first of the next. */
const TILES = [16, 32, 64, 128];
/** Matrices of a batch or a group that get tile-edge points; all get corners while the budget lasts. */
const EDGED_MATRICES = 8;
const EDGE_POINTS = 64;
const RANDOM_POINTS = 256;
/** Keeps sampling away from the streams that fill operands. */
const SAMPLE_STREAM = 17;

/**
 * Where to check C against the reference: deterministic in (problem, seed), without repeats, in this order of importance
 * as far as `limitMacs` (points·k) allows:
 * 1. the four corners of every C with rows, first and last matrix first
 * 2. pairs of rows and columns on either side of tile edges (multiples of 16, 32, 64, 128), for a spread of matrices
 * 3. points drawn evenly over C
 * 4. the whole first and last row and first and last column, or an even share of each
 *
 * At least the corners of one C are returned, whatever the limit.
 */
export function samplePoints(problem: Problem, seed: number, limitMacs: number): Point[] {
  const { n, k } = problem.shape;
  const ranges = rowRanges(problem).filter(({ first, end }) => end > first);
  const keys = keysOf(seed, SAMPLE_STREAM);
  let counter = 0;
  const below = (limit: number) => Math.floor((hash(keys, counter++) / 2 ** 32) * limit);
  const chosen = new PointSet(n, Math.max(4, Math.floor(limitMacs / k)));
  for (const range of outsideIn(ranges)) chosen.add(corners(range, n));
  for (const range of evenly(ranges, EDGED_MATRICES)) chosen.add(tileEdges(range, n, below));
  const rows = ranges.at(-1)?.end ?? 0;
  chosen.add(Array.from({ length: RANDOM_POINTS }, () => ({ row: below(rows), col: below(n) })));
  chosen.add(borders(rows, n, chosen.left, below));
  return chosen.points;
}

/** Distinct points up to a limit, in the order they came. */
class PointSet {
  readonly points: Point[] = [];
  readonly #n: number;
  readonly #limit: number;
  readonly #seen = new Set<number>();

  constructor(n: number, limit: number) {
    this.#n = n;
    this.#limit = limit;
  }

  get left(): number {
    return this.#limit - this.points.length;
  }

  add(points: readonly Point[]): void {
    for (const point of points) {
      const id = point.row * this.#n + point.col;
      if (this.left <= 0) return;
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      this.points.push(point);
    }
  }
}

/** First, last, second, last but one, … */
function outsideIn<T>(items: readonly T[]): T[] {
  return items.map((_, i) => items[i % 2 === 0 ? i / 2 : items.length - (i + 1) / 2] as T);
}

/** At most `limit` items, evenly spaced, the first and the last among them. */
function evenly<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, i) => items[Math.round((i * (items.length - 1)) / (limit - 1))] as T);
}

function corners({ first, end }: RowRange, n: number): Point[] {
  return [first, end - 1].flatMap((row) => [0, n - 1].map((col) => ({ row, col })));
}

function tileEdges({ first, end }: RowRange, n: number, below: (limit: number) => number): Point[] {
  const rows = edgesWithin(end - first);
  const cols = edgesWithin(n);
  return Array.from({ length: EDGE_POINTS }, (_, i) => ({
    row: first + (rows[below(rows.length)] ?? 0),
    // Columns take turns, so that each edge is met even where there is one row only.
    col: cols[i % cols.length] ?? 0,
  }));
}

/** Positions next to tile edges: around the first edge, and around the last one, where the ragged tail begins. */
function edgesWithin(length: number): number[] {
  const edges = TILES.flatMap((tile) => [tile, Math.floor(length / tile) * tile]);
  const positions = edges.flatMap((edge) => [edge - 1, edge]).filter((position) => position >= 0 && position < length);
  return [...new Set([0, ...positions, length - 1])];
}

/** The four border lines of C: whole when `budget` allows, else the same share of each, drawn without repeats. */
function borders(rows: number, n: number, budget: number, below: (limit: number) => number): Point[] {
  const share = Math.min(1, Math.max(0, budget) / (2 * (rows + n)));
  const along = (length: number) => {
    const count = Math.floor(length * share);
    // One draw from each of `count` equal stretches.
    return Array.from({ length: count }, (_, i) => {
      const start = Math.floor((i * length) / count);
      return start + below(Math.floor(((i + 1) * length) / count) - start);
    });
  };
  return [
    ...[0, rows - 1].flatMap((row) => along(n).map((col) => ({ row, col }))),
    ...[0, n - 1].flatMap((col) => along(rows).map((row) => ({ row, col }))),
  ];
}
