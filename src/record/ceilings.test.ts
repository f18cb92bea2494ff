import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandwidth, ceilingOf, ceilings } from './ceilings.ts';
import { contradictions } from './consistency.ts';
import type { MeasuredRow } from './row.ts';
import type { Peak, RunRecord } from './schema.ts';
import { exampleRecord, measuredRow, PROBLEM, rowBase, SAMPLES } from './testdata/example.ts';

const rates = (copy: number, read?: number): Peak[] => [
  { path: 'copy', bytesPerSecond: copy },
  ...(read === undefined ? [] : [{ path: 'read', bytesPerSecond: read }]),
];

describe('the bandwidth of a mix of traffic', () => {
  it('is that of reads where nothing is written, that of a copy where half or more is', () => {
    expect(bandwidth(rates(8e9, 10e9), 0)).toBeCloseTo(10e9, 0);
    expect(bandwidth(rates(8e9, 10e9), 0.5)).toBeCloseTo(8e9, 0);
    expect(bandwidth(rates(8e9, 10e9), 0.9)).toBeCloseTo(8e9, 0);
  });

  it('adds what its reads and its writes take', () => {
    const rate = fc.double({ min: 1e9, max: 1e12, noNaN: true });
    const share = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(rate, fc.double({ min: 0.3, max: 1.9, noNaN: true }), share, (read, ratio, written) => {
        const copy = read * ratio;
        const [readSeconds, writeSeconds] = [1 / read, 2 / copy - 1 / read];
        const expected = 1 / ((1 - written) * readSeconds + written * writeSeconds);
        expect(bandwidth(rates(copy, read), written)).toBeCloseTo(expected, -4);
      }),
    );
  });

  it('is the copy rate in records without a rate of reads, and unknown without either', () => {
    expect(bandwidth(rates(8e9), 0)).toBe(8e9);
    expect(bandwidth([], 0)).toBeUndefined();
  });
});

describe('shares of ceilings', () => {
  const format = { acc: 'f32' as const };
  /** One row by a matrix of 64 MB: half a FLOP per byte, next to nothing written. */
  const work = { flop: 3.2e7, bytes: 6.4e7, bytesWritten: 1.6e4, format };
  const peaks: Peak[] = [{ path: 'f32-fma', flopPerSecond: 1e12 }, ...rates(5e9, 8e9)];

  it('hold what only reads to the rate of reads', () => {
    const seconds = 6.4e7 / 7.2e9;
    expect(ceilings(work, seconds, peaks).ofRoofline).toBeCloseTo(0.9, 3);
    const withoutRead = peaks.filter(({ path }) => path !== 'read');
    expect(ceilings(work, seconds, withoutRead).ofRoofline).toBeCloseTo(1.44, 2);
  });

  it('are of the matrix units where a kernel uses them, and a record says so of itself', () => {
    const matrix: Peak[] = [...peaks, { path: 'f16-matrix-acc-f32', flopPerSecond: 8e12 }];
    expect(ceilings({ ...work, matrixUnits: true }, 1e-5, matrix).ofPeak).toBeCloseTo(0.4, 6);
    expect(ceilings(work, 1e-5, matrix).ofPeak).toBeCloseTo(3.2, 6);
  });
});

describe('a record', () => {
  /** The example with other peaks, and the resulting shares. */
  function on(peaks: readonly Peak[], kernel: object = {}): RunRecord {
    const row = measuredRow(SAMPLES) as MeasuredRow;
    const bytesWritten = PROBLEM.shape.m * PROBLEM.shape.n * 4;
    const work = { ...rowBase(), bytesWritten, ...kernel };
    const shares = ceilings(work, row.summary.medianSeconds, peaks);
    const rows = [{ ...row, kernel: { ...row.kernel, ...kernel }, summary: { ...row.summary, ...shares } }];
    return exampleRecord(rows, { peaks: [...peaks] });
  }

  it('is sound with a rate of reads and without, each with its own share', () => {
    const base: Peak[] = [{ path: 'f32-fma', flopPerSecond: 5e10 }];
    const [old, own] = [on([...base, ...rates(8e9)]), on([...base, ...rates(8e9, 16e9)])];
    for (const record of [old, own]) expect(contradictions(record)).toEqual([]);
    const share = ({ cases: [row] }: RunRecord) => (row as MeasuredRow).summary.ofRoofline ?? 0;
    expect(share(own) / share(old)).toBeCloseTo(0.5, 2);
    expect(contradictions({ ...own, peaks: old.peaks }).join()).toMatch(/ofRoofline is/);
  });

  it('is sound where a kernel on matrix units is held to them, and not where it does not say so', () => {
    const peaks: Peak[] = [
      { path: 'f32-fma', flopPerSecond: 5e10 },
      { path: 'f16-matrix-acc-f32', flopPerSecond: 4e11 },
      ...rates(8e9, 9e9),
    ];
    const record = on(peaks, { matrixUnits: true });
    expect(contradictions(record)).toEqual([]);
    expect(ceilingOf(record.cases[0] as MeasuredRow, record.peaks)?.path).toBe('f16-matrix-acc-f32');
    const [row] = record.cases;
    const { matrixUnits: _, ...kernel } = (row as MeasuredRow).kernel;
    const silent = { ...record, cases: [{ ...row, kernel } as MeasuredRow] };
    expect(contradictions(silent).join()).toMatch(/ofPeak is/);
  });
});
