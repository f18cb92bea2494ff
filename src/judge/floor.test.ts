import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below, gaussian, seededRandom } from '../gemm/random.ts';
import { median } from '../record/summary.ts';
import { effectFromMedians, floorOf, minimalDetectableEffect } from './floor.ts';

const OPTIONS = { processes: 26, error: 0.01 / 8, minimumEffect: 0.02 };
const RATIOS = (() => {
  const random = seededRandom(3);
  return Array.from({ length: 60 }, () => Math.exp(0.01 * gaussian(random)));
})();

describe('the noise floor', () => {
  it('holds 99 of 100 estimates of as many processes, drawn from the same ratios', () => {
    const random = seededRandom(8);
    for (const processes of [9, 14, 26]) {
      const floor = floorOf(RATIOS, processes);
      let beyond = 0;
      for (let i = 0; i < 4000; i++) {
        const drawn = Array.from({ length: processes }, () => {
          const ratio = RATIOS[below(RATIOS.length, random)] as number;
          return random() < 0.5 ? ratio : 1 / ratio;
        });
        if (Math.abs(Math.log(median(drawn))) > Math.log1p(floor)) beyond++;
      }
      expect(beyond / 4000).toBeLessThanOrEqual(0.013);
    }
  });

  it('falls with more processes and does not care which side is which', () => {
    expect(floorOf(RATIOS, 26)).toBeLessThan(floorOf(RATIOS, 9));
    expect(
      floorOf(
        RATIOS.map((ratio) => 1 / ratio),
        14,
      ),
    ).toBeCloseTo(floorOf(RATIOS, 14), 12);
    expect(floorOf([1, 1, 1], 14)).toBe(0);
  });

  it('survives a few processes in another mode', () => {
    const bimodal = RATIOS.map((ratio, i) => (i % 10 === 0 ? ratio * 1.2 : ratio));
    expect(floorOf(bimodal, 26)).toBeLessThan(0.015);
    expect(Math.max(...bimodal) - 1).toBeGreaterThan(0.18);
  });

  it('needs ratios', () => {
    expect(() => floorOf([], 9)).toThrow('needs A/A ratios');
  });
});

describe('the minimal detectable effect', () => {
  it('is what comparisons really find 9 times in 10', () => {
    const effect = minimalDetectableEffect(RATIOS, OPTIONS) as number;
    expect(effect).toBeGreaterThan(0.02);
    expect(effect).toBeLessThan(0.03);
    const threshold = 1 + Math.max(0.02, floorOf(RATIOS, 26));
    const random = seededRandom(4);
    let found = 0;
    for (let i = 0; i < 2000; i++) {
      const drawn = Array.from({ length: 26 }, () => {
        const ratio = RATIOS[below(RATIOS.length, random)] as number;
        return (random() < 0.5 ? ratio : 1 / ratio) * (1 + effect);
      });
      if (median(drawn) > threshold && drawn.filter((ratio) => ratio <= 1).length <= 4) found++;
    }
    expect(found / 2000).toBeGreaterThan(0.9);
  });

  it('grows with noise', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.2, max: 5, noNaN: true }), (factor) => {
        const noisier = RATIOS.map((ratio) => ratio ** factor);
        const [quiet, loud] = [minimalDetectableEffect(RATIOS, OPTIONS), minimalDetectableEffect(noisier, OPTIONS)];
        expect(loud ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(quiet ?? 0);
      }),
      { numRuns: 20 },
    );
  });

  it('does not exist for too few processes', () => {
    expect(minimalDetectableEffect(RATIOS, { ...OPTIONS, processes: 6 })).toBeNull();
    expect(effectFromMedians([1e-3, 1.1e-3], OPTIONS)).toBeNull();
  });

  it('can be told from a row that was measured alone', () => {
    expect(effectFromMedians([1e-3, 1.01e-3, 0.995e-3, 1.004e-3, 1e-3, 1.002e-3], OPTIONS)).toBeLessThan(0.05);
  });
});
