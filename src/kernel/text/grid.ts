/** How a problem is cut into tiles and the tiles are laid out as a grid of workgroups (docs/kernel-abi.md). */
import type { Problem } from '../../gemm/problem.ts';
import { matrices, rowRanges } from '../../gemm/shape.ts';
import type { Tile } from '../program.ts';

export interface Grid {
  /** m-tiles of one matrix, or of the whole tile table when grouped. */
  readonly tilesM: number;
  readonly tilesN: number;
  /** Workgroups that have work. */
  readonly tiles: number;
  /** Grouped: per m-tile {matrix, first row, row after the last, 0}. */
  readonly table?: readonly number[];
}

/** The tiles of `problem`; a grouped problem gets a table, since its experts have different numbers of rows. */
export function gridOf(problem: Problem, tile: Tile): Grid {
  const tilesN = Math.ceil(problem.shape.n / tile.n);
  if (!problem.groups) {
    const tilesM = Math.ceil(problem.shape.m / tile.m);
    return { tilesM, tilesN, tiles: matrices(problem) * tilesM * tilesN };
  }
  const table: number[] = [];
  for (const { matrix, first, end } of rowRanges(problem)) {
    for (let row = first; row < end; row += tile.m) table.push(matrix, row, end, 0);
  }
  const tilesM = table.length / 4;
  return { tilesM, tilesN, tiles: tilesM * tilesN, table };
}

/**
 * Folds `tiles` workgroups into x and y so that neither exceeds `most`, with fewer than y workgroups to spare.
 *
 * @returns null when even the square of `most` is too few
 */
export function fold(tiles: number, most: number): readonly [number, number, number] | null {
  const y = Math.ceil(tiles / most);
  return y > most ? null : [Math.ceil(tiles / y), y, 1];
}
