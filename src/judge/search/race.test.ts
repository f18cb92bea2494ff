import { describe, expect, it } from 'vitest';
import { levelOf, scaleOf } from '../../stats/level.ts';
import { gaussian, type Random, seededRandom } from '../../stats/random.ts';
import { fitField, type Observation } from './field.ts';
import { answerOf } from './groups.ts';
import { isLook, RACE_RULES, type RaceTable, raceLook } from './race.ts';
import { Chance, standings } from './standing.ts';

/** True ln slowness of each candidate; noise as in one process of a scripted device. */
function observe(truth: readonly number[], processes: number, random: Random, noise = 0.01): Observation[] {
  const all: Observation[] = [];
  for (let process = 0; process < processes; process++) {
    const luck = 0.05 * gaussian(random);
    for (const [candidate, slowness] of truth.entries()) {
      for (const gemm of [0, 1]) {
        const mode = random() < 0.2 ? 0.18 : 0;
        const log = slowness + luck + mode + noise * gaussian(random);
        all.push({ candidate, gemm, process, seconds: (gemm + 1) * 1e-3 * Math.exp(log) });
      }
    }
  }
  return all;
}

const tableOf = (observations: readonly Observation[], candidates: number): RaceTable => ({
  observations,
  weights: { times: [1, 1], divisors: new Array<number>(candidates).fill(1) },
});

describe('levelOf', () => {
  it('is the level of the fast mode, whatever the slow one does', () => {
    const fast = [0.99, 1, 1.01, 1, 1.005];
    expect(levelOf([...fast, 1.2, 1.25, 1.3], 0.01)).toBeCloseTo(levelOf(fast, 0.01), 6);
    expect(levelOf(fast, 0.01)).toBeCloseTo(1.001, 3);
  });

  it('follows the only mode there is', () => {
    expect(levelOf([1.2, 1.21, 1.19], 0.01)).toBeCloseTo(1.2, 2);
    expect(levelOf([2], 0.1)).toBe(2);
    expect(levelOf([], 0.1)).toBeNaN();
  });

  it('takes exact observations as they are', () => {
    expect(levelOf([1, 1, 1], 0)).toBe(1);
    expect(scaleOf([0, 0, 0])).toBe(0);
  });
});

describe('fitField', () => {
  it('takes out what a process does to everybody', () => {
    const truth = [0, 0.1, 0.2];
    const field = fitField(observe(truth, 8, seededRandom(1), 0), 3, 2);
    const levels = field.entries.map(([first]) => first?.level ?? Number.NaN);
    expect((levels[1] ?? 0) - (levels[0] ?? 0)).toBeCloseTo(0.1, 2);
    expect((levels[2] ?? 0) - (levels[0] ?? 0)).toBeCloseTo(0.2, 2);
  });

  it('refuses a time that is none', () => {
    expect(() => fitField([{ candidate: 0, gemm: 0, process: 0, seconds: 0 }], 1, 1)).toThrow(/positive/);
  });

  it('leaves a candidate without observations out of the standings', () => {
    const field = fitField(observe([0, 0], 4, seededRandom(2)), 3, 2);
    expect(standings(field, { times: [1, 1], divisors: [1, 1, 1] }).map(({ candidate }) => candidate)).toEqual([0, 1]);
  });
});

describe('Chance', () => {
  it('tells smaller differences with more processes and fewer candidates', () => {
    const random = seededRandom(3);
    const field = fitField(observe(new Array<number>(10).fill(0), 12, random), 10, 2);
    const chance = new Chance(field, [0.5, 0.5], random);
    expect(chance.range(20, 10, 0.05)).toBeLessThan(chance.range(8, 10, 0.05));
    expect(chance.range(20, 2, 0.05)).toBeLessThan(chance.range(20, 10, 0.05));
    expect(chance.range(20, 1, 0.05)).toBe(0);
    const [low, high] = chance.interval(12);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it('tells nothing from one process', () => {
    const field = fitField(observe([0, 0.5], 1, seededRandom(4)), 2, 2);
    expect(new Chance(field, [0.5, 0.5], seededRandom(5)).range(1, 2, 0.05)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a race', () => {
  const truth = [0, 0, 0, 0.3, 0.3, 0.05];
  const run = (observations: readonly Observation[], kept: readonly number[] = []) => {
    let running: readonly number[] = truth.map((_, i) => i);
    for (let processes = 1; processes <= 46; processes++) {
      if (!isLook(processes, RACE_RULES)) continue;
      const seen = observations.filter(({ process }) => process < processes);
      const state = raceLook(tableOf(seen, truth.length), running, processes, RACE_RULES, kept);
      running = state.running;
      if (state.done) return { running, processes };
    }
    return { running, processes: 46 };
  };

  it('sends losers away, keeps equals together and the baseline whatever its rate', () => {
    const observations = observe(truth, 46, seededRandom(6));
    const { running, processes } = run(observations, [3]);
    expect(running).toEqual([0, 1, 2, 3]);
    const seen = observations.filter(({ process }) => process < processes);
    const answer = answerOf(tableOf(seen, truth.length), running, 6, processes, RACE_RULES);
    expect(answer.groups.map((group) => [...group].sort())).toEqual([[0, 1, 2], [5], [3, 4]]);
    expect(
      answer.placed
        .filter(({ confirmed }) => confirmed)
        .map(({ candidate }) => candidate)
        .sort(),
    ).toEqual(running);
    for (const { total, interval } of answer.placed) {
      expect(interval[0]).toBeLessThan(total);
      expect(interval[1]).toBeGreaterThan(total);
    }
  });

  it('ends sooner where there is less noise', () => {
    const quiet = run(observe(truth, 46, seededRandom(7), 0.001)).processes;
    expect(quiet).toBeLessThan(run(observe(truth, 46, seededRandom(7), 0.02)).processes);
  });

  it('needs more than one process for any answer', () => {
    const answer = answerOf(tableOf(observe(truth, 1, seededRandom(8)), truth.length), [0, 1], 6, 1, RACE_RULES);
    expect(answer.groups).toHaveLength(1);
    expect(answer.resolution).toBe(Number.POSITIVE_INFINITY);
  });
});
