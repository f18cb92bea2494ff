import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../testdata/trial.ts';
import { mostRows, shapeClass } from './shape-class.ts';

describe('the class of a shape', () => {
  it('says what makes problems alike', () => {
    const o_proj = problemOf({ m: 3, n: 2880, k: 4096 }, { w: 'mxfp4' }, { layout: 'nt' });
    expect(shapeClass(o_proj)).toBe(
      'm=3..4/nk=4^12/form=even/align=32/kind=single/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32',
    );
  });

  it.each([
    ['another bias', { m: 64, n: 256, k: 256 }, { bias: true }],
    ['a few rows less', { m: 50, n: 256, k: 256 }, {}],
    ['a little less k', { m: 64, n: 256, k: 224 }, {}],
  ])('is the same with %s', (_, shape, rest) => {
    expect(shapeClass(problemOf(shape, {}, rest))).toBe(shapeClass(problemOf({ m: 64, n: 256, k: 256 })));
  });

  it.each([
    ['twice the rows', { m: 65, n: 256, k: 256 }],
    ['four times the weights', { m: 64, n: 512, k: 512 }],
    ['long k', { m: 64, n: 128, k: 512 }],
    ['an odd n', { m: 64, n: 255, k: 256 }],
    ['a batch', { m: 64, n: 256, k: 256, batch: 2 }],
  ])('is another with %s', (_, shape) => {
    expect(shapeClass(problemOf(shape))).not.toBe(shapeClass(problemOf({ m: 64, n: 256, k: 256 })));
  });

  it('looks at the busiest expert of a grouped GEMM', () => {
    const grouped = (rows: number[]) =>
      shapeClass(
        problemOf({ m: rows.reduce((a, b) => a + b), n: 64, k: 64 }, {}, { groups: { experts: rows.length, rows } }),
      );
    expect(grouped([1, 0, 7])).toBe(grouped([8, 8, 8]));
    expect(grouped([1, 0, 7])).not.toBe(grouped([9, 0, 0]));
  });

  it('holds every problem of as many rows as it says, and none of more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (m) => {
        const problem = problemOf({ m, n: 64, k: 64 });
        const most = mostRows(problem);
        expect(m).toBeLessThanOrEqual(most);
        const rows = (count: number) => shapeClass(problemOf({ m: count, n: 64, k: 64 }));
        const same = Number.isFinite(most) ? most : 513;
        expect(rows(same)).toBe(rows(m));
        if (same === most) expect(rows(most + 1)).not.toBe(rows(m));
      }),
    );
  });
});
