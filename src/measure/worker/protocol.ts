/**
 * Messages between parent and worker. The worker owns the device; the parent owns files, the schedule and the watchdog. Because
 * they exchange only messages, the same worker runs in a child process, in a Web Worker and on a scripted device.
 */
import type { Attempt, DeviceFacts, ProgramText, Source } from '../../engine/port.ts';
import type { Distribution, Problem } from '../../gemm/problem.ts';
import type { OperandMode } from '../../plan/case/case.ts';
import type { Checked, CheckRequest } from './check.ts';
import type { PeakFacts } from './peaks.ts';
import type { SentinelReading } from './sentinel.ts';
import type { TimerFacts } from './timer.ts';
import type { Verification } from './verify.ts';

/**
 * Version of these messages. A parent may drive the worker of another checkout, to compare harnesses; it does so only where both
 * state the same number. Increment it whenever an older side would misread a changed message.
 */
export const PROTOCOL = 1;

/** One contender on a case: for `run` the requested kernel, for an A/B the two sides and the twin. */
export interface Contender {
  readonly name: string;
  readonly source: Source;
  /** Hash of the tuning file that chose its kernel, tile and thread, when one did. */
  readonly tuning?: string;
  /** Launches per sample, if set by the caller instead of derived from the clock. */
  readonly repeats?: number;
}

/** How one visit samples. Counts and seconds; every field is stored in the record's settings. */
export interface Sampling {
  /** Most blocks per contender, at least one sample each; contenders alternate block by block. */
  readonly blocks: number;
  /** Fewest and most samples per contender over all blocks. */
  readonly minSamples: number;
  readonly maxSamples: number;
  /** Seconds of sampling per contender that are enough, between the two counts. */
  readonly sampleSeconds: number;
  /** A sample lasts at least this long and at least this many timer quanta: `repeats` launches make it so. */
  readonly minSampleSeconds: number;
  readonly minQuanta: number;
  /** First launch of the plateau test, and the longest warm-up. */
  readonly maxWarmUpSeconds: number;
}

export interface VisitRequest {
  readonly caseId: string;
  readonly process: number;
  readonly problem: Problem;
  readonly seed: number;
  readonly distribution: Distribution;
  readonly operands: OperandMode;
  /** A cold launch must not find its operands in cache: sets are added until they exceed this many bytes. */
  readonly coldBytes: number;
  readonly maxSets: number;
  /** Reference kernels whose result every contender must match, the trusted one first; null on a scripted device. */
  readonly reference: Contender | null;
  readonly contenders: readonly Contender[];
  readonly sampling: Sampling;
  readonly timer: TimerFacts;
  /** Seeds the order of compilation and of contenders within blocks. */
  readonly orderSeed: number;
  /** Multiply-adds the f64 reference may spend. */
  readonly referenceMacs: number;
  /** Whether the sentinel is read before every block, for times relative to it. */
  readonly sentinelBeside?: boolean;
}

/** Samples of one contender in one visit, in time order. All times in seconds per launch. */
export interface ContenderVisit {
  readonly name: string;
  readonly status: 'measured' | 'failed' | 'skipped';
  readonly reason?: string;
  readonly detail?: string;
  readonly verification?: Verification;
  readonly pipelineSeconds: number;
  readonly firstDispatchSeconds: number;
  /** Wall seconds to fill the textures of one operand set, which no launch pays; absent without textures. */
  readonly textureFillSeconds?: { readonly a?: number; readonly b?: number };
  readonly warmUp: { readonly launches: number; readonly seconds: number; readonly plateau: boolean };
  readonly repeats: number;
  readonly samples: readonly number[];
  /** Block of each sample, so that ratios pair neighbours in time. */
  readonly blockOf: readonly number[];
  readonly wallSamples: readonly number[];
  /** Readings thrown away because the timer returned zero, a negative or a non-finite duration. */
  readonly rejectedReadings: number;
  readonly clock: 'gpu' | 'wall';
  /** Time over that of the sentinel that ran beside it; absent when none did. */
  readonly toSentinel?: number;
}

/** Where a visit's wall time went, in seconds; `kernels` is device time inside warm-up and sampling. */
export interface VisitProfile {
  readonly operands: number;
  readonly verify: number;
  readonly compile: number;
  readonly measuring: number;
  readonly kernels: number;
}

export interface VisitResult {
  readonly caseId: string;
  readonly process: number;
  readonly sets: number;
  readonly bytesPerSet: number;
  /** Panels that operands beyond the binding limit lie in; absent where there are none. */
  readonly panels?: number;
  readonly contenders: readonly ContenderVisit[];
  readonly profile: VisitProfile;
}

export interface OpenRequest {
  /** By name. */
  readonly engine: string;
  readonly adapter: string;
  readonly yieldCpu: boolean;
  /** Whether Dawn leaves indexes unchecked; they are checked when absent. */
  readonly robustness?: 'off' | undefined;
  /** Which process of the run this is. */
  readonly process: number;
}

/** Each call's argument and answer. */
export interface Calls {
  open: {
    argument: OpenRequest;
    answer: {
      facts: DeviceFacts;
      tried: readonly Attempt[];
      /** The worker's `PROTOCOL`; workers older than the number do not state one. */
      protocol?: number;
    };
  };
  timer: { argument: Record<string, never>; answer: TimerFacts };
  sentinel: { argument: { timer: TimerFacts }; answer: SentinelReading };
  peaks: { argument: { timer: TimerFacts }; answer: PeakFacts };
  visit: { argument: VisitRequest; answer: VisitResult };
  check: { argument: CheckRequest; answer: readonly Checked[] };
  /** Of each text what its compiler refuses, null if nothing. */
  texts: { argument: { texts: readonly ProgramText[] }; answer: readonly (string | null)[] };
  close: { argument: Record<string, never>; answer: Record<string, never> };
}
export type CallName = keyof Calls;

export type ToWorker = {
  [N in CallName]: { readonly call: N; readonly id: number; readonly argument: Calls[N]['argument'] };
}[CallName];

export type FromWorker =
  | { readonly type: 'answer'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly type: 'error'; readonly id: number; readonly reason: string; readonly message: string }
  /** Sign of life before each launch: the watchdog waits `allowSeconds` from here. */
  | { readonly type: 'alive'; readonly allowSeconds: number }
  | { readonly type: 'lost'; readonly message: string };

/** The worker's side of the connection. */
export interface WorkerPort {
  post(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
}
