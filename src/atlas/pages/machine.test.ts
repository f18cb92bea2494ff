import { describe, expect, it } from 'vitest';
import { atlasOf, failed, MADE, measured, placeOf } from '../testdata/places.ts';
import { machinePage } from './machine.ts';

const decode = measured({ suite: 'gpt-oss-120b', w: 'mxfp4', kernel: 'mxfp4-ring', seconds: 1e-3 });
const rows = [measured({ phase: 'prefill', m: 512, w: 'f16' }), decode];

const tilesOf = (more: Parameters<typeof placeOf>[1]) => {
  const place = placeOf('Some GPU', [...rows, ...more]);
  const page = machinePage(atlasOf([place]), place, MADE);
  return [...page.matchAll(/<li class="card">(.*?)<\/li>/g)].map(([, tile = '']) => tile);
};

const textOf = (markup: string | undefined) => (markup ?? '').replace(/<br>/g, ' ').replace(/<[^>]*>/g, '');

describe('the figures of a machine', () => {
  it('are first that of decode: which, how fast, how sure, and how far to be trusted', () => {
    const [first] = tilesOf([]);
    expect(textOf(first)).toBe(
      'gpt-oss-120b decode, 4-bit47.2 GB/s ±0.023 %o_proj 1×2880×4096 nt mxfp4·f32 mxfp4-ring · 295 % of roofline · verified here · one physical machine, not reproduced',
    );
    expect(first).toContain('href="#term-tier"');
  });

  it('say of a kernel that is wrong elsewhere on the machine that this number is of a right answer', () => {
    const bad = ['a', 'b', 'c'].map((name) =>
      failed({ name, w: 'mxfp4', kernel: 'mxfp4-ring' }, 'wrong-answer', 'beyond the budget'),
    );
    const [first] = tilesOf(bad);
    expect(textOf(first)).toContain('· verified here; wrong in 3 other cases ·');
    expect(first).toContain('<a href="#failed">wrong in 3 other cases</a>');
    expect(first).not.toContain('class="bad"');
  });
});
