import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisection, type Side } from './bisection.ts';

async function search(count: number, culprit: number, untestable: ReadonlySet<number> = new Set()) {
  const asked: number[] = [];
  const found = await bisection(count, async (index): Promise<Side> => {
    asked.push(index);
    if (untestable.has(index)) return 'untestable';
    return index >= culprit ? 'bad' : 'good';
  });
  return { found, asked };
}

describe('bisection', () => {
  it('finds any commit of 64 in 6 tests', async () => {
    for (let culprit = 0; culprit < 64; culprit++) {
      const { found, asked } = await search(64, culprit);
      expect(found).toEqual({ from: culprit - 1, to: culprit });
      expect(asked.length).toBeLessThanOrEqual(6);
    }
  });

  it('brackets the culprit with tested commits, and leaves only untestable ones between', async () => {
    const history = fc
      .integer({ min: 1, max: 80 })
      .chain((count) =>
        fc.tuple(fc.constant(count), fc.nat({ max: count - 1 }), fc.uniqueArray(fc.nat({ max: count - 1 }))),
      );
    await fc.assert(
      fc.asyncProperty(history, async ([count, culprit, broken]) => {
        const untestable = new Set(broken.filter((index) => index !== count - 1));
        const { found, asked } = await search(count, culprit, untestable);
        const { from, to } = found ?? { from: Number.NaN, to: Number.NaN };
        expect(from).toBeLessThan(culprit);
        expect(to).toBeGreaterThanOrEqual(culprit);
        for (let between = from + 1; between < to; between++) expect(untestable).toContain(between);
        expect(new Set(asked).size).toBe(asked.length);
      }),
    );
  });

  it('stops when a test is interrupted', async () => {
    expect(await bisection(8, async () => null)).toBeNull();
  });
});
