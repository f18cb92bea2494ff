/**
 * Times divided by the sentinel: estimates of a record's times as if the machine had run the sentinel at its best speed in every
 * visit. For reading records of a machine that drifts; no verdict uses them, because a kernel need not slow down by the same
 * factor as the sentinel.
 *
 * The matmul sentinel is read often enough to estimate that factor: a neighbour on the same core does not slow all matmuls alike,
 * so a case is divided by its own power of the sentinel's slowdown (analysis of covariance).
 */

import { MAD_TO_SIGMA, mad, mean, median, weightedMedian } from '../stats/centre.ts';
import { type Estimate, summarize } from '../stats/summary.ts';
import type { MeasuredRow, Row } from './row.ts';
import type { RunRecord } from './schema.ts';

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
/** Pairs of visits whose sentinels differ by less are ignored. */
const CLEAR_STEP = Math.log(1.02);

/**
 * A copy of the record with each visit's times as if the sentinel had taken `reference` seconds in it, and the summaries made
 * again from those. The sentinel of a visit is the mean of the readings before and after it; for `gemm`, what ran beside its
 * blocks. Rows that lack a reading are unchanged and flagged.
 */
export function dividedBySentinel(
  record: RunRecord,
  name: SentinelName,
  reference = referenceOf([record], name),
): RunRecord {
  const cases = record.cases.map((row) => (row.status === 'measured' ? divided(row, name, reference) : row));
  return { ...record, cases };
}

/**
 * Seconds that the sentinel takes in good moments of a machine: the median over its records. The same level for all compared
 * records.
 */
export function referenceOf(records: readonly RunRecord[], name: SentinelName): number {
  return median(
    records.flatMap(({ cases }) => {
      const readings = cases.flatMap((row) => row.visits.flatMap((visit) => sentinelOf(visit, name) ?? []));
      return readings.length > 0 ? goodMoment(readings) : [];
    }),
  );
}

/** The level for a record among others: that of the records of its machine whose sentinels are the same programs on the same data. */
export function referenceFor(record: RunRecord, records: readonly RunRecord[], name: SentinelName): number {
  const version = ({ settings }: RunRecord) => settings.probes ?? 1;
  const alike = records.filter((other) => other.machine === record.machine && version(other) === version(record));
  return referenceOf(alike, name);
}

/** Time of the sentinel at the machine's best speed, without lucky readings. */
export function goodMoment(sentinelSeconds: readonly number[]): number {
  return [...sentinelSeconds].sort((a, b) => a - b)[Math.floor(GOOD * sentinelSeconds.length)] ?? Number.NaN;
}

/** p in time ∝ sentinel^p: 0 if a case is not affected by what slows the sentinel, 1 if it slows down alike. */
export interface Power {
  readonly value: number;
  readonly standardError: number;
}

/**
 * Prior of the power: the six cases of the noise suite have powers of 0.5…1.05 on a software adapter, where slowdowns are caused
 * by neighbours on the same core.
 */
const PRIOR: Power = { value: 0.85, standardError: 0.25 };

/** By which the scatter of few visits, some of them outliers, understates the error of a slope. */
const OPTIMISM = 1.5;

/**
 * Estimates the power. The median of the slopes between all pairs of visits, weighted by how far apart their sentinels are (Theil
 * 1950, Sen 1968, Jaeckel 1972), combined with the prior by their variances.
 */
export function powerOfSentinel(visits: readonly Beside[]): Power {
  const logs = visits.map(({ seconds, sentinelSeconds }) => ({ y: Math.log(seconds), x: Math.log(sentinelSeconds) }));
  const slopes = logs.flatMap((a, i) =>
    logs.slice(i + 1).flatMap((b) => {
      const step = Math.abs(a.x - b.x);
      return step < CLEAR_STEP ? [] : [{ value: (a.y - b.y) / (a.x - b.x), weight: step }];
    }),
  );
  const slope = weightedMedian(slopes);
  if (slope === null) return PRIOR;
  const centre = mean(logs.map(({ x }) => x));
  const spread = Math.sqrt(logs.reduce((sum, { x }) => sum + (x - centre) ** 2, 0));
  const scatter = MAD_TO_SIGMA * mad(logs.map(({ x, y }) => y - slope * x));
  if (scatter === 0) return { value: slope, standardError: 0 };
  const [own, prior] = [(OPTIMISM * scatter) / spread, PRIOR.standardError].map((error) => error ** -2) as [
    number,
    number,
  ];
  return { value: (own * slope + prior * PRIOR.value) / (own + prior), standardError: (own + prior) ** -0.5 };
}

/** Seconds of each visit as if the sentinel had taken `reference` seconds in all of them. */
function atReference(visits: readonly Beside[], reference: number, power: number): number[] {
  return visits.map(({ seconds, sentinelSeconds }) => seconds * (reference / sentinelSeconds) ** power);
}

/** Of 95 % confidence, in standard errors. */
const TWO_SIDED_95 = 1.96;

/** Times at a reference, one a visit, and what their interval is to be widened by, as the logarithm of a factor. */
interface Levelled {
  readonly seconds: readonly number[];
  readonly lean: number;
}

/** The fitted power is used up to the range of the sentinel in the visits; beyond, the prior is used, with its error. */
function levelled(visits: readonly Beside[], reference: number): Levelled {
  const power = powerOfSentinel(visits);
  const edge = Math.max(reference, goodMoment(visits.map(({ sentinelSeconds }) => sentinelSeconds)));
  const distance = mean(visits.map(({ sentinelSeconds }) => Math.log(sentinelSeconds / edge)));
  const gap = Math.log(edge / reference);
  return {
    seconds: atReference(visits, edge, power.value).map((value) => value * (reference / edge) ** PRIOR.value),
    lean: TWO_SIDED_95 * Math.hypot(power.standardError * distance, PRIOR.standardError * gap),
  };
}

/**
 * The median over visits as if the sentinel had taken `reference` seconds in all of them, with its interval: that of the median,
 * widened by the error of the adjustment.
 */
export function summarizeAt(visits: readonly Beside[], reference: number): Estimate {
  const { seconds, lean } = levelled(visits, reference);
  const estimate = summarize(seconds);
  const [low, high] = estimate.interval.map((end) => Math.abs(Math.log(end / estimate.median)));
  const widened = (end = 0) => Math.exp(Math.hypot(end, lean));
  return { ...estimate, interval: [estimate.median / widened(low), estimate.median * widened(high)] };
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

function divided(row: MeasuredRow, name: SentinelName, reference: number): Row {
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
  const times = learns ? levelled(beside, reference).seconds : atReference(beside, reference, 1);
  const visits = row.visits.map((visit, i) => scaled(visit, (times[i] ?? Number.NaN) / visit.medianSeconds));
  const { median: middle, interval, kind } = learns ? summarizeAt(beside, reference) : summarize(times);
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
