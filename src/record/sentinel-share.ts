/**
 * Times divided by the sentinel: what a record's rows would say had the machine run its frozen kernels as fast as in its good
 * moments, in every visit. For looking at a record from a machine that drifts; no verdict is ever based on it, because a
 * kernel need not slow down by the same factor as the sentinel.
 *
 * The matmul sentinel that runs beside a case is read often enough to learn that factor: a neighbour on the same core slows
 * matmuls without reuse by 1.5 and others by 1.25, so a case is divided by its own power of the sentinel's slowdown
 * (an adjustment by covariate, as in the analysis of covariance).
 */
import type { MeasuredRow, Row } from './row.ts';
import type { RunRecord } from './schema.ts';
import { type Estimate, mad, summarize } from './summary.ts';

/** Two around every process; the matmul beside every case, in runs that asked for it. */
export const SENTINELS = ['alu', 'copy', 'gemm'] as const;
export type SentinelName = (typeof SENTINELS)[number];

type Visit = MeasuredRow['visits'][number];

/** Seconds of a case and of the sentinel that ran beside it, in one visit. */
export interface Beside {
  readonly seconds: number;
  readonly sentinelSeconds: number;
}

/** The share of the sentinel's readings in a run that are faster than what counts as a good moment. */
const GOOD = 0.1;
/** Two visits whose sentinels differ by less say nothing about how a case follows it. */
const CLEAR_STEP = Math.log(1.02);

/**
 * A copy of the record with each visit's times as if the sentinel had been as fast in it as in the best tenth of the run's, and
 * the summaries made again from those. The sentinel of a visit is the mean of the readings before and after it; for `gemm`, what
 * ran beside its blocks. Rows that lack a reading stay as they are and say so.
 */
export function dividedBySentinel(record: RunRecord, name: SentinelName): RunRecord {
  const good = goodMoment(record.cases.flatMap((row) => row.visits.flatMap((visit) => sentinelOf(visit, name) ?? [])));
  return { ...record, cases: record.cases.map((row) => (row.status === 'measured' ? divided(row, name, good) : row)) };
}

/** What the sentinel takes when the machine is at its best, but for a lucky reading. */
export function goodMoment(sentinelSeconds: readonly number[]): number {
  return [...sentinelSeconds].sort((a, b) => a - b)[Math.floor(GOOD * sentinelSeconds.length)] ?? Number.NaN;
}

/**
 * How a case follows the sentinel: p in time ∝ sentinel^p, 0 where it does not care, 1 where it slows down alike. The median of
 * the slopes between all pairs of visits, weighted by how far apart their sentinels are (Theil 1950, Sen 1968, Jaeckel 1972);
 * 1 where the sentinel never moved, and always between 0 and 1.5, because a sentinel of noise alone teaches nothing.
 */
export function powerOfSentinel(visits: readonly Beside[]): number {
  const logs = visits.map(({ seconds, sentinelSeconds }) => ({ y: Math.log(seconds), x: Math.log(sentinelSeconds) }));
  const slopes = logs.flatMap((a, i) =>
    logs.slice(i + 1).flatMap((b) => {
      const step = Math.abs(a.x - b.x);
      return step < CLEAR_STEP ? [] : [{ slope: (a.y - b.y) / (a.x - b.x), weight: step }];
    }),
  );
  return Math.min(1.5, Math.max(0, weightedMedian(slopes) ?? 1));
}

/** Seconds of each visit as if the sentinel had taken `reference` seconds in all of them. */
function atReference(visits: readonly Beside[], reference: number, power: number): number[] {
  return visits.map(({ seconds, sentinelSeconds }) => seconds * (reference / sentinelSeconds) ** power);
}

/** Standard errors that make whole runs cover in 93…96 % (sentinel-share.test.ts): Student for few visits, a power by medians, optional stopping. */
const ERRORS = 3;

/**
 * The median over visits as if the sentinel had taken `reference` seconds in all of them, with its interval: that of the median,
 * and across it the error of the power, times how far the sentinel was from the reference on average.
 */
export function summarizeAt(visits: readonly Beside[], reference: number): Estimate {
  const power = powerOfSentinel(visits);
  const estimate = summarize(atReference(visits, reference, power));
  const steps = visits.map(({ sentinelSeconds }) => Math.log(sentinelSeconds / reference));
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const spread = Math.sqrt(steps.reduce((sum, step) => sum + (step - mean) ** 2, 0));
  if (spread === 0) return estimate;
  const scatter =
    1.4826 * mad(visits.map(({ seconds, sentinelSeconds }) => Math.log(seconds) - power * Math.log(sentinelSeconds)));
  const lean = (ERRORS * scatter * Math.abs(mean)) / spread;
  const [low, high] = estimate.interval.map((end) => Math.abs(Math.log(end / estimate.median)));
  const widened = (end = 0) => Math.exp(Math.hypot(end, lean));
  return { ...estimate, interval: [estimate.median / widened(low), estimate.median * widened(high)] };
}

function weightedMedian(slopes: { slope: number; weight: number }[]): number | null {
  const half = slopes.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  for (const { slope, weight } of slopes.sort((a, b) => a.slope - b.slope)) {
    below += weight;
    if (below >= half) return slope;
  }
  return null;
}

/** Seconds of the sentinel around a visit, or beside it; undefined when it was not read. */
function sentinelOf({ sentinel, toSentinel, medianSeconds }: Visit, name: SentinelName): number | undefined {
  if (name === 'gemm') return toSentinel === undefined ? undefined : medianSeconds / toSentinel;
  if (!sentinel) return undefined;
  const key = name === 'alu' ? 'aluSeconds' : 'copySeconds';
  const { before, after = before } = sentinel;
  const seconds = (before[key] + after[key]) / 2;
  return seconds > 0 ? seconds : undefined;
}

function divided(row: MeasuredRow, name: SentinelName, good: number): Row {
  const beside = row.visits.flatMap((visit) => {
    const sentinelSeconds = sentinelOf(visit, name);
    return sentinelSeconds === undefined ? [] : [{ seconds: visit.medianSeconds, sentinelSeconds }];
  });
  if (beside.length < row.visits.length) {
    const message = 'not divided by the sentinel, which was not read in every visit';
    return { ...row, warnings: [...row.warnings, { code: 'no-sentinel', message }] };
  }
  // Readings around a process are too far from the case to learn its power from.
  const learns = name === 'gemm';
  const times = atReference(beside, good, learns ? powerOfSentinel(beside) : 1);
  const visits = row.visits.map((visit, i) => scaled(visit, (times[i] ?? Number.NaN) / visit.medianSeconds));
  const { median: middle, interval, kind } = learns ? summarizeAt(beside, good) : summarize(times);
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
