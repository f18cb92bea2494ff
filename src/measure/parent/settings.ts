/** How a run measures: everything here is stored in the record, and two runs with different settings never share a journal. */

import type { Sampling } from '../../record/schema.ts';
import { PROBES_VERSION } from '../worker/probes.ts';

export interface Settings {
  /** Fewest processes per case; a 95 % interval needs 6. */
  readonly processes: number;
  /** Process counts at which stopping is considered, fixed before the run; the last one ends it. */
  readonly looks: readonly number[];
  /** Relative half-width of the interval that is good enough. */
  readonly target: number;
  /** Wall seconds the whole run may take; null for no limit. */
  readonly budgetSeconds: number | null;
  /** Seeds all orders. Operands have the seed of their suite. */
  readonly seed: number;
  readonly sampling: Sampling;
  /** Operand sets rotate through at least this many bytes. */
  readonly coldBytes: number;
  readonly maxSets: number;
  /** Multiply-adds of f64 reference per case: in a case's first process, and in each later one. */
  readonly referenceMacs: { readonly first: number; readonly later: number };
  /** Seconds after which the sentinel is read again inside a process. */
  readonly sentinelSeconds: number;
  /** Whether it is also read before every block of every visit. */
  readonly sentinelBeside?: boolean;
  /** Version of sentinels and probes of ceilings. */
  readonly probes?: number;
}

export const SAMPLING: Sampling = {
  blocks: 5,
  minSamples: 5,
  maxSamples: 30,
  sampleSeconds: 0.2,
  minSampleSeconds: 4e-3,
  minQuanta: 50,
  maxWarmUpSeconds: 0.05,
};

/** Looks at which more processes are considered: each about 1.4 times the last, so that few of them cover a wide range. */
const LOOKS = [6, 9, 13, 19, 27] as const;
/** Default maximum number of processes. */
export const MOST_PROCESSES = LOOKS[4];

/**
 * One short sample per block: the shorter the time between two compared samples, the less a disturbance affects only one of them.
 * On two busy cores, single samples of 1 ms scatter half as much over processes as blocks of five. Visits are short, because the
 * variance between processes dominates.
 */
export function pairedSettings(settings: Settings): Settings {
  const paired = { blocks: 40, minSamples: 12, maxSamples: 40, sampleSeconds: 0.06, minSampleSeconds: 1e-3 };
  return { ...settings, sampling: { ...settings.sampling, ...paired } };
}

/** Fewer visits cannot separate the effect of the sentinel from other noise. */
export const MIN_PROCESSES_BESIDE = 9;

/** Case and sentinel alternate as contenders do. */
export function besideSentinel(settings: Settings): Settings {
  const processes = Math.max(settings.processes, MIN_PROCESSES_BESIDE);
  return { ...pairedSettings(settings), processes, looks: looksFor(processes), sentinelBeside: true };
}

export const DEFAULT_PROCESSES = 6;

/** Looks for a run of at least `processes`: below 6 there is no interval to look at, so that count is final. */
export function looksFor(processes: number): number[] {
  return processes < DEFAULT_PROCESSES ? [processes] : [processes, ...LOOKS.filter((look) => look > processes)];
}

/** About 700 and 180 sums of k = 2880; a multiply-add costs tens of nanoseconds, block scales included. */
export const REFERENCE_MACS = { first: 1 << 21, later: 1 << 19 } as const;

/** Interval between readings of the sentinel within a process. */
const SENTINEL_SECONDS = 10;

/** Defaults of a run. 0 for `coldBytes` and `maxSets` lets the device decide. */
export const DEFAULT_SETTINGS: Settings = {
  processes: DEFAULT_PROCESSES,
  looks: looksFor(DEFAULT_PROCESSES),
  target: 0.03,
  budgetSeconds: null,
  seed: 1,
  sampling: SAMPLING,
  coldBytes: 0,
  maxSets: 0,
  referenceMacs: REFERENCE_MACS,
  sentinelSeconds: SENTINEL_SECONDS,
  probes: PROBES_VERSION,
};
