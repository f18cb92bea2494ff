import { describe, expect, it } from 'vitest';
import { flop } from '../src/gemm/shape.ts';
import type { Case } from '../src/plan/case/case.ts';
import { parseId } from '../src/plan/case/id.ts';
import { caseOf, DEFAULT_SHAPES, parseShapes, sharedShapes } from './shapes.ts';

describe('the default shapes', () => {
  it('have ids that read back and say where they come from', () => {
    for (const asked of DEFAULT_SHAPES) {
      const item = caseOf(asked);
      expect(parseId(item.id)).toMatchObject({ shape: item.problem.shape, operands: 'hot' });
      expect(item.from).not.toBe('');
    }
  });

  it('include 1024³, the largest that fits', () => {
    const largest = Math.max(...DEFAULT_SHAPES.map((asked) => flop(caseOf(asked).problem)));
    expect(largest).toBe(2 * 1024 ** 3);
  });
});

describe('--shapes', () => {
  it('reads sizes and formats', () => {
    const cases = parseShapes('64x2880x2880, 1x96x64:int4');
    expect(
      cases.map(({ problem: { shape, format, layout, scale } }) => [
        shape.m,
        shape.n,
        shape.k,
        format.w,
        layout,
        scale?.block,
      ]),
    ).toEqual([
      [64, 2880, 2880, 'f32', 'nn', undefined],
      [1, 96, 64, 'int4', 'nt', 32],
    ]);
  });

  it.each(['', '64x64', '64x64x64:f8', '0x1x1', 'axbxc', '64x64x64,'])('refuses "%s"', (text) => {
    expect(() => parseShapes(text)).toThrow(/expected MxNxK/);
  });

  it('refuses what takes too long or too much room', () => {
    expect(() => parseShapes('1024x1024x1025')).toThrow('exceeds 2^31 FLOP');
    expect(() => parseShapes('1x8192x8192')).toThrow('128 MiB');
  });
});

describe('shapes of suites', () => {
  const item = (m: number, more: Partial<Case['problem']> = {}): Case => {
    const base = caseOf({ format: 'f32', mnk: [m, 8, 8], from: 'here' }, 'llama', 'o_proj');
    return { ...base, problem: { ...base.problem, ...more } };
  };

  it('come once each, in f32 and layout nn, whatever formats the suite lists', () => {
    const f16 = { w: 'f16', a: 'f16', acc: 'f32', out: 'f16' } as const;
    const found = sharedShapes([item(1), item(1, { format: f16, layout: 'nt' }), item(2)]);
    expect(found.map(({ id }) => id)).toEqual([item(1).id, item(2).id]);
  });

  it('leave out batches and groups, which no peer serves, and what is too large', () => {
    const batch = item(1, { shape: { batch: 2, m: 1, n: 8, k: 8 } });
    const groups = item(2, { groups: { experts: 2, rows: [1, 1] } });
    const large = item(3, { shape: { batch: 1, m: 4096, n: 4096, k: 4096 } });
    expect(sharedShapes([batch, groups, large])).toEqual([]);
  });
});
