import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultScale } from './formats/scale.ts';
import { packOperands } from './pack.ts';
import { panelsOf } from './panels.ts';
import { isTransposedA, isTransposedB, LAYOUTS, type Problem, WEIGHT_FORMATS } from './problem.ts';
import { operandBytes, rowRanges, rows } from './shape.ts';

function problemOf(shape: Partial<Problem['shape']>, more: Partial<Problem> = {}): Problem {
  const format = { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' } as const;
  return { shape: { batch: 1, m: 1, n: 1, k: 1, ...shape }, layout: 'nt', format, bias: false, ...more };
}

const places = (problem: Problem, maxBytes: number) =>
  panelsOf(problem, maxBytes)?.map(({ problem: part, matrix, row, col }) => {
    const { batch, m, n } = part.shape;
    return `${matrix}+${part.groups?.experts ?? batch}, rows ${row}+${m}, columns ${col}+${n}`;
  });

describe('panels', () => {
  it('are one where everything fits', () => {
    const problem = problemOf({ batch: 2, m: 40, n: 8, k: 8 });
    expect(panelsOf(problem, 4 * 640)).toEqual([{ problem, matrix: 0, row: 0, col: 0 }]);
  });

  it('are columns of B, nearly equal, as few as fit', () => {
    const head = problemOf({ n: 201_088, k: 2880 }, { format: { w: 'f16', a: 'f32', acc: 'f32', out: 'f32' } });
    const widths = panelsOf(head, 2 ** 27)?.map((panel) => panel.problem.shape.n) ?? [];
    expect(widths).toEqual([...Array<number>(8).fill(22_368), 22_144]);
  });

  it('are whole experts, whoever has rows', () => {
    const groups = { experts: 5, rows: [3, 0, 4, 0, 0] };
    const moe = problemOf({ m: 7, n: 32, k: 8 }, { groups });
    expect(places(moe, 2 * 32 * 8 * 4)).toEqual(['0+2, rows 0+3, columns 0+32', '2+2, rows 3+4, columns 0+32']);
  });

  it('are batch entries, and rows and columns within one', () => {
    expect(places(problemOf({ batch: 3, m: 64, n: 64, k: 16 }), 4096)).toEqual(
      [0, 1, 2].flatMap((matrix) =>
        [0, 32].flatMap((row) => [0, 32].map((col) => `${matrix}+1, rows ${64 * matrix + row}+32, columns ${col}+32`)),
      ),
    );
  });

  it('do not exist where 32 columns do not fit', () => {
    expect(panelsOf(problemOf({ m: 33, n: 33, k: 1000 }), 4096)).toBeNull();
  });

  it('tile C exactly, and every buffer of each fits', () => {
    const extent = fc.integer({ min: 1, max: 150 });
    const counts = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        extent,
        extent,
        extent,
        counts,
        fc.constantFrom(...WEIGHT_FORMATS),
        fc.boolean(),
        (m, n, k, r, w, b) => {
          const scale = defaultScale(w);
          const format = { w, a: 'f16', acc: 'f32', out: 'bf16' } as const;
          const more = { format, bias: true, ...(scale && { scale }) };
          const groups = { experts: r.length, rows: r };
          const problem = b
            ? problemOf({ m: r.reduce((sum, count) => sum + count, 0), n, k }, { ...more, groups })
            : problemOf({ batch: r.length, m, n, k }, more);
          const maxBytes = 21_000; // more than 128 columns of fp8, which share scales
          const covered = new Uint8Array(rows(problem) * n);
          for (const { problem: part, row, col, matrix } of panelsOf(problem, maxBytes) ?? []) {
            for (const bytes of Object.values(operandBytes(part))) expect(bytes).toBeLessThanOrEqual(maxBytes);
            expect(rowRanges(problem)[matrix]?.first).toBeLessThanOrEqual(row);
            for (let i = row; i < row + rows(part); i++) {
              for (let j = col; j < col + part.shape.n; j++) covered[i * n + j] = (covered[i * n + j] ?? 0) + 1;
            }
          }
          expect(covered.every((times) => times === 1)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('operands of panels', () => {
  it.each(LAYOUTS)('hold what the whole operand holds there: %s', (layout) => {
    const problem = problemOf({ batch: 2, m: 70, n: 67, k: 19 }, { layout, bias: true });
    const { m, n, k } = problem.shape;
    const whole = packOperands(problem, 3, 'normal');
    const panels = panelsOf(problem, 4200) ?? [];
    expect(panels.length).toBeGreaterThan(8);
    for (const panel of panels) {
      const { m: rowsOf, n: columnsOf } = panel.problem.shape;
      const { a, b, bias } = packOperands(problem, 3, 'normal', panel);
      const row = panel.row - panel.matrix * m;
      for (let i = 0; i < rowsOf; i++) {
        for (let kk = 0; kk < k; kk++) {
          const [own, there] = isTransposedA(layout)
            ? [kk * rowsOf + i, (panel.matrix * k + kk) * m + row + i]
            : [i * k + kk, (panel.row + i) * k + kk];
          expect(a[own]).toBe(whole.a[there]);
        }
      }
      for (let j = 0; j < columnsOf; j++) {
        const col = panel.col + j;
        expect(bias[j]).toBe(whole.bias[panel.matrix * n + col]);
        for (let kk = 0; kk < k; kk++) {
          const [own, there] = isTransposedB(layout)
            ? [j * k + kk, (panel.matrix * n + col) * k + kk]
            : [kk * columnsOf + j, (panel.matrix * k + kk) * n + col];
          expect(b[own]).toBe(whole.b[there]);
        }
      }
    }
  });

  it('have the codes and scales of their rows of A', () => {
    const scale = defaultScale('mxfp4');
    const format = { w: 'mxfp4', a: 'mxfp4', acc: 'f32', out: 'f32' } as const;
    const problem = problemOf({ m: 100, n: 5, k: 70 }, { format, ...(scale && { scale }) });
    const whole = packOperands(problem, 3, 'normal');
    const panels = panelsOf(problem, 4096) ?? [];
    expect(panels.map(({ row }) => row)).toEqual([0, 64]);
    for (const panel of panels) {
      const { a, aScales } = packOperands(problem, 3, 'normal', panel);
      expect(a).toEqual(whole.a.subarray(12 * panel.row, 12 * (panel.row + panel.problem.shape.m)));
      const bytes = 3 * panel.problem.shape.m;
      const scales = (words: Uint32Array, from: number) => [...new Uint8Array(words.buffer, from, bytes)];
      expect(scales(aScales, 0)).toEqual(scales(whole.aScales, 3 * panel.row));
    }
  });

  it('have the codes and scales of their rows of blocks', () => {
    const scale = defaultScale('mxfp4');
    const format = { w: 'mxfp4', a: 'f32', acc: 'f32', out: 'f32' } as const;
    const problem = problemOf({ n: 100, k: 70 }, { format, ...(scale && { scale }) });
    const whole = packOperands(problem, 3, 'normal');
    const panels = panelsOf(problem, 4096) ?? [];
    expect(panels.map(({ col }) => col)).toEqual([0, 64]);
    for (const panel of panels) {
      const { b, scales } = packOperands(problem, 3, 'normal', panel);
      expect(b).toEqual(whole.b.subarray(12 * panel.col, 12 * (panel.col + panel.problem.shape.n)));
      const bytes = 3 * panel.problem.shape.n;
      const [own, there] = [scales, whole.scales].map((words) => new Uint8Array(words.buffer));
      expect(own?.subarray(0, bytes)).toEqual(there?.subarray(3 * panel.col, 3 * panel.col + bytes));
    }
  });

  it('are not cut within columns that share scales', () => {
    const scale = defaultScale('fp8');
    const format = { w: 'fp8', a: 'f32', acc: 'f32', out: 'f32' } as const;
    const problem = problemOf({ batch: 2, n: 300, k: 130 }, { format, ...(scale && { scale }) });
    const whole = packOperands(problem, 3, 'normal');
    const panels = panelsOf(problem, 30_000) ?? [];
    expect(panels.map(({ matrix, col }) => [matrix, col])).toEqual(
      [0, 1].flatMap((m) => [0, 128, 256].map((col) => [m, col])),
    );
    for (const panel of panels) {
      const { b, scales } = packOperands(problem, 3, 'normal', panel);
      const [first, { n }] = [300 * panel.matrix + panel.col, panel.problem.shape];
      expect(b).toEqual(whole.b.subarray(40 * first, 40 * (first + n)));
      const block = 2 * (3 * panel.matrix + panel.col / 128);
      expect(scales.subarray(0, 2)).toEqual(whole.scales.subarray(block, block + 2));
    }
  });
});
