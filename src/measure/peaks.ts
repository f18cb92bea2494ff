/**
 * Ceilings measured on this device, not taken from a brochure: multiply-add rate per format path, copy bandwidth, and
 * what an empty dispatch costs. `% of peak` and `% of roofline` are against these.
 */
import { EngineError, type Probe, type Session } from '../engine/port.ts';
import { matrixProduct } from '../kernel/device.ts';
import {
  copyProbe,
  EMPTY_PROBE,
  FMA_CHAINS,
  fmaProbe,
  MATRIX_CHAINS,
  MATRIX_SUBGROUPS,
  matrixProbe,
} from './probes.ts';
import { timeProbe } from './sentinel.ts';
import type { TimerFacts } from './timer.ts';

export interface PeakFacts {
  /** FLOP/s of f32 multiply-adds: the ceiling of every kernel that accumulates in f32 on the ALUs. */
  readonly f32FlopPerSecond: number;
  /** FLOP/s of f16 multiply-adds; null without shader-f16. */
  readonly f16FlopPerSecond: number | null;
  /** FLOP/s of products of f16 matrices summed in f32 on matrix units (tensor cores); null where WebGPU shows none. */
  readonly matrixFlopPerSecond: number | null;
  /** Bytes read plus bytes written per second by a copy larger than the last-level cache. */
  readonly copyBytesPerSecond: number;
  /** Seconds of an empty dispatch inside a pass: rows under five times this are launch-bound. */
  readonly launchSeconds: number;
}

/** A probe grows until it lasts this long: long enough for clocks to rise, short enough for a software adapter. */
const PEAK_SECONDS = 10e-3;
const COPY_BYTES = { software: 64 << 20, hardware: 256 << 20 } as const;

export async function measurePeaks(session: Session, timer: TimerFacts): Promise<PeakFacts> {
  const software = session.facts.source === 'system-software' || session.facts.source === 'embedded-software';
  const copyBytes = software ? COPY_BYTES.software : COPY_BYTES.hardware;
  const copySeconds = await timeProbe(session, copyProbe(largestCopy(session, copyBytes)), timer, 3);
  return {
    f32FlopPerSecond: await fmaRate(session, timer, 'f32'),
    f16FlopPerSecond: session.facts.features.includes('shader-f16') ? await fmaRate(session, timer, 'f16') : null,
    matrixFlopPerSecond: await matrixRate(session, timer),
    copyBytesPerSecond: (2 * largestCopy(session, copyBytes)) / copySeconds,
    launchSeconds: await timeProbe(session, EMPTY_PROBE, timer),
  };
}

function largestCopy(session: Session, bytes: number): number {
  const limit = session.facts.limits.maxStorageBufferBindingSize ?? bytes;
  return Math.min(bytes, Math.floor(limit / 4096) * 4096);
}

/** Rounds of a probe's loop: long against what a workgroup costs to start. */
const ROUNDS = 64;

function fmaRate(session: Session, timer: TimerFacts, scalar: 'f32' | 'f16'): Promise<number> {
  const flop = 2 * 4 * FMA_CHAINS * ROUNDS * 128;
  return bestRate(session, timer, flop, (workgroups) => fmaProbe(scalar, workgroups, ROUNDS));
}

async function matrixRate(session: Session, timer: TimerFacts): Promise<number | null> {
  const { facts } = session;
  const product = matrixProduct(facts);
  const lanes = facts.subgroupSize?.[1];
  if (!product || !lanes || !facts.features.includes('shader-f16')) return null;
  const flop = 2 * product.m * product.n * product.k * MATRIX_CHAINS * ROUNDS * MATRIX_SUBGROUPS;
  return bestRate(session, timer, flop, (workgroups) => matrixProbe(product, lanes, workgroups, ROUNDS));
}

/**
 * Best FLOP/s over growing grids: the first that lasts long enough, and one twice as large in case it still ramps up.
 *
 * @param flop of one workgroup
 */
async function bestRate(
  session: Session,
  timer: TimerFacts,
  flop: number,
  probe: (workgroups: number) => Probe,
): Promise<number> {
  let best = 0;
  for (let workgroups = 16; workgroups <= 1 << 15; workgroups *= 4) {
    const seconds = await timeProbe(session, probe(workgroups), timer, 3);
    best = Math.max(best, (flop * workgroups) / seconds);
    if (seconds >= PEAK_SECONDS) break;
  }
  if (!(best > 0)) throw new EngineError('device-error', `${probe(1).name} measured no time`);
  return best;
}

/** The ceiling of two measurements is the higher one, path by path. */
export function higherPeaks(a: PeakFacts, b: PeakFacts): PeakFacts {
  return {
    f32FlopPerSecond: Math.max(a.f32FlopPerSecond, b.f32FlopPerSecond),
    f16FlopPerSecond: higher(a.f16FlopPerSecond, b.f16FlopPerSecond),
    matrixFlopPerSecond: higher(a.matrixFlopPerSecond, b.matrixFlopPerSecond),
    copyBytesPerSecond: Math.max(a.copyBytesPerSecond, b.copyBytesPerSecond),
    launchSeconds: Math.min(a.launchSeconds, b.launchSeconds),
  };
}

function higher(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
