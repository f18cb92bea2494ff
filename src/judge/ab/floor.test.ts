import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median } from '../../stats/centre.ts';
import { below, gaussian, seededRandom } from '../../stats/random.ts';
import { decide } from './ab.ts';
import { floorOf, minimalDetectableEffect } from './floor.ts';
import { AB_RULES, boundsOf } from './rules.ts';

const RATIOS = (() => {
  const random = seededRandom(3);
  return Array.from({ length: 60 }, () => Math.exp(0.01 * gaussian(random)));
})();

/** At most 4 of 26 may dissent. */
const OPTIONS = { processes: 26, bound: 18, minimumEffect: 0.02, floor: floorOf(RATIOS, 26), twins: false };

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

  it('is the second largest deviation of 8 processes and the ninth largest of 20, as the documentation says', () => {
    const percents = (count: number) => Array.from({ length: count }, (_, i) => 1 + (i + 1) / 100);
    expect(floorOf(percents(2), 2)).toBeCloseTo(0.02, 9);
    expect(floorOf(percents(8), 8)).toBeCloseTo(0.07, 9);
    expect(floorOf(percents(20), 20)).toBeCloseTo(0.12, 9);
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
    expect(minimalDetectableEffect(RATIOS, { ...OPTIONS, bound: Number.POSITIVE_INFINITY })).toBeNull();
    expect(minimalDetectableEffect([], OPTIONS)).toBeNull();
  });

  it('is never less than what comparisons with a twin find 9 times in 10', () => {
    const cases = 8;
    const rules = { ...AB_RULES, looks: [20], spent: [1], confidence: [0.95], cases };
    const [bound = 0] = boundsOf(rules, true);
    const random = seededRandom(6);
    const draw = (slowdown: number, mode: number) =>
      Array.from({ length: 20 }, () => {
        const time = () => Math.exp(0.007 * gaussian(random) + (random() < mode ? 0.2 : 0));
        const [base, twin, head] = [time(), time(), time() * (1 + slowdown)];
        return { headToBase: head / base, headToTwin: head / twin, twinToBase: twin / base };
      });
    for (const mode of [0, 0.08]) {
      const twins = Array.from({ length: 20 }, () => draw(0, mode)).flatMap((some) =>
        some.map((one) => one.twinToBase),
      );
      const options = { processes: 20, bound, minimumEffect: 0.02, floor: floorOf(twins, 20), twins: true };
      const effect = minimalDetectableEffect(twins, options) as number;
      const found = Array.from({ length: 400 }, () => decide({ processes: draw(effect, mode), noise: [] }, rules));
      expect(found.filter(({ verdict }) => verdict === 'slower').length / 400).toBeGreaterThan(0.87);
    }
  });
});
