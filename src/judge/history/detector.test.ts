import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median } from '../../stats/centre.ts';
import { gaussian, seededRandom } from '../../stats/random.ts';
import { RecentMaximum, SortedWindow } from '../../stats/sorted-window.ts';
import { Detector, type DetectorEvent } from './detector.ts';
import { RunFactor } from './run-factor.ts';

function noise(seed: number, count: number, sigma = 0.01): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => sigma * gaussian(random));
}
function eventsOf(costs: readonly number[]): DetectorEvent[] {
  const detector = new Detector();
  return costs.flatMap((cost) => detector.push(cost));
}
const confirmed = (costs: readonly number[]) => eventsOf(costs).filter(({ kind }) => kind === 'confirmed');
const stepped = (costs: readonly number[], at: number, size: number, until = Number.POSITIVE_INFINITY) =>
  costs.map((cost, i) => (i >= at && i < until ? cost + size : cost));

describe('the detector', () => {
  it('confirms a slowdown with its fifth point, and says where it began', () => {
    const [change, ...others] = confirmed(stepped(noise(1, 120), 80, 0.1));
    expect(others).toEqual([]);
    expect(change).toMatchObject({ from: 80, at: 84 });
    expect(change?.size).toBeCloseTo(0.1, 1);
  });

  it('suspects before it confirms, and withdraws what does not last', () => {
    const kinds = eventsOf(stepped(noise(2, 120), 60, 0.1, 63)).map(({ kind, at }) => `${kind} ${at}`);
    expect(kinds).toEqual(['suspected 61', 'withdrawn 63']);
    expect(eventsOf(stepped(noise(2, 70), 60, 0.1)).map(({ kind }) => kind)).toEqual(['suspected', 'confirmed']);
  });

  it('retracts what none of the next points supports, and knows the old level again', () => {
    const spell = stepped(noise(2, 120), 60, 0.1, 65);
    const about = (costs: readonly number[]) => eventsOf(costs).map(({ kind, from, at }) => `${kind} ${from} ${at}`);
    expect(about(spell)).toEqual(['suspected 60 61', 'confirmed 60 64', 'retracted 60 74']);
    const [, again] = confirmed(stepped(spell, 75, 0.1));
    expect(again).toMatchObject({ from: 75, at: 79 });
    expect(again?.before).toBeCloseTo(0, 2);
  });

  it('stands by a level that outlived its confirmation: its end is another change', () => {
    const plateau = eventsOf(stepped(noise(2, 120), 60, 0.1, 82));
    expect(plateau.map(({ kind, from, size }) => `${kind} ${from} ${Math.sign(size)}`)).toEqual([
      'suspected 60 1',
      'confirmed 60 1',
      'confirmed 82 -1',
    ]);
    expect(eventsOf(stepped(noise(2, 120), 60, 0.1, 66)).some(({ kind }) => kind === 'retracted')).toBe(false);
  });

  it('passes over one point that dropped out, and no more than one', () => {
    const dropped = (...points: number[]) =>
      confirmed(stepped(noise(8, 66), 60, 0.1).map((cost, i) => (points.includes(i) ? cost - 0.5 : cost)));
    expect(dropped(62)[0]).toMatchObject({ from: 60, at: 64 });
    expect(dropped(62, 63)).toEqual([]);
    const ordinary = stepped(noise(8, 65), 60, 0.1).map((cost, i) => (i === 62 ? cost - 0.1 : cost));
    expect(confirmed(ordinary)).toEqual([]);
  });

  it('takes a speed-up for a new level, and sees the slowdown that follows', () => {
    const changes = confirmed(stepped(stepped(noise(3, 200), 60, -0.2), 120, 0.1));
    expect(changes.map(({ from, size }) => [from, Math.sign(size)])).toEqual([
      [60, -1],
      [120, 1],
    ]);
  });

  it('judges a bimodal series by its upper mode', () => {
    const random = seededRandom(4);
    const bimodal = noise(5, 300).map((cost) => cost + (random() < 0.3 ? 0.12 : 0));
    const settled = (costs: readonly number[]) => confirmed(costs).filter(({ at }) => at >= 150);
    expect(settled(bimodal)).toEqual([]);
    expect(settled(stepped(bimodal, 200, 0.3))[0]).toMatchObject({ from: 200 });
  });

  it('ignores outliers of any size', () => {
    const costs = noise(6, 200).map((cost, i) => (i % 17 === 16 ? cost + 1 : cost));
    expect(confirmed(costs)).toEqual([]);
  });

  it('never takes back what it said: more points only add', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 20, max: 150 }),
        fc.double({ min: -0.3, max: 0.3, noNaN: true }),
        (seed, at, size) => {
          const costs = stepped(noise(seed, 160, 0.03), at, size);
          const early = eventsOf(costs.slice(0, 100));
          expect(eventsOf(costs).slice(0, early.length)).toEqual(early);
        },
      ),
    );
  });

  it('does not depend on units', () => {
    const costs = stepped(noise(7, 120), 70, 0.08);
    const shifted = confirmed(costs.map((cost) => cost + 12));
    expect(shifted.map(({ from, at }) => [from, at])).toEqual(confirmed(costs).map(({ from, at }) => [from, at]));
  });

  it('states an effect that it then finds 9 times in 10', () => {
    let [found, count] = [0, 0];
    for (let seed = 100; seed < 300; seed++) {
      const costs = noise(seed, 105);
      const detector = new Detector();
      for (const cost of costs.slice(0, 100)) detector.push(cost);
      const effect = detector.minimalDetectableEffect();
      if (effect === null) continue;
      count++;
      const events = costs.slice(100).flatMap((cost) => detector.push(cost + Math.log1p(effect)));
      if (events.some(({ kind, size }) => kind === 'confirmed' && size > 0)) found++;
    }
    expect(found / count).toBeGreaterThan(0.85);
    expect(new Detector().minimalDetectableEffect()).toBeNull();
  });
});

describe('the run factor', () => {
  it('follows what all series share and nothing that one does', () => {
    const runs = new RunFactor();
    const random = seededRandom(9);
    const factors: (number | null)[] = [];
    for (let run = 0; run < 60; run++) {
      const common = run >= 40 ? 0.2 : 0;
      factors.push(
        runs.push(
          Array.from({ length: 20 }, (_, i) => common + (i === 3 && run >= 30 ? 0.5 : 0) + 0.01 * gaussian(random)),
        ),
      );
    }
    expect(factors[7]).toBeNull();
    for (const factor of factors.slice(12, 40)) expect(Math.abs(factor ?? 1)).toBeLessThan(0.01);
    for (const factor of factors.slice(40)) expect(factor).toBeCloseTo(0.2, 1);
  });

  it('is unknown with few series, and bridges series that are missing', () => {
    const few = new RunFactor();
    for (let run = 0; run < 30; run++) expect(few.push([0, 0, 0])).toBeNull();
    const runs = new RunFactor();
    for (let run = 0; run < 20; run++) runs.push(Array(10).fill(0));
    expect(runs.push([Number.NaN, Number.NaN, ...Array(8).fill(0.3)])).toBeCloseTo(0.3);
  });
});

describe('a sorted window', () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 40 });

  it('has the median and the median absolute deviation of what it holds', () => {
    fc.assert(
      fc.property(values, fc.nat(), (list, drop) => {
        const window = new SortedWindow(40);
        for (const value of list) window.insert(value);
        const kept = list.length > 1 ? list.filter((_, i) => i !== drop % list.length) : list;
        if (list.length > 1) window.remove(list[drop % list.length] as number);
        expect(window.median()).toBeCloseTo(median(kept), 9);
        const centre = window.median();
        expect(window.sigma(centre)).toBeCloseTo(1.4826 * median(kept.map((value) => Math.abs(value - centre))), 9);
      }),
    );
  });

  it('refuses to overflow and to give what it does not hold', () => {
    const window = new SortedWindow(1);
    window.insert(1);
    expect(() => window.insert(2)).toThrow('holds 1 values');
    expect(() => window.remove(2)).toThrow('does not hold 2');
  });

  it('remembers the largest of the last few', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 10 }), (list, span) => {
        const recent = new RecentMaximum(span);
        list.forEach((value, i) => {
          recent.push(value);
          expect(recent.value).toBe(Math.max(0, ...list.slice(Math.max(0, i + 1 - span), i + 1)));
        });
      }),
    );
  });
});
