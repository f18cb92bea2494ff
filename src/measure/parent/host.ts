/** Creates workers and provides their clock: child processes, Web Workers, or a scripted device on a virtual clock. */
import type { FromWorker, ToWorker } from '../worker/protocol.ts';

export interface Clock {
  /** Seconds; only differences mean anything. */
  now(): number;
  /** Calls back once after the process ran for so many seconds, unless cancelled by the function returned. */
  after(seconds: number, callback: () => void): () => void;
}

export interface WorkerHandle {
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once when the worker has ended, for any reason. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

export interface Host {
  readonly clock: Clock;
  /** `process` when a worker is a fresh process; `device` when it only brings a fresh device (browser). */
  readonly replication: 'process' | 'device';
  start(): WorkerHandle;
}
