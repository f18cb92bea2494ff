/** The document of `check`: reports are made from it, and `--json` prints it. Ratios are times: above 1 is slower. */
import type { Agreement, Scope } from './scope.ts';

/** Verdicts in the order they are reported, worst first. */
export const COUNTED = ['failed', 'slower', 'missing', 'unclear', 'faster', 'new', 'same'] as const;
export type CheckVerdict = (typeof COUNTED)[number];

interface Place {
  /** Commit of the first run at the new level, and of the last one before: the culprit is after the one, up to the other. */
  readonly at: string | null;
  readonly after: string | null;
  /** Ids of the first run at the new level and of the run that confirmed it. */
  readonly run: string;
  readonly confirmedBy: string;
}

export interface SeriesChange extends Place, Agreement {
  readonly direction: 'slower' | 'faster';
  readonly ratio: number;
  readonly interval: readonly [low: number, high: number];
  /** What the ratio of all confirming points had to exceed. */
  readonly threshold: number;
  /** The likeliest of `causes`, when there is one. */
  readonly cause?: string;
  /** Everything recorded that changed at the same point. */
  readonly causes: readonly string[];
}

export interface CheckedSeries {
  readonly id: string;
  readonly series: string;
  readonly machine: string;
  readonly unit: string;
  readonly points: number;
  readonly verdict: CheckVerdict;
  readonly reason: string;
  readonly at?: string | null;
  readonly ratio?: number;
  readonly interval?: readonly [low: number, high: number];
  readonly scope?: Scope;
  readonly cause?: string;
  /** Smallest relative slowdown that would be confirmed 9 times in 10 as soon as it can be; null while the level is unknown. */
  readonly minimalDetectableEffect: number | null;
  /** All confirmed changes, oldest first. */
  readonly changes: readonly SeriesChange[];
}

/** A change is news until this many points of the series, or runs of the machine, have followed it. */
export const NEWS_POINTS = 20;

/** A change of nearly all cases of one machine at once. */
export interface MachineShift extends Place, Agreement {
  readonly machine: string;
  readonly unit: string;
  readonly ratio: number;
  readonly interval?: readonly [low: number, high: number];
  /** Runs of the unit at the new level. */
  readonly runs: number;
  /** Share of the machine's series that follow it. */
  readonly share: number;
  readonly cause?: string;
  readonly causes: readonly string[];
  readonly why: string;
}

export interface CheckDocument {
  readonly series: readonly CheckedSeries[];
  readonly machineShifts: readonly MachineShift[];
  /** Number of series by verdict, and of machine shifts. */
  readonly counts: Readonly<Record<string, number>>;
}
