/**
 * Ceilings measured on this device, not taken from a brochure: multiply-add rate per format path, copy bandwidth, and
 * what an empty dispatch costs. `% of peak` and `% of roofline` are against these.
 */
import { EngineError, type Session } from '../engine/port.ts';
import { copyProbe, EMPTY_PROBE, FMA_CHAINS, fmaProbe } from './probes.ts';
import { timeProbe } from './sentinel.ts';
import type { TimerFacts } from './timer.ts';

export interface PeakFacts {
  /** FLOP/s of f32 multiply-adds: the ceiling of every kernel that accumulates in f32 on the ALUs. */
  readonly f32FlopPerSecond: number;
  /** FLOP/s of f16 multiply-adds; null without shader-f16. */
  readonly f16FlopPerSecond: number | null;
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
    copyBytesPerSecond: (2 * largestCopy(session, copyBytes)) / copySeconds,
    launchSeconds: await timeProbe(session, EMPTY_PROBE, timer),
  };
}

function largestCopy(session: Session, bytes: number): number {
  const limit = session.facts.limits.maxStorageBufferBindingSize ?? bytes;
  return Math.min(bytes, Math.floor(limit / 4096) * 4096);
}

/** Best FLOP/s over growing grids: the first that lasts long enough, and one twice as large in case it still ramps up. */
async function fmaRate(session: Session, timer: TimerFacts, scalar: 'f32' | 'f16'): Promise<number> {
  const rounds = 64;
  let best = 0;
  for (let workgroups = 16; workgroups <= 1 << 15; workgroups *= 4) {
    const flop = 2 * 4 * FMA_CHAINS * rounds * 128 * workgroups;
    const seconds = await timeProbe(session, fmaProbe(scalar, workgroups, rounds), timer, 3);
    best = Math.max(best, flop / seconds);
    if (seconds >= PEAK_SECONDS) break;
  }
  if (!(best > 0)) throw new EngineError('device-error', `the ${scalar} peak probe measured no time`);
  return best;
}

/** The ceiling of two measurements is the higher one, path by path. */
export function higherPeaks(a: PeakFacts, b: PeakFacts): PeakFacts {
  return {
    f32FlopPerSecond: Math.max(a.f32FlopPerSecond, b.f32FlopPerSecond),
    f16FlopPerSecond:
      a.f16FlopPerSecond === null || b.f16FlopPerSecond === null
        ? (a.f16FlopPerSecond ?? b.f16FlopPerSecond)
        : Math.max(a.f16FlopPerSecond, b.f16FlopPerSecond),
    copyBytesPerSecond: Math.max(a.copyBytesPerSecond, b.copyBytesPerSecond),
    launchSeconds: Math.min(a.launchSeconds, b.launchSeconds),
  };
}
