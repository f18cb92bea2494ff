/** The decision of a comparison: exact where it can be, simulated where the noise is like that of real processes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, type Random, seededRandom } from '../gemm/random.ts';
import { AB_RULES, type AbRules, type AbVerdict, decide } from './ab.ts';
import { binomialAtMost, dissenterBounds } from './binomial.ts';

const RULES: AbRules = { ...AB_RULES, cases: 8 };
const LAST = 32;

type Noise = (random: Random) => number;
/** A share of processes differs by 14…24 % for its whole life, either way. */
const modes =
  (sigma: number, share: number): Noise =>
  (random) => {
    const mode = random() < share ? (random() < 0.5 ? -1 : 1) * (0.14 + 0.1 * random()) : 0;
    return Math.exp(sigma * gaussian(random) + mode);
  };
/** Ratio of two Gaussians: no mean, no variance. */
const heavy: Noise = (random) =>
  Math.exp(Math.max(-0.7, Math.min(0.7, (0.006 * gaussian(random)) / Math.abs(gaussian(random)))));
const NOISES: Readonly<Record<string, Noise>> = {
  normal: modes(0.01, 0),
  heavy,
  'one in ten in another mode': modes(0.01, 0.1),
};

const draw = (noise: Noise, random: Random, count = LAST) => Array.from({ length: count }, () => noise(random));

function verdicts(noise: Noise, slowdown: number, count: number): Record<AbVerdict, number> {
  const random = seededRandom(11, count, Math.round(1000 * slowdown));
  const found = { slower: 0, faster: 0, same: 0, unclear: 0 };
  for (let i = 0; i < count; i++) {
    const ratios = draw(noise, random).map((ratio) => ratio * (1 + slowdown));
    found[decide({ ratios, noise: draw(noise, random, 40) }, RULES).verdict] += 1 / count;
  }
  return found;
}

describe('the sequential sign test', () => {
  it('spends exactly the error it is given, and no more', () => {
    const bounds = dissenterBounds([14, 20, 26, 32], 0.01 / 8, [0.25, 0.5, 0.75, 1]);
    expect(bounds).toEqual([0, 2, 4, 6]);
    expect(dissenterBounds([24], 0.05, [1])).toEqual([6]);
    expect(2 * binomialAtMost(6, 24, 0.5)).toBeLessThan(0.05);
    expect(2 * binomialAtMost(7, 24, 0.5)).toBeGreaterThan(0.05);
  });

  it('cannot be clear where even unanimity is likely enough by chance', () => {
    expect(dissenterBounds([5], 0.05, [1])).toEqual([-1]);
    expect(dissenterBounds([6], 0.05, [1])).toEqual([0]);
  });

  it('stops as rarely as promised, over all looks together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 6, max: 16 }), (cases, first) => {
        const looks = [first, first + 6, first + 12];
        const error = 0.05 / cases;
        const bounds = dissenterBounds(looks, error, [0.3, 0.6, 1]);
        // Upper bound by adding up what each look would spend alone.
        const alone = looks.map((look, i) => 2 * binomialAtMost(bounds[i] ?? -1, look, 0.5));
        expect(alone[0]).toBeLessThanOrEqual(0.3 * error + 1e-15);
        bounds.forEach((bound, i) => {
          if (i > 0) expect(bound).toBeGreaterThanOrEqual(bounds[i - 1] ?? -1);
        });
      }),
    );
  });
});

describe('a comparison in which nothing changed', () => {
  for (const [name, noise] of Object.entries(NOISES)) {
    it(`calls nothing slower or faster in 99 of 100 compares of 8 cases: ${name}`, () => {
      const random = seededRandom(5);
      let alarms = 0;
      const compares = 400;
      for (let i = 0; i < compares; i++) {
        const decisions = Array.from({ length: 8 }, () =>
          decide({ ratios: draw(noise, random), noise: draw(noise, random, 40) }, RULES),
        );
        if (decisions.some(({ verdict }) => verdict === 'slower' || verdict === 'faster')) alarms++;
      }
      expect(alarms).toBeLessThanOrEqual(4);
    });
  }

  it('says so where the floor is low', () => {
    for (const noise of Object.values(NOISES)) expect(verdicts(noise, 0, 200).same).toBeGreaterThanOrEqual(0.85);
  });

  it('does not guess where it is high', () => {
    const { slower, faster, unclear } = verdicts(modes(0.05, 0.2), 0, 200);
    expect(slower + faster).toBe(0);
    expect(unclear).toBeGreaterThan(0.5);
  });
});

describe('a comparison with a slowdown', () => {
  for (const [name, noise] of Object.entries(NOISES)) {
    it(`finds 10, 5 and 3 % in 98, 90 and 60 of 100 cases: ${name}`, () => {
      expect(verdicts(noise, 0.1, 300).slower).toBeGreaterThanOrEqual(0.98);
      expect(verdicts(noise, 0.05, 300).slower).toBeGreaterThanOrEqual(0.9);
      expect(verdicts(noise, 0.03, 300).slower).toBeGreaterThanOrEqual(0.6);
    });
  }

  it('never says faster', () => {
    for (const noise of Object.values(NOISES)) expect(verdicts(noise, 0.03, 300).faster).toBe(0);
  });
});

describe('a decision', () => {
  const ratios = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 40 });
  const noise = [0.995, 1.004, 1.001, 0.998, 1.01, 0.992, 1.003];

  it('is mirrored when the sides are exchanged', () => {
    const mirror = { slower: 'faster', faster: 'slower', same: 'same', unclear: 'unclear' } as const;
    fc.assert(
      fc.property(ratios, (list) => {
        const there = decide({ ratios: list, noise }, RULES);
        const back = decide({ ratios: list.map((ratio) => 1 / ratio), noise }, RULES);
        fc.pre(there.verdict !== 'same' || list.length % 2 === 1);
        expect(back.verdict === mirror[there.verdict] || [there.verdict, back.verdict].includes('unclear')).toBe(true);
      }),
    );
  });

  it('stands once it is final, whatever is measured later', () => {
    fc.assert(
      fc.property(ratios, ratios, (first, later) => {
        const decision = decide({ ratios: first, noise }, RULES);
        if (decision.final) expect(decide({ ratios: [...first, ...later], noise }, RULES)).toEqual(decision);
      }),
    );
  });

  it('waits for the first look', () => {
    const decision = decide({ ratios: Array(13).fill(1.5), noise }, RULES);
    expect(decision).toMatchObject({ verdict: 'unclear', final: false, processes: 13 });
    expect(decision.reason).toBe('13 processes; the first look is at 14');
    expect(decide({ ratios: Array(14).fill(1.5), noise }, RULES)).toMatchObject({ verdict: 'slower', final: true });
  });

  it('holds its tongue within the floor and without one', () => {
    const ratios = Array.from({ length: LAST }, (_, i) => 1.03 + i / 1e4);
    expect(decide({ ratios, noise: [] }, RULES)).toMatchObject({ verdict: 'unclear', floor: null, final: true });
    const wild = decide({ ratios, noise: [1.2, 1.1, 0.85, 0.95, 1.3] }, RULES);
    expect(wild.verdict).toBe('unclear');
    expect(wild.reason).toMatch(/^32 of 32 processes slower, but within the A\/A floor of \d+\.\d %$/);
  });

  it('calls a clear difference below the minimum effect the same', () => {
    const ratios = Array.from({ length: 14 }, (_, i) => 1.008 + i / 1e4);
    expect(decide({ ratios, noise }, RULES)).toMatchObject({ verdict: 'same', final: true });
  });

  it('refuses what is no ratio and rules that contradict themselves', () => {
    expect(() => decide({ ratios: [1, 0], noise }, RULES)).toThrow('must be positive, got 0');
    expect(() => decide({ ratios: [1], noise }, { ...RULES, looks: [20, 14, 26, 32] })).toThrow('ascending');
    expect(() => decide({ ratios: [1], noise }, { ...RULES, spent: [1] })).toThrow('share of the error');
  });
});
