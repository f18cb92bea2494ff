import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeasuredRow } from './row.ts';
import { dividedBySentinel } from './sentinel-share.ts';
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
    expect(row.visits[0]?.medianSeconds).toBeCloseTo(2 * (was.visits[0]?.medianSeconds ?? 0), 6);
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
