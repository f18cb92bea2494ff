import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, type Random, seededRandom } from '../stats/random.ts';
import type { MeasuredRow } from './row.ts';
import {
  type Beside,
  dividedBySentinel,
  powerOfSentinel,
  referenceFor,
  referenceOf,
  summarizeAt,
} from './sentinel-share.ts';
import { exampleRecord, measuredRow, rowBase } from './testdata/example.ts';

/** A record of one row whose processes all ran at `speeds` times the usual time, sentinel included. */
function drifting(speeds: readonly number[], exponent = 1) {
  const row = measuredRow(speeds.map((speed) => [2e-3 * speed, 2.02e-3 * speed, 2.01e-3 * speed])) as MeasuredRow;
  const visits = row.visits.map((visit, i) => {
    const reading = { atSeconds: 0, aluSeconds: 5e-4 * (speeds[i] ?? 1) ** exponent, copySeconds: 3e-3 };
    return { ...visit, sentinel: { before: reading, after: reading } };
  });
  return exampleRecord([{ ...row, visits }]);
}

const measured = (record: ReturnType<typeof drifting>) => record.cases[0] as MeasuredRow;

describe('the level of a record among others', () => {
  const withProbes = (probes: number | undefined, speed: number) => {
    const record = drifting(Array.from({ length: 6 }, () => speed));
    return { ...record, settings: { ...record.settings, ...(probes && { probes }) } };
  };

  it('leaves out records whose sentinels are other programs, and other machines', () => {
    const [old, stated, own, later] = [
      withProbes(undefined, 1),
      withProbes(1, 1.1),
      withProbes(2, 4),
      withProbes(2, 4.4),
    ];
    const elsewhere = { ...withProbes(2, 9), machine: 'elsewhere' };
    const all = [old, stated, own, later, elsewhere];
    expect(referenceFor(own, all, 'alu')).toBe(referenceOf([own, later], 'alu'));
    expect(referenceFor(old, all, 'alu')).toBe(referenceOf([old, stated], 'alu'));
    expect(referenceFor(elsewhere, all, 'alu')).toBe(referenceOf([elsewhere], 'alu'));
    const time = (record: typeof own) => measured(dividedBySentinel(record, 'alu', referenceFor(record, all, 'alu')));
    expect(time(own).summary.medianSeconds / measured(own).summary.medianSeconds).toBeCloseTo(1.05, 2);
  });
});

describe('times divided by the sentinel', () => {
  it('are equal in all processes of a machine whose drift the sentinel shares', () => {
    const speeds = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 6, maxLength: 20 });
    fc.assert(
      fc.property(speeds, (given) => {
        const { summary, visits } = measured(dividedBySentinel(drifting(given), 'alu'));
        const medians = visits.map((visit) => visit.medianSeconds);
        expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(1.0001);
        expect(summary.intervalSeconds[1] / summary.intervalSeconds[0]).toBeLessThan(1.0001);
      }),
    );
  });

  it('keep time and rates of one row in step, and leave what was measured alone', () => {
    const record = drifting([1, 1, 1, 2, 2, 2, 2]);
    const before = structuredClone(record);
    const [row, was] = [measured(dividedBySentinel(record, 'alu')), measured(record)];
    expect(record).toEqual(before);
    expect(row.visits[6]?.medianSeconds).toBeCloseTo((was.visits[6]?.medianSeconds ?? 0) / 2, 6);
    expect(row.visits[0]?.medianSeconds).toBe(was.visits[0]?.medianSeconds);
    const work = was.summary.flopPerSecond * was.summary.medianSeconds;
    expect(row.summary.flopPerSecond * row.summary.medianSeconds).toBeCloseTo(work, 0);
  });

  it('follow the sentinel that was asked for', () => {
    const speeds = [1, 1.5, 1, 1, 1.2, 1];
    const { visits } = measured(dividedBySentinel(drifting(speeds), 'copy'));
    expect(visits).toEqual(measured(drifting(speeds)).visits);
  });

  it('use what ran beside the case when asked for the matmul', () => {
    const record = drifting([1, 1, 1, 1, 1, 1]);
    const row = measured(record);
    const speeds = [1, 2, 1, 1, 2, 1];
    const visits = row.visits.map((visit, i) => {
      const speed = speeds[i] ?? 1;
      return { ...visit, medianSeconds: visit.medianSeconds * speed, toSentinel: visit.medianSeconds / 5e-4 };
    });
    const beside = { ...record, cases: [{ ...row, visits }] };
    const { summary } = measured(dividedBySentinel(beside, 'gemm'));
    expect(summary.medianSeconds).toBeCloseTo(row.summary.medianSeconds, 9);
    expect(summary.intervalSeconds[1] / summary.intervalSeconds[0]).toBeLessThan(1.0001);
  });

  it('say so where the sentinel was not read', () => {
    const row = measuredRow([[1e-3], [1e-3]]) as MeasuredRow;
    const unread = { ...row, visits: row.visits.map(({ sentinel: _, ...visit }) => visit) };
    const bare = exampleRecord([unread, { ...rowBase(), status: 'skipped', reason: 'budget' }]);
    const { cases } = dividedBySentinel(bare, 'alu');
    expect(cases[0]?.warnings).toContainEqual(expect.objectContaining({ code: 'no-sentinel' }));
    expect(cases[1]).toEqual(bare.cases[1]);
  });
});

/** Visits of a case that takes a second in good moments, on a machine that is 1.5 times slower in a `share` of them. */
function visitsOf(random: Random, { share, power, noise, outliers }: Host & { power: number }) {
  return (): Beside => {
    const slow = random() < share ? Math.log(1.5) : 0;
    const own = noise * gaussian(random) * (random() < outliers ? 5 : 1);
    return { seconds: Math.exp(power * slow + own), sentinelSeconds: Math.exp(slow + 0.02 * gaussian(random)) };
  };
}

interface Host {
  /** Of visits in which the machine is slow. */
  readonly share: number;
  /** σ of what the sentinel does not see. */
  readonly noise: number;
  /** Share of visits in which that is five times as much. */
  readonly outliers: number;
}

const HOSTS: Record<string, Host> = {
  steady: { share: 0, noise: 0.03, outliers: 0.1 },
  'slow now and then': { share: 0.1, noise: 0.03, outliers: 0.1 },
  'slow in half of all visits': { share: 0.5, noise: 0.03, outliers: 0.1 },
  'slow in most visits': { share: 0.8, noise: 0.03, outliers: 0.1 },
  'slow in half of all visits, quiet besides': { share: 0.4, noise: 0.02, outliers: 0 },
};

describe('how a case follows the sentinel beside it', () => {
  it.each([0, 0.65, 1])('is found: to the power %d', (power) => {
    const visit = visitsOf(seededRandom(7), { share: 0.5, noise: 0.01, outliers: 0.1, power });
    expect(powerOfSentinel(Array.from({ length: 27 }, visit)).value).toBeCloseTo(power, 1);
  });

  it('is open where the sentinel never moved', () => {
    const still = powerOfSentinel([1, 1.2, 1.1].map((seconds) => ({ seconds, sentinelSeconds: 1 })));
    expect(still).toEqual({ value: 0.85, standardError: 0.25 });
  });

  it('leaves intervals wide where all visits were in slow moments', () => {
    const visits = Array.from(
      { length: 27 },
      visitsOf(seededRandom(3), { ...HOSTS.steady, power: 0.65 } as Host & { power: number }),
    );
    const slow = visits.map(({ seconds, sentinelSeconds }) => ({
      seconds: 1.3 * seconds,
      sentinelSeconds: 1.5 * sentinelSeconds,
    }));
    const { interval } = summarizeAt(slow, 1);
    expect(interval[0]).toBeLessThan(1);
    expect(interval[1]).toBeGreaterThan(1);
  });

  it.each(Object.entries(HOSTS))('leaves intervals that hold the truth, stopping when narrow: %s', (_, host) => {
    const random = seededRandom(11);
    const runs = 1000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const visit = visitsOf(random, { ...host, power: 0.65 });
      const visits: Beside[] = [];
      for (const look of [9, 13, 19, 27]) {
        while (visits.length < look) visits.push(visit());
        const { median, interval } = summarizeAt(visits, 1);
        const narrow = interval[1] - interval[0] <= 2 * 0.03 * median;
        if (!narrow && look < 27) continue;
        if (interval[0] <= 1 && 1 <= interval[1]) covered++;
        break;
      }
    }
    expect(covered / runs).toBeGreaterThan(0.92);
    expect(covered / runs).toBeLessThan(0.98);
  });
});
