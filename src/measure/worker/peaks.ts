/**
 * Peaks measured on this device: multiply-add rate per format path, copy and read bandwidth, and the cost of an empty dispatch.
 * `% of peak` and `% of roofline` are against these.
 */
import { EngineError, type Probe, type Session } from '../../engine/port.ts';
import type { Format } from '../../gemm/problem.ts';
import { matrixProduct } from '../../kernel/device.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { coldBytesFor } from './cache.ts';
import { fmaLoops, type Loop, matrixLoops, STREAM_BYTES, streamProbes } from './peak-probes.ts';
import { EMPTY_PROBE } from './probes.ts';
import { probeReadings, timeProbe } from './sentinel.ts';

export interface PeakFacts {
  /** FLOP/s of f32 multiply-adds: the peak of every kernel that accumulates in f32 on the ALUs. */
  readonly f32FlopPerSecond: number;
  /** FLOP/s of f16 multiply-adds; null without shader-f16. */
  readonly f16FlopPerSecond: number | null;
  /** FLOP/s of products of f16 matrices summed in f32 on matrix units (tensor cores); null where WebGPU shows none. */
  readonly matrixFlopPerSecond: number | null;
  /** Bytes read plus bytes written per second by a copy larger than the last-level cache. */
  readonly copyBytesPerSecond: number;
  /** Bytes per second read from more than the last-level cache, nothing written; older workers lack it. */
  readonly readBytesPerSecond?: number;
  /** Seconds of an empty dispatch inside a pass: rows under five times this are launch-bound. */
  readonly launchSeconds: number;
}

export async function measurePeaks(session: Session, timer: TimerFacts): Promise<PeakFacts> {
  const { facts } = session;
  const copied = await streamRate(session, timer, 'copy');
  return {
    f32FlopPerSecond: await flopRate(session, timer, fmaLoops('f32')),
    f16FlopPerSecond: facts.features.includes('shader-f16') ? await flopRate(session, timer, fmaLoops('f16')) : null,
    matrixFlopPerSecond: await matrixRate(session, timer),
    copyBytesPerSecond: 2 * copied,
    // Reading alone cannot be slower than copying, except for a disturbance.
    readBytesPerSecond: Math.max(copied, await streamRate(session, timer, 'read')),
    launchSeconds: await timeProbe(session, EMPTY_PROBE, timer),
  };
}

async function matrixRate(session: Session, timer: TimerFacts): Promise<number | null> {
  const { facts } = session;
  const product = matrixProduct(facts);
  const lanes = facts.subgroupSize?.[1];
  if (!product || !lanes || !facts.features.includes('shader-f16')) return null;
  const allowed = facts.limits.maxComputeInvocationsPerWorkgroup ?? Number.POSITIVE_INFINITY;
  const loops = matrixLoops(product, lanes).filter(({ threads }) => threads <= allowed);
  return loops.length > 0 ? flopRate(session, timer, loops) : null;
}

/** Readings of one program on one grid; the shortest counts, since disturbances only slow a loop down. */
const READINGS = 3;
/** Duration of the grid on which loops are compared. */
const RACE_SECONDS = 2e-3;
/** Duration of the fastest loop's final grid: long enough for clocks to rise, short enough for a software adapter. */
const PEAK_SECONDS = 10e-3;
const FEWEST_THREADS = 1 << 11;
const MOST_THREADS = 1 << 22;
/** In one dimension, on every device. */
const MOST_WORKGROUPS = 65_535;

interface Ramp {
  readonly loop: Loop;
  readonly flopPerSecond: number;
  readonly threads: number;
}

/** FLOP/s of the fastest loop. */
async function flopRate(session: Session, timer: TimerFacts, loops: readonly Loop[]): Promise<number> {
  const ramps = await raced(loops, (loop) => ramp(session, timer, loop, FEWEST_THREADS, RACE_SECONDS));
  const best = ramps.reduce((one, other) => (other.flopPerSecond > one.flopPerSecond ? other : one));
  const longer = await ramp(session, timer, best.loop, best.threads * 4, PEAK_SECONDS);
  return Math.max(best.flopPerSecond, longer.flopPerSecond);
}

/** The rates of all loops, at least one. A driver may fail to compile some. */
async function raced<T, R>(entries: readonly T[], run: (entry: T) => Promise<R>): Promise<[R, ...R[]]> {
  const results: R[] = [];
  let failure: unknown = new RangeError('a peak needs a loop');
  for (const entry of entries) {
    try {
      results.push(await run(entry));
    } catch (error) {
      if (!(error instanceof EngineError && error.reason === 'compile-error')) throw error;
      failure = error;
    }
  }
  const [first, ...rest] = results;
  if (first === undefined) throw failure;
  return [first, ...rest];
}

/** Best FLOP/s over growing grids, up to the first that lasts `seconds`. */
async function ramp(session: Session, timer: TimerFacts, loop: Loop, from: number, until: number): Promise<Ramp> {
  let flopPerSecond = 0;
  let threads = from;
  for (; threads <= MOST_THREADS; threads *= 4) {
    const workgroups = Math.min(MOST_WORKGROUPS, Math.max(1, Math.floor(threads / loop.threads)));
    const seconds = await shortest(session, timer, loop.probe(workgroups));
    flopPerSecond = Math.max(flopPerSecond, (loop.flop * workgroups) / seconds);
    if (seconds >= until) break;
  }
  return { loop, flopPerSecond, threads };
}

const SOFTWARE_BYTES = 64 << 20;
const LEAST_HARDWARE_BYTES = 256 << 20;
const MOST_BYTES = 512 << 20;
/** On software adapters the programs are compared on less memory, because the first touch takes longer than reading. */
const SOFTWARE_RACE_BYTES = 8 << 20;

/** Bytes per second that the fastest program reads, of more than the last-level cache holds. */
async function streamRate(session: Session, timer: TimerFacts, kind: 'read' | 'copy'): Promise<number> {
  const { source, limits } = session.facts;
  const software = source.endsWith('software');
  const wanted = software ? SOFTWARE_BYTES : Math.max(LEAST_HARDWARE_BYTES, coldBytesFor(session.facts));
  const bytes = whole(Math.min(wanted, MOST_BYTES, limits.maxStorageBufferBindingSize ?? wanted));
  const few = software ? Math.min(bytes, SOFTWARE_RACE_BYTES) : bytes;
  const forms = streamProbes(kind, bytes).map((all, i) => ({ all, some: streamProbes(kind, few)[i] ?? all }));
  const times = await raced(forms, async (form) => ({ form, seconds: await shortest(session, timer, form.some) }));
  const best = times.reduce((one, other) => (other.seconds < one.seconds ? other : one));
  return bytes / (few === bytes ? best.seconds : await shortest(session, timer, best.form.all));
}

function whole(bytes: number): number {
  return Math.max(1, Math.floor(bytes / STREAM_BYTES)) * STREAM_BYTES;
}

/** Seconds per launch in the best of a few readings. @throws EngineError where none of them was a duration */
async function shortest(session: Session, timer: TimerFacts, probe: Probe): Promise<number> {
  const seconds = Math.min(...(await probeReadings(session, probe, timer, READINGS)));
  if (seconds > 0) return seconds;
  throw new EngineError('device-error', `${probe.name} measured no time`);
}

/** FLOP/s that no kernel of this accumulator passes; infinite where that was not measured. */
export function flopCeiling(peaks: PeakFacts, { acc }: Pick<Format, 'acc'>, matrixUnits: boolean): number {
  const { f32FlopPerSecond, f16FlopPerSecond, matrixFlopPerSecond } = peaks;
  const measured: Record<string, number | null> = matrixUnits
    ? { f32: matrixFlopPerSecond }
    : { f32: f32FlopPerSecond, f16: f16FlopPerSecond };
  return measured[acc] ?? Number.POSITIVE_INFINITY;
}

/** The peak of two measurements is the higher one, path by path. */
export function higherPeaks(a: PeakFacts, b: PeakFacts): PeakFacts {
  const readBytesPerSecond = higher(a.readBytesPerSecond ?? null, b.readBytesPerSecond ?? null);
  return {
    f32FlopPerSecond: Math.max(a.f32FlopPerSecond, b.f32FlopPerSecond),
    f16FlopPerSecond: higher(a.f16FlopPerSecond, b.f16FlopPerSecond),
    matrixFlopPerSecond: higher(a.matrixFlopPerSecond, b.matrixFlopPerSecond),
    copyBytesPerSecond: Math.max(a.copyBytesPerSecond, b.copyBytesPerSecond),
    ...(readBytesPerSecond !== null && { readBytesPerSecond }),
    launchSeconds: Math.min(a.launchSeconds, b.launchSeconds),
  };
}

function higher(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
