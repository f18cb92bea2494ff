import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median } from './centre.ts';
import { medianInterval, summarize } from './summary.ts';

const finite = fc.double({ min: 1e-9, max: 1e3, noNaN: true });

describe('summarize', () => {
  it('prints a range below six processes', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, interval: [1, 3], kind: 'range' });
  });

  it('gives an interval from six on', () => {
    const { kind, interval } = summarize([1, 2, 3, 4, 5, 6]);
    expect(kind).toBe('confidence-95');
    // [1, 6] covers 96.9 %, [2, 5] 78.1 %: a twentieth of the way in coverage is 35/178 of the way in position.
    expect(interval[0]).toBeCloseTo(1 + 35 / 178, 12);
    expect(interval[1]).toBeCloseTo(6 - 35 / 178, 12);
  });

  it('refuses no processes', () => {
    expect(() => summarize([])).toThrow('no processes');
  });

  it('holds the median, within the range, and scales with its unit', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 40 }), (values) => {
        const { median: centre, interval } = summarize(values);
        expect(interval[0]).toBeLessThanOrEqual(centre);
        expect(interval[1]).toBeGreaterThanOrEqual(centre);
        expect(interval[0]).toBeGreaterThanOrEqual(Math.min(...values));
        expect(interval[1]).toBeLessThanOrEqual(Math.max(...values));
        const scaled = summarize(values.map((v) => v * 1024));
        expect(scaled.interval).toEqual([interval[0] * 1024, interval[1] * 1024]);
      }),
    );
  });
});

describe('coverage of the interval', () => {
  const uniform = mulberry(20_260_101);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  // A process in six runs a fifth slower for its whole life: the shape seen on software adapters.
  const bimodal = () => (1 + 0.02 * normal()) * (uniform() < 1 / 6 ? 1.2 : 1);
  const populations = {
    normal: { draw: () => 1 + 0.05 * normal(), median: 1 },
    lognormal: { draw: () => Math.exp(0.5 * normal()), median: 1 },
    bimodal: { draw: bimodal, median: median(Array.from({ length: 400_001 }, bimodal)) },
  };
  const cases = Object.keys(populations).flatMap((name) => [6, 9, 12, 20].map((n) => [name, n] as const));

  it.each(cases)('%s, %i processes: between 94 and 97 percent', (name, n) => {
    const { draw, median: truth } = populations[name as keyof typeof populations];
    const replications = 20_000;
    let held = 0;
    for (let i = 0; i < replications; i++) {
      const sorted = Array.from({ length: n }, draw).sort((a, b) => a - b);
      const [low, high] = medianInterval(sorted, 0.95);
      if (low <= truth && truth <= high) held++;
    }
    expect(held / replications).toBeGreaterThan(0.94);
    expect(held / replications).toBeLessThan(0.97);
  });
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
