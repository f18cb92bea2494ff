/** The whole comparison as one JSON document. */

import type { DeviceFacts } from '../src/engine/port.ts';
import type { Environment } from '../src/record/environment.ts';
import type { Estimate } from '../src/stats/summary.ts';
import type { Geomeans, ShapeResult } from './results.ts';

export interface LibraryVersion {
  readonly name: string;
  readonly version: string;
}

export interface PeersEnvironment {
  readonly commit: string | null;
  readonly shapemark: string;
  readonly runtime: Environment['runtime'];
  readonly dawn: string | null;
  readonly os: Environment['os'];
  readonly cpu: Environment['cpu'];
  readonly adapter: Pick<
    DeviceFacts,
    'source' | 'vendor' | 'device' | 'description' | 'backend' | 'driver' | 'toggles'
  >;
  readonly libraries: readonly LibraryVersion[];
  readonly clock: 'wall';
  readonly operands: 'hot';
  readonly processes: number;
  readonly blocks: number;
  readonly intervalKind: Estimate['kind'];
  readonly wallSeconds: number;
}

export interface Document {
  readonly environment: PeersEnvironment;
  readonly shapes: readonly ShapeResult[];
  readonly geomean: Geomeans;
}
