import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { biasAt } from './operands.ts';
import type { Problem } from './problem.ts';
import { type Point, referenceAt, samplePoints } from './reference.ts';
import { rowRanges, rows } from './shape.ts';
import { anyProblem, elementA, elementB, problemOf } from './testdata/problems.ts';

/** C by the definition, one element at a time. */
function definition(problem: Problem, seed: number): (point: Point) => number {
  const ranges = rowRanges(problem);
  const [a, b] = [elementA(problem, seed, 'normal'), elementB(problem, seed, 'normal')];
  const bias = biasAt(problem, seed, 'normal');
  return ({ row, col }) => {
    const matrix = ranges.findIndex(({ first, end }) => row >= first && row < end);
    let sum = 0;
    for (let k = 0; k < problem.shape.k; k += 1) sum += a(row, k) * b(matrix, k, col);
    return sum + bias(matrix, col);
  };
}

function everyPoint(problem: Problem): Point[] {
  const { n } = problem.shape;
  return Array.from({ length: rows(problem) * n }, (_, i) => ({ row: Math.floor(i / n), col: i % n }));
}

describe('referenceAt', () => {
  test('is the definition, at every point and in any order', () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(), (problem, seed) => {
        const points = everyPoint(problem).reverse();
        const { exact } = referenceAt(problem, seed, 'normal', points);
        expect([...exact]).toEqual(points.map(definition(problem, seed)));
      }),
      { numRuns: 40 },
    );
  });

  test('chunks of rows change nothing', () => {
    // 2^21 elements hold two rows of this k at a time.
    const problem = problemOf({ m: 5, n: 2, k: 900_000, format: { w: 'bf16', a: 'bf16' } });
    const points = [4, 0, 2, 1, 3].map((row) => ({ row, col: row % 2 }));
    const together = referenceAt(problem, 3, 'uniform', points);
    const apart = points.map((point) => referenceAt(problem, 3, 'uniform', [point]).exact[0]);
    expect([...together.exact]).toEqual(apart);
  });

  test.each([
    ['f32', 0, 0],
    ['f16', 1e-4, 6e-4],
    ['bf16', 1e-3, 4e-3],
    ['mxfp4', 0.09, 0.14],
    ['nvfp4', 0.07, 0.12],
    ['int4', 0.07, 0.12],
  ] as const)('%s weights cost what the format costs', (w, low, high) => {
    const problem = problemOf({ m: 24, n: 24, k: 256, layout: 'nt', format: { w } });
    const { exact, unquantized } = referenceAt(problem, 1, 'normal', everyPoint(problem));
    const relative = Math.hypot(...exact.map((value, i) => value - (unquantized[i] ?? 0))) / Math.hypot(...unquantized);
    expect(relative).toBeGreaterThanOrEqual(low);
    expect(relative).toBeLessThanOrEqual(high);
  });

  test.each(['mxfp4', 'nvfp4'] as const)('%s activations cost as much again, as independent errors do', (w) => {
    const cost = (a: 'f32' | typeof w) => {
      const problem = problemOf({ m: 24, n: 24, k: 256, layout: 'nt', format: { w, a } });
      const { exact, unquantized } = referenceAt(problem, 1, 'normal', everyPoint(problem));
      return Math.hypot(...exact.map((value, i) => value - (unquantized[i] ?? 0))) / Math.hypot(...unquantized);
    };
    expect(cost(w) / cost('f32')).toBeGreaterThan(1.25);
    expect(cost(w) / cost('f32')).toBeLessThan(1.6);
  });

  test('refuses points outside C', () => {
    const problem = problemOf({ m: 3, n: 5 });
    expect(() => referenceAt(problem, 1, 'normal', [{ row: 3, col: 0 }])).toThrow('row 3 lies outside the problem');
    expect(() => referenceAt(problem, 1, 'normal', [{ row: 0, col: 5 }])).toThrow('column 5 lies outside the problem');
  });
});

describe('samplePoints', () => {
  const id = ({ row, col }: Point) => `${row},${col}`;

  test('points are distinct, inside C, within the limit and the same every time', () => {
    fc.assert(
      fc.property(anyProblem, fc.nat(), fc.integer({ min: 1, max: 5000 }), (problem, seed, limit) => {
        const points = samplePoints(problem, seed, limit);
        expect(new Set(points.map(id)).size).toBe(points.length);
        expect(points.length).toBeLessThanOrEqual(Math.max(4, limit / problem.shape.k));
        expect(
          points.every(({ row, col }) => row >= 0 && row < rows(problem) && col >= 0 && col < problem.shape.n),
        ).toBe(true);
        expect(samplePoints(problem, seed, limit)).toEqual(points);
        expect(points.length).toBeGreaterThan(0);
      }),
    );
  });

  test('with room enough: every corner of every matrix and the whole border', () => {
    const problem = problemOf({ rows: [3, 0, 150, 7], n: 300, k: 8 });
    const points = new Set(samplePoints(problem, 1, 1e6).map(id));
    for (const { first, end } of rowRanges(problem).filter((range) => range.end > range.first)) {
      for (const row of [first, end - 1]) for (const col of [0, 299]) expect(points).toContain(id({ row, col }));
    }
    const border = everyPoint(problem).filter(({ row, col }) => row === 0 || row === 159 || col === 0 || col === 299);
    expect(border.filter((point) => !points.has(id(point)))).toEqual([]);
  });

  test('meets the columns on both sides of every tile edge, even with one row', () => {
    const cols = new Set(samplePoints(problemOf({ m: 1, n: 1000, k: 2880 }), 1, 2880 * 100).map(({ col }) => col));
    for (const col of [0, 15, 16, 31, 32, 63, 64, 127, 128, 895, 896, 959, 960, 991, 992, 999])
      expect(cols).toContain(col);
  });

  test('a tight limit keeps corners first, then a share of the border', () => {
    const problem = problemOf({ m: 1000, n: 1000, k: 1000 });
    const points = samplePoints(problem, 1, 1e6);
    expect(points.length).toBeGreaterThan(950);
    expect(points.slice(0, 4).map(id)).toEqual(['0,0', '0,999', '999,0', '999,999']);
    for (const edge of [
      points.filter(({ row }) => row === 0),
      points.filter(({ row }) => row === 999),
      points.filter(({ col }) => col === 0),
      points.filter(({ col }) => col === 999),
    ]) {
      expect(edge.length).toBeGreaterThan(120);
    }
  });

  test('many matrices share a small limit from the outside in', () => {
    const points = samplePoints(problemOf({ batch: 100, m: 4, n: 4, k: 10 }), 1, 120);
    expect(points.map(({ row }) => row)).toEqual([0, 0, 3, 3, 396, 396, 399, 399, 4, 4, 7, 7]);
  });
});
