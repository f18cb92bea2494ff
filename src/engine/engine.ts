/**
 * The interface between harness and engine. An engine is a folder with one object of this type and one line in
 * `registry.node.ts`.
 */
import type { Attempt, OwnSource, Session } from './port.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type Engine = DeviceEngine | PlayedEngine;

/** Opens devices of this machine, each in a worker process of its own. */
export interface DeviceEngine {
  readonly kind: 'device';
  /** As `--engine` and records name it. */
  readonly name: string;
  /** Whether Dawn runs its programs, so that its version belongs to a record. */
  readonly runsDawn: boolean;
  /** @throws EngineError */
  readonly open: (request: DeviceRequest) => Promise<Opened>;
  /** A matmul of its own. Such an engine is for `run` only, where it is shown in one table with the kernels. */
  readonly matmul?: OwnSource;
}

export interface DeviceRequest {
  readonly adapter: string;
  readonly yieldCpu: boolean;
  /** Whether indexes go unchecked; checked when absent. */
  readonly robustness?: 'off' | undefined;
}

export interface Opened {
  readonly session: Session;
  readonly tried: readonly Attempt[];
}

/** Plays a device that a file describes, in this process and on a virtual clock. */
export interface PlayedEngine {
  readonly kind: 'played';
  readonly name: string;
  /** @throws SpecError */
  readonly read: (text: string, file: string) => PlayedDevice;
}

export interface PlayedDevice {
  readonly clock: VirtualClock;
  /** What it plays, as data; equal data means equal behaviour. */
  readonly script: unknown;
  /** @param process which process of a run opens it */
  readonly open: (process: number, control: ProcessControl) => Opened & { readonly session: PlayedSession };
}

export interface PlayedSession extends Session {
  /** The process was killed: nothing takes time any more. */
  end(): void;
}

/** What a played crash does to the process that plays it. */
export interface ProcessControl {
  crash(how: string): void;
}
