/** The detectors that are scored: this project's, and others in use. Each is a family with one sensitivity parameter. */

import { follows } from '../../src/judge/history/attribute.ts';
import { DETECTOR, Detector } from '../../src/judge/history/detector.ts';
import { shiftAt } from '../../src/judge/history/shift.ts';
import { mad, median } from '../../src/stats/centre.ts';
import { changePoints, type KnownWindows, recentChangePoints } from './e-divisive.ts';
import { studentQuantile } from './student.ts';

/** An alarm at one point: the cost has risen since another. Indices into the series. */
export interface Alarm {
  readonly at: number;
  readonly from: number;
  /** ln of the cost ratio claimed. */
  readonly size: number;
  /** Where the same detector took it back. */
  readonly retractedAt?: number;
}

/**
 * Processes a series from left to right without looking ahead. There are no missing points. `raw` is the series including the run
 * factor, if that was removed from `cost`.
 */
export type SeriesDetector = (cost: Float64Array, raw?: Float64Array) => Alarm[];

export interface DetectorFamily {
  readonly name: string;
  /** The usual setting. */
  readonly setting: number;
  /** From lax to strict. */
  readonly settings: readonly number[];
  /** Whether it judges series without the run factor. */
  readonly usesRunFactor: boolean;
  readonly build: (setting: number) => SeriesDetector;
  /** For a detector that looks back: the changes it finds once all of `cost` is known. */
  readonly hindsight?: (cost: Float64Array, setting: number) => readonly number[];
}

export const OURS = 'shapemark';

export const DETECTORS: readonly DetectorFamily[] = [
  {
    name: OURS,
    setting: DETECTOR.slower.sigmas,
    settings: [0.1, 0.25, 0.5, DETECTOR.slower.sigmas, 1, 1.5, 2.5, 4],
    usesRunFactor: true,
    build: shapemark,
  },
  ...[1.1, 1.5, 2].map((setting) => ({
    name: `ratio-${Math.round(100 * setting)}`,
    setting,
    settings: [1.02, 1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 3, 5, 10],
    usesRunFactor: false,
    build: ratioToPrevious,
  })),
  {
    name: 'e-divisive',
    setting: 1e-3,
    settings: [1e-2, 1e-3, 1e-5, 1e-7, 1e-9, 1e-12],
    usesRunFactor: false,
    build: eDivisive,
    hindsight: (cost: Float64Array, setting: number) => changePoints(cost, setting).map(({ index }) => index),
  },
  {
    name: 't-test',
    setting: 0.99,
    settings: [0.95, 0.99, 0.9999, 1 - 1e-6, 1 - 1e-8, 1 - 1e-10, 1 - 1e-12, 1 - 1e-15],
    usesRunFactor: false,
    build: tTest,
  },
  { name: 'mad-z', setting: 3, settings: [2, 3, 5, 8, 12, 20, 40, 80, 300, 1000], usesRunFactor: false, build: madZ },
];

function shapemark(sigmas: number): SeriesDetector {
  return (cost, raw) => {
    const detector = new Detector({ ...DETECTOR, slower: { ...DETECTOR.slower, sigmas } });
    const events = [...cost].flatMap((value) => detector.push(value));
    const retracted = new Map(events.flatMap(({ kind, from, at }) => (kind === 'retracted' ? [[from, at]] : [])));
    return events
      .filter((event) => event.kind === 'confirmed' && event.size > 0 && shows(raw, event))
      .map(({ at, from, size }) => {
        const retractedAt = retracted.get(from);
        return { at, from, size, ...(retractedAt !== undefined && { retractedAt }) };
      });
  };
}

/** A change must be visible before the run factor is removed, as in `check`. */
function shows(raw: Float64Array | undefined, { from, at, size }: Alarm): boolean {
  const shift = raw && shiftAt((run) => raw[run] ?? Number.NaN, from, at + 1);
  return !shift || follows(shift.size, size);
}

/** github-action-benchmark: one value against the one before. */
function ratioToPrevious(threshold: number): SeriesDetector {
  const least = Math.log(threshold);
  return pointwise((cost, i) => (i > 0 ? { size: (cost[i] as number) - (cost[i - 1] as number), least } : null));
}

/** bencher: one value against the prediction interval of up to 64 before it. */
function tTest(boundary: number): SeriesDetector {
  const quantiles = new Map<number, number>();
  const quantile = (df: number) => {
    const known = quantiles.get(df) ?? studentQuantile(boundary, df);
    quantiles.set(df, known);
    return known;
  };
  return pointwise((cost, i) => {
    const past = cost.subarray(Math.max(0, i - 64), i);
    if (past.length < 2) return null;
    const mean = past.reduce((sum, value) => sum + value, 0) / past.length;
    const squares = past.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const spread = Math.sqrt((squares / (past.length - 1)) * (1 + 1 / past.length));
    return { size: (cost[i] as number) - mean, least: spread * quantile(past.length - 1) };
  });
}

/** Modified z of one value against 20 before it, and more than 5 %. */
function madZ(least: number): SeriesDetector {
  return pointwise((cost, i) => {
    const past = [...cost.subarray(Math.max(0, i - 20), i)];
    if (past.length < 8) return null;
    return { size: (cost[i] as number) - median(past), least: Math.max((least * mad(past)) / 0.6745, Math.log(1.05)) };
  });
}

/** Points this close together count as one alarm. */
const SAME_ALARM = 5;

function pointwise(judge: (cost: Float64Array, i: number) => { size: number; least: number } | null): SeriesDetector {
  return (cost) => {
    const alarms: Alarm[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < cost.length; at++) {
      const found = judge(cost, at);
      if (!found || found.size <= found.least) continue;
      if (at - last > SAME_ALARM) alarms.push({ at, from: at, size: found.size });
      last = at;
    }
    return alarms;
  };
}

/** Run again after every point; a change is an alarm when it first appears. */
function eDivisive(maxPValue: number): SeriesDetector {
  return (cost) => {
    const alarms: Alarm[] = [];
    const known: KnownWindows = new Map();
    for (let at = 3; at < cost.length; at++) {
      for (const { index: from, size } of recentChangePoints(cost.subarray(0, at + 1), maxPValue, known)) {
        if (size <= 0 || alarms.some((alarm) => Math.abs(alarm.from - from) <= SAME_ALARM)) continue;
        alarms.push({ at, from, size });
      }
    }
    return alarms;
  };
}
