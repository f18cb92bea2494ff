/** The decision of a comparison: exact where it can be, simulated where the noise is like that of real processes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialAtMost, STEP, walkAtLeast, walkBounds } from '../../stats/binomial.ts';
import { gaussian, type Random, seededRandom } from '../../stats/random.ts';
import { type AbProcess, type AbVerdict, decide } from './ab.ts';
import { AB_RULES, type AbRules, boundsOf, rulesFor } from './rules.ts';

const RULES: AbRules = { ...AB_RULES, cases: 8 };
const LAST = AB_RULES.looks.at(-1) ?? 0;

/** Of one contender; a ratio of two has √2 times the scatter and twice the share in another mode. */
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
  Math.exp(Math.max(-0.7, Math.min(0.7, (0.004 * gaussian(random)) / Math.abs(gaussian(random)))));
const NOISES: Readonly<Record<string, Noise>> = {
  normal: modes(0.007, 0),
  heavy,
  'one in ten in another mode': modes(0.007, 0.05),
};

/** Base, head and twin of a process, each with noise of its own. */
function draw(noise: Noise, random: Random, slowdown = 0, count = LAST): AbProcess[] {
  return Array.from({ length: count }, () => {
    const [base, twin, head] = [noise(random), noise(random), noise(random) * (1 + slowdown)];
    return { headToBase: head / base, headToTwin: head / twin, twinToBase: twin / base };
  });
}

/** Processes of pairs: no twin, as from two harnesses. */
const pairs = (ratios: readonly number[]): AbProcess[] =>
  ratios.map((headToBase) => ({ headToBase, headToTwin: null, twinToBase: null }));

function verdicts(noise: Noise, slowdown: number, count: number): Record<AbVerdict, number> {
  const random = seededRandom(11, count, Math.round(1000 * slowdown));
  const found = { slower: 0, faster: 0, same: 0, unclear: 0 };
  for (let i = 0; i < count; i++)
    found[decide({ processes: draw(noise, random, slowdown), noise: [] }, RULES).verdict] += 1 / count;
  return found;
}

describe('the sequential sign test', () => {
  const signTest = (looks: readonly number[], error: number, spent: readonly number[]) =>
    walkBounds(looks, error, spent, STEP.ofTwo);
  /** Processes against the majority when its lead is `bound`. */
  const dissenters = (look: number, bound: number) => Math.floor((look - bound) / 2);

  it('spends exactly the error it is given, and no more', () => {
    const looks = [14, 20, 26, 32];
    const bounds = signTest(looks, 0.01 / 8, [0.25, 0.5, 0.75, 1]);
    expect(bounds.map((bound, i) => dissenters(looks[i] ?? 0, bound))).toEqual([0, 2, 4, 6]);
    expect(signTest([24], 0.05, [1]).map((bound) => dissenters(24, bound))).toEqual([6]);
    expect(2 * binomialAtMost(6, 24, 0.5)).toBeLessThan(0.05);
    expect(2 * binomialAtMost(7, 24, 0.5)).toBeGreaterThan(0.05);
  });

  it('cannot be clear where even unanimity is likely enough by chance', () => {
    expect(signTest([5], 0.05, [1])).toEqual([Number.POSITIVE_INFINITY]);
    expect(signTest([6], 0.05, [1]).map((bound) => dissenters(6, bound))).toEqual([0]);
  });

  it('stops as rarely as promised, over all looks together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 6, max: 16 }), (cases, first) => {
        const looks = [first, first + 6, first + 12];
        const error = 0.05 / cases;
        const allowed = signTest(looks, error, [0.3, 0.6, 1]).map((bound, i) => dissenters(looks[i] ?? 0, bound));
        // Upper bound by adding up what each look would spend alone.
        const alone = looks.map((look, i) => 2 * binomialAtMost(allowed[i] ?? -1, look, 0.5));
        expect(alone[0]).toBeLessThanOrEqual(0.3 * error + 1e-15);
        allowed.forEach((count, i) => {
          if (i > 0) expect(count).toBeGreaterThanOrEqual(allowed[i - 1] ?? -1);
        });
      }),
    );
  });
});

describe('the walk of three', () => {
  it('stops as rarely as promised, over all looks together', () => {
    const { looks, spent } = AB_RULES;
    const error = 0.05;
    const bounds = walkBounds(looks, error, spent, STEP.ofThree);
    const random = seededRandom(8);
    let stopped = 0;
    const walks = 20_000;
    for (let i = 0; i < walks; i++) {
      let at = 0;
      const clear = Array.from({ length: LAST }, (_, n) => {
        at += Math.floor(3 * random()) - 1;
        const look = looks.indexOf(n + 1);
        return look >= 0 && Math.abs(at) >= (bounds[look] ?? 0);
      });
      if (clear.some(Boolean)) stopped++;
    }
    expect(stopped / walks).toBeLessThan(error + 3 * Math.sqrt(error / walks));
    expect(stopped / walks).toBeGreaterThan(error / 2);
  });

  it('is clear earlier than a sign test', () => {
    expect(walkBounds([8], 0.01 / 8, [0.25], STEP.ofThree)).toEqual([8]);
    expect(walkBounds([8], 0.01 / 8, [0.25], STEP.ofTwo)).toEqual([Number.POSITIVE_INFINITY]);
    expect(walkBounds([3], 0.01, [1], STEP.ofThree)).toEqual([Number.POSITIVE_INFINITY]);
  });
});

describe('a comparison in which nothing changed', () => {
  for (const [name, noise] of Object.entries(NOISES)) {
    it(`calls nothing slower or faster in 99 of 100 compares of 8 cases: ${name}`, () => {
      const random = seededRandom(5);
      let alarms = 0;
      const compares = 400;
      for (let i = 0; i < compares; i++) {
        const decisions = Array.from({ length: 8 }, () => decide({ processes: draw(noise, random), noise: [] }, RULES));
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
  const time = fc.double({ min: 0.7, max: 1.4, noNaN: true });
  const process = fc
    .tuple(time, time, time)
    .map(([base, head, twin]) => ({ headToBase: head / base, headToTwin: head / twin, twinToBase: twin / base }));
  const processes = fc.array(process, { minLength: 1, maxLength: 40 });
  const noise = [0.995, 1.004, 1.001, 0.998, 1.01, 0.992, 1.003];
  const [first = 0] = AB_RULES.looks;

  it('is mirrored when time runs the other way', () => {
    const mirror = { slower: 'faster', faster: 'slower', same: 'same', unclear: 'unclear' } as const;
    const inverse = ({ headToBase, headToTwin, twinToBase }: AbProcess) => ({
      headToBase: 1 / headToBase,
      headToTwin: headToTwin && 1 / headToTwin,
      twinToBase: twinToBase && 1 / twinToBase,
    });
    fc.assert(
      fc.property(processes, (list) => {
        const there = decide({ processes: list, noise }, RULES);
        const back = decide({ processes: list.map(inverse), noise }, RULES);
        fc.pre(there.verdict !== 'same' || list.length % 2 === 1);
        expect(back.verdict === mirror[there.verdict] || [there.verdict, back.verdict].includes('unclear')).toBe(true);
      }),
    );
  });

  it('stands once it is final, whatever is measured later', () => {
    fc.assert(
      fc.property(processes, processes, (before, later) => {
        const decision = decide({ processes: before, noise }, RULES);
        if (decision.final) expect(decide({ processes: [...before, ...later], noise }, RULES)).toEqual(decision);
      }),
    );
  });

  it('waits for the first look', () => {
    const slow = { headToBase: 1.2, headToTwin: 1.2, twinToBase: 1 };
    const decision = decide({ processes: Array(first - 1).fill(slow), noise }, RULES);
    expect(decision).toMatchObject({ verdict: 'unclear', final: false, processes: first - 1 });
    expect(decision.reason).toBe(
      `not 1.3 times slower or faster in each of 2 processes; smaller differences are tested after ${first} processes`,
    );
    const decided = decide({ processes: Array(first).fill(slow), noise }, RULES);
    expect(decided).toMatchObject({ verdict: 'slower', final: true });
    expect(decided.reason).toBe(
      `slower than both the base and its twin in ${first} of ${first} processes, faster in 0`,
    );
  });

  it('does not wait where the difference is beyond what equal pipelines ever show', () => {
    const gross = { headToBase: 1.5, headToTwin: 1.4, twinToBase: 1.07 };
    const decision = decide({ processes: [gross, gross], noise }, RULES);
    expect(decision).toMatchObject({ verdict: 'slower', final: true, processes: 2 });
    expect(decision.reason).toBe('more than 1.3 times slower than both the base and its twin in each of 2 processes');
    expect(decide({ processes: [gross], noise }, RULES).final).toBe(false);
    const once = { headToBase: 1.5, headToTwin: 1.2, twinToBase: 1.25 };
    expect(decide({ processes: [gross, once], noise }, RULES).final).toBe(false);
    const back = { headToBase: 0.6, headToTwin: 0.7, twinToBase: 0.9 };
    expect(decide({ processes: [back, back], noise }, RULES).verdict).toBe('faster');
    const alone = { headToBase: 1.5, headToTwin: null, twinToBase: null };
    expect(decide({ processes: [alone, alone], noise }, RULES).final).toBe(false);
  });

  it('does without a twin, as a sign test', () => {
    const ratios = Array.from({ length: LAST }, (_, i) => 1.03 + i / 1e4);
    expect(decide({ processes: pairs(ratios), noise }, RULES)).toMatchObject({ verdict: 'slower' });
    expect(decide({ processes: pairs(ratios.slice(0, first)), noise }, RULES)).toMatchObject({ verdict: 'unclear' });
  });

  it('holds its tongue within the floor and without one', () => {
    const slow = pairs(Array.from({ length: LAST }, (_, i) => 1.03 + i / 1e4));
    expect(decide({ processes: slow, noise: [] }, RULES)).toMatchObject({
      verdict: 'unclear',
      floor: null,
      final: true,
    });
    const wild = decide({ processes: slow, noise: [1.2, 1.1, 0.85, 0.95, 1.3] }, RULES);
    expect(wild.verdict).toBe('unclear');
    expect(wild.reason).toMatch(/^\d+ of \d+ processes slower, but within the A\/A floor of \d+\.\d %$/);
  });

  it('believes the larger floor, of its twins or of an A/A elsewhere', () => {
    const twins = draw(modes(0.002, 0), seededRandom(3), 0.03);
    expect(decide({ processes: twins, noise: [] }, RULES)).toMatchObject({ verdict: 'slower' });
    expect(decide({ processes: twins, noise: [1.2, 1.1, 0.85, 0.95, 1.3] }, RULES)).toMatchObject({
      verdict: 'unclear',
    });
  });

  it('calls a clear difference below the minimum effect the same', () => {
    const ratios = Array.from({ length: first }, (_, i) => 1.008 + i / 1e4);
    expect(decide({ processes: pairs(ratios), noise }, RULES)).toMatchObject({ verdict: 'same', final: true });
  });

  it('refuses what is no ratio and rules that contradict themselves', () => {
    expect(() => decide({ processes: pairs([1, 0]), noise }, RULES)).toThrow('must be positive, got 0');
    expect(() => decide({ processes: pairs([1]), noise }, { ...RULES, looks: [20, 14, 26, 32] })).toThrow('ascending');
    expect(() => decide({ processes: pairs([1]), noise }, { ...RULES, spent: [1] })).toThrow('share of the error');
  });
});

describe('looks for many cases', () => {
  it.each([
    [1, [8, 12, 16, 20]],
    [13, [8, 12, 16, 20]],
    [14, [9, 12, 16, 20]],
    [39, [9, 12, 16, 20]],
    [40, [10, 12, 16, 20]],
    [1063, [13, 14, 16, 20]],
  ])('%i cases can be decided at the first of %o', (cases, looks) => {
    const rules = rulesFor(AB_RULES, cases, true);
    expect(rules.looks).toEqual(looks);
    expect(rules.cases).toBe(cases);
    expect(boundsOf(rules, true)[0]).toBeLessThanOrEqual(looks[0] ?? 0);
  });

  it('never call more than the family error slower or faster, by the walk itself', () => {
    for (const cases of [1, 14, 200]) {
      const rules = rulesFor(AB_RULES, cases, true);
      const bounds = boundsOf(rules, true);
      let worst = 0;
      for (const [i, look] of rules.looks.entries())
        worst = Math.max(worst, 2 * walkAtLeast(bounds[i] ?? 0, look, STEP.ofThree, STEP.ofThree));
      expect(worst * cases).toBeLessThanOrEqual(rules.familyError);
    }
  });
});
