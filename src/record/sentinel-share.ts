/**
 * Times divided by the sentinel: what a record's rows would say had the machine run its frozen kernels at the same speed in
 * every visit. For looking at a record from a machine that drifts; no verdict is ever based on it, because a kernel need
 * not slow down by the same factor as the sentinel.
 */
import type { MeasuredRow, Row } from './row.ts';
import type { RunRecord } from './schema.ts';
import { median, summarize } from './summary.ts';

export const SENTINELS = ['alu', 'copy'] as const;
export type SentinelName = (typeof SENTINELS)[number];

type Visit = MeasuredRow['visits'][number];

/**
 * A copy of the record with each visit's times multiplied by (the run's median sentinel ÷ the visit's own, the mean of the
 * readings before and after it), and the summaries made again from those. Rows that lack a reading stay as they are and say so.
 * Where the ALU sentinel ran beside the case, block by block, a visit's time is its ratio to that instead.
 */
export function dividedBySentinel(record: RunRecord, name: SentinelName): RunRecord {
  const readings = record.cases.flatMap((row) => row.visits.flatMap((visit) => sentinelOf(visit, name) ?? []));
  const usual = median(readings);
  return { ...record, cases: record.cases.map((row) => (row.status === 'measured' ? divided(row, name, usual) : row)) };
}

/** Seconds of the sentinel around a visit; undefined when it was not read. */
function sentinelOf({ sentinel }: Visit, name: SentinelName): number | undefined {
  if (!sentinel) return undefined;
  const key = name === 'alu' ? 'aluSeconds' : 'copySeconds';
  const { before, after = before } = sentinel;
  const seconds = (before[key] + after[key]) / 2;
  return seconds > 0 ? seconds : undefined;
}

/** Seconds of the sentinel while the case ran; NaN when it was not read. */
function sentinelDuring(visit: Visit, name: SentinelName): number {
  if (name === 'alu' && visit.toSentinel !== undefined) return visit.medianSeconds / visit.toSentinel;
  return sentinelOf(visit, name) ?? Number.NaN;
}

function divided(row: MeasuredRow, name: SentinelName, usual: number): Row {
  const factors = row.visits.map((visit) => usual / sentinelDuring(visit, name));
  if (!factors.every(Number.isFinite)) {
    const message = 'not divided by the sentinel, which was not read around every visit';
    return { ...row, warnings: [...row.warnings, { code: 'no-sentinel', message }] };
  }
  const visits = row.visits.map((visit, i) => scaled(visit, factors[i] ?? 1));
  const { median: middle, interval, kind } = summarize(visits.map((visit) => visit.medianSeconds));
  const gain = row.summary.medianSeconds / middle;
  const { ofPeak, ofRoofline, ...summary } = row.summary;
  return {
    ...row,
    visits,
    summary: {
      ...summary,
      medianSeconds: middle,
      intervalSeconds: interval,
      intervalKind: kind,
      flopPerSecond: summary.flopPerSecond * gain,
      bytesPerSecond: summary.bytesPerSecond * gain,
      ...(ofPeak !== undefined && { ofPeak: ofPeak * gain }),
      ...(ofRoofline !== undefined && { ofRoofline: ofRoofline * gain }),
    },
  };
}

function scaled(visit: Visit, factor: number): Visit {
  return {
    ...visit,
    medianSeconds: visit.medianSeconds * factor,
    mad: visit.mad * factor,
    wallSeconds: visit.wallSeconds * factor,
    ...(visit.samples && { samples: visit.samples.map((seconds) => seconds * factor) }),
  };
}
