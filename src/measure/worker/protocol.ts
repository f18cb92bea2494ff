/**
 * Messages between parent and worker. The worker owns the device; the parent owns files, the schedule and the watchdog. Because
 * they exchange only messages, the same worker runs in a child process, in a Web Worker and on a scripted device.
 */
import type { DeviceRequest } from '../../engine/engine.ts';
import type { Attempt, DeviceFacts, ProgramText, Source } from '../../engine/port.ts';
import type { Distribution, Problem } from '../../gemm/problem.ts';
import type { OperandMode } from '../../plan/case/case.ts';
import type { TimerFacts, VisitResult } from '../../record/journal/journal.ts';
import type { Sampling } from '../../record/schema.ts';
import type { Checked, CheckRequest } from './check.ts';
import type { PeakFacts } from './peaks.ts';
import type { SentinelReading } from './sentinel.ts';

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

export interface OpenRequest extends DeviceRequest {
  /** By name. */
  readonly engine: string;
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
