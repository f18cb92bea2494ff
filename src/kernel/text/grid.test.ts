import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rows } from '../../gemm/shape.ts';
import { problemOf } from '../testdata/trial.ts';
import { fold, gridOf } from './grid.ts';

const size = fc.integer({ min: 1, max: 40 });
const tile = fc.record({ m: fc.constantFrom(1, 4, 16), n: fc.constantFrom(4, 8, 32), k: fc.constant(8) });
const problem = fc.oneof(
  fc.record({ batch: fc.integer({ min: 1, max: 4 }), m: size, n: size }).map((shape) => problemOf(shape)),
  fc.tuple(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }), size).map(([counts, n]) => {
    const m = counts.reduce((sum, count) => sum + count, 0);
    return problemOf({ m, n }, {}, { groups: { experts: counts.length, rows: counts } });
  }),
);

describe('the grid', () => {
  it('covers every element of C exactly once, by the matrix it belongs to', () => {
    fc.assert(
      fc.property(problem, tile, fc.integer({ min: 1, max: 300 }), (given, sizes, most) => {
        const grid = gridOf(given, sizes);
        const folded = fold(grid.tiles, Math.max(most, Math.ceil(Math.sqrt(grid.tiles))));
        if (!folded) throw new Error('does not fit');
        const { n } = given.shape;
        const owner = new Array<number>(rows(given) * n).fill(-1);
        for (let y = 0; y < folded[1]; y += 1) {
          for (let x = 0; x < folded[0]; x += 1) {
            // What place() of the prelude computes.
            const index = y * folded[0] + x;
            if (index >= grid.tiles) continue;
            const tileM = Math.floor(index / grid.tilesN);
            const matrix = grid.table?.[4 * tileM] ?? Math.floor(tileM / grid.tilesM);
            const first = grid.table?.[4 * tileM + 1] ?? matrix * given.shape.m + (tileM % grid.tilesM) * sizes.m;
            const end = grid.table?.[4 * tileM + 2] ?? (matrix + 1) * given.shape.m;
            const col = (index % grid.tilesN) * sizes.n;
            for (let row = first; row < Math.min(first + sizes.m, end); row += 1) {
              for (let c = col; c < Math.min(col + sizes.n, n); c += 1) {
                expect(owner[row * n + c]).toBe(-1);
                owner[row * n + c] = matrix;
              }
            }
          }
        }
        const counts = given.groups?.rows ?? new Array<number>(given.shape.batch).fill(given.shape.m);
        expect(owner).toEqual(counts.flatMap((count, matrix) => new Array<number>(count * n).fill(matrix)));
      }),
    );
  });

  it('folds within the limit, with fewer workgroups to spare than rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 46_341, max: 65_535 }), (tiles, most) => {
        const [x, y] = fold(tiles, most) ?? [0, 0];
        expect(x).toBeLessThanOrEqual(most);
        expect(y).toBeLessThanOrEqual(most);
        expect(x * y - tiles).toBeGreaterThanOrEqual(0);
        expect(x * y - tiles).toBeLessThan(y);
      }),
    );
    expect(fold(101, 10)).toBeNull();
  });
});
