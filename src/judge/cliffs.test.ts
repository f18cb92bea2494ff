import { describe, expect, it } from 'vitest';
import type { MeasuredRow } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { exampleRecord } from '../record/testdata/example.ts';
import { cliffsDocument } from '../report/cliffs.ts';
import { renderText } from '../report/document/text.ts';
import { cliffsOf } from './cliffs.ts';

/** A record whose only row was measured at these widths, with a rate for each. */
function recordOf(rates: Readonly<Record<number, number>>, more: Partial<RunRecord> = {}): RunRecord {
  const example = exampleRecord();
  const row = example.cases.find((one): one is MeasuredRow => one.status === 'measured') as MeasuredRow;
  const cases = Object.entries(rates).map(([width, rate]): MeasuredRow => {
    const n = Number(width);
    const flop = 2 * row.shape.batch * row.shape.m * n * row.shape.k;
    const seconds = flop / rate;
    return {
      ...row,
      id: `${row.id}/${n}`,
      series: `${n}`,
      shape: { ...row.shape, n },
      flop,
      summary: {
        ...row.summary,
        medianSeconds: seconds,
        intervalSeconds: [seconds * 0.98, seconds * 1.02],
        intervalKind: 'confidence-95',
        flopPerSecond: rate,
      },
    };
  });
  return { ...example, ...more, cases };
}

describe('cliffsOf', () => {
  it('sets a width beside the better-aligned ones close by', () => {
    const [cliff, ...others] = cliffsOf([recordOf({ 2816: 100e9, 2880: 70e9, 2944: 98e9, 4096: 300e9 })]);
    expect(cliff).toMatchObject({ dimension: 'n', value: 2880, divisor: 64, clear: true });
    expect(cliff?.loss).toBeCloseTo(100 / 70 - 1, 12);
    expect(cliff?.neighbours.map(({ value }) => value)).toEqual([2816, 2944]);
    // 2944 is a multiple of 128 and has 2816, a multiple of 256, beside it.
    expect(others.map(({ value, clear }) => [value, clear])).toEqual([[2944, false]]);
  });

  it('calls nothing clear whose intervals overlap or are mere ranges', () => {
    expect(cliffsOf([recordOf({ 2816: 100e9, 2880: 99e9 })])[0]?.clear).toBe(false);
  });

  it('never compares machines, and takes the latest measurement', () => {
    const here = recordOf({ 2816: 100e9, 2880: 70e9 }, { machine: 'here', startedAt: '2026-01-02T00:00:00.000Z' });
    const older = recordOf({ 2880: 10e9 }, { machine: 'here', startedAt: '2026-01-01T00:00:00.000Z' });
    const there = recordOf({ 2880: 1e9 }, { machine: 'there' });
    const cliffs = cliffsOf([here, older, there]);
    expect(cliffs.map(({ machine, value }) => [machine, value])).toEqual([['here', 2880]]);
    expect(cliffs[0]?.flopPerSecond).toBe(70e9);
  });

  it('prints the worst first', () => {
    const text = renderText(cliffsDocument(cliffsOf([recordOf({ 2816: 100e9, 2880: 70e9, 2944: 98e9 })])));
    expect(text).toContain('1 of 2 shapes are clearly slower');
    expect(text).toMatch(/n=2880 .*70\.0 GFLOPS {2}2816 \+42\.9 %, 2944 \+40\.0 % .*clear/);
  });
});
