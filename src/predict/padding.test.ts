import { describe, expect, it } from 'vitest';
import { routeRows } from '../gemm/groups.ts';
import { expectedTouched, expectedUsefulFraction, usefulFraction } from './padding.ts';

describe('padding of grouped rows', () => {
  it.each([
    [128, 1024, [0.8, 0.5, 0.25]],
    [128, 4096, [0.95, 0.81, 0.67]],
    [32, 4096, [0.99, 0.94, 0.89]],
  ])(
    '%i experts, top 4, %i tokens, tiles of 16, 64, 128 rows: about %j in simulations',
    (experts, tokens, simulated) => {
      [16, 64, 128].forEach((tile, i) => {
        const expected = expectedUsefulFraction({ experts, topK: 4, tokens }, tile);
        expect(Math.abs(expected - (simulated[i] ?? 0))).toBeLessThan(0.02); // one draw of 128 experts scatters by that much
      });
    },
  );

  it('agrees with drawing: 8 experts, top 2, 100 tokens, 400 layers', () => {
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let [useful, computed] = [0, 0];
    for (let layer = 0; layer < 400; layer += 1) {
      const rows = new Array<number>(8).fill(0);
      for (let token = 0; token < 100; token += 1) {
        const first = random(8);
        const second = (first + 1 + random(7)) % 8;
        for (const expert of [first, second]) rows[expert] = (rows[expert] ?? 0) + 1;
      }
      useful += 200;
      computed += rows.reduce((sum, count) => sum + Math.ceil(count / 16) * 16, 0);
    }
    expect(expectedUsefulFraction({ experts: 8, topK: 2, tokens: 100 }, 16)).toBeCloseTo(useful / computed, 2);
  });

  it('counts whole tiles per expert', () => {
    expect(usefulFraction([0, 1, 16, 17], 16)).toBe(34 / 64);
    expect(usefulFraction([0, 0], 16)).toBe(1);
  });

  it('wastes most when routing is even and rows fall short of a tile', () => {
    const rows = (routing: 'uniform' | 'skewed') =>
      routeRows({ experts: 128, tokens: 1024, topK: 4, routing, seed: 1 });
    expect(usefulFraction(rows('uniform'), 64)).toBe(0.5);
    expect(usefulFraction(rows('skewed'), 64)).not.toBe(0.5);
  });

  it('touches 4, 7.9, 15.3, 28.7, 51, 81.7, 111, 126 experts of 128 as the batch doubles from 1', () => {
    const touched = (tokens: number) => expectedTouched({ experts: 128, topK: 4, tokens });
    expect([1, 2, 4, 8].map((tokens) => Number(touched(tokens).toFixed(1)))).toEqual([4, 7.9, 15.3, 28.7]);
    expect([16, 64, 128].map((tokens) => Math.round(touched(tokens)))).toEqual([51, 111, 126]);
    expect(touched(32).toFixed(1)).toBe('81.7');
  });

  it('survives probabilities below any double', () => {
    expect(expectedUsefulFraction({ experts: 2, topK: 1, tokens: 100_000 }, 1)).toBeCloseTo(1, 8);
    expect(expectedUsefulFraction({ experts: 4, topK: 4, tokens: 10 }, 16)).toBe(10 / 16);
  });
});
