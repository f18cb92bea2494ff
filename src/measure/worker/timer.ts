/**
 * Verifies the timer. A device's timestamps are used only if they advance, have sufficient resolution and agree with the wall
 * clock; otherwise wall time is used and the record says why.
 */
import type { Launchable, Session, Timing } from '../../engine/port.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { ALU_SENTINEL, EMPTY_PROBE } from './probes.ts';

/** A clock this coarse was coarsened: real GPU counters step in 1 ns to about 1 µs. */
export const QUANTIZED_FROM_SECONDS = 50e-6;
const READINGS = 32;
/** The wall clock of a browser that resists fingerprinting. */
const COARSEST_SECONDS = 0.1;
/** Device time may fall short of wall time by submission overhead, and exceed it only by clock skew. */
const AGREEMENT = { low: 0.2, high: 1.1 } as const;

/** Launches an empty program and a known one, and decides which clock this process may use. */
export async function proveTimer(session: Session): Promise<TimerFacts> {
  const wallResolutionSeconds = wallResolution(session);
  const wall = (reason: string, quantized = false, gpuOverWall: number | null = null): TimerFacts => ({
    kind: 'wall',
    resolutionSeconds: wallResolutionSeconds,
    quantized,
    proven: true,
    reason,
    wallResolutionSeconds,
    gpuOverWall,
  });
  if (!session.facts.timestamps) return wall('the device offers no timestamp-query');

  const readings = await collect(session);
  const bad = readings.find((t) => !isUsable(t));
  if (bad) return wall(`the device's timestamps are ${describe(bad)}`);
  const step = smallestStep(readings);
  const quantized = step >= QUANTIZED_FROM_SECONDS;
  const agreement = await gpuOverWall(session);
  if (agreement === null) return wall('the device reported no time for a launch of several milliseconds', quantized);
  if (agreement < AGREEMENT.low || agreement > AGREEMENT.high) {
    return wall(
      `device time is ${agreement.toPrecision(3)} of wall time for a launch of several milliseconds`,
      quantized,
      agreement,
    );
  }
  return {
    kind: 'gpu',
    resolutionSeconds: step,
    quantized,
    proven: true,
    wallResolutionSeconds,
    gpuOverWall: agreement,
  };
}

/** A valid duration. Zero is allowed only for empty launches (a coarse clock may not have ticked). */
export function isUsable(timing: Timing): boolean {
  const { gpuSeconds, ticks } = timing;
  if (gpuSeconds === null || !Number.isFinite(gpuSeconds) || gpuSeconds < 0) return false;
  return !ticks || (ticks[0] > 0 && ticks[1] >= ticks[0]);
}

function describe(timing: Timing): string {
  if (timing.gpuSeconds === null) return 'missing';
  if (timing.ticks && timing.ticks[0] <= 0) return 'zero';
  return timing.gpuSeconds < 0 ? 'negative' : 'not monotonic';
}

async function collect(session: Session): Promise<Timing[]> {
  const empty = await session.probe(EMPTY_PROBE);
  try {
    const timings: Timing[] = [];
    for (let i = 0; i < READINGS; i++) timings.push(await empty.launch({ repeats: 1, firstSet: 0 }));
    return timings;
  } finally {
    empty.dispose();
  }
}

/**
 * The clock's step in seconds: the greatest common divisor of all readings' distances (exact for clocks coarsened to a
 * round number of ns), never below 1 ns. Without raw readings: the smallest distance between two different durations.
 */
function smallestStep(timings: readonly Timing[]): number {
  const ticks = timings.flatMap((t) => t.ticks ?? []);
  const origin = ticks[0];
  if (origin !== undefined) {
    const divisor = ticks.reduce((d, t) => gcd(d, Math.abs(Math.round(t - origin))), 0);
    return Math.max(divisor, 1) * 1e-9;
  }
  const durations = [...new Set(timings.map((t) => t.gpuSeconds ?? 0))].sort((a, b) => a - b);
  const steps = durations.slice(1).map((d, i) => d - (durations[i] ?? 0));
  return Math.max(Math.min(...steps, durations.find((d) => d > 0) ?? 1e-9), 1e-9);
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

async function gpuOverWall(session: Session): Promise<number | null> {
  const alu = await session.probe(ALU_SENTINEL);
  try {
    const { repeats } = await growRepeats(alu, 5e-3);
    const ratios: number[] = [];
    for (let i = 0; i < 5; i++) {
      const timing = await alu.launch({ repeats, firstSet: 0 });
      if (timing.gpuSeconds !== null && timing.gpuSeconds > 0) ratios.push(timing.gpuSeconds / timing.wallSeconds);
    }
    ratios.sort((a, b) => a - b);
    return ratios[ratios.length >> 1] ?? null;
  } finally {
    alu.dispose();
  }
}

/** Doubles `repeats` until one launch takes `seconds` of wall time, and returns the last timing too. */
export async function growRepeats(
  launchable: Launchable,
  seconds: number,
): Promise<{ repeats: number; timing: Timing }> {
  for (let repeats = 1; ; repeats *= 2) {
    const timing = await launchable.launch({ repeats, firstSet: 0 });
    if (timing.wallSeconds >= seconds || repeats >= 4096) return { repeats, timing };
  }
}

/** Steps of the wall clock that are seen before the smallest counts, and readings after which there are no more. */
const STEPS = 20;
const MOST_WALL_READINGS = 1_000_000;
/** A scripted clock does not advance by being read. */
const SCRIPTED = { readings: 200, seconds: 1e-6 };

/** Browsers coarsen the wall clock to 5 µs, 100 µs or 1 ms, which takes many readings to see, and some to 100 ms. */
export function wallResolution(session: Pick<Session, 'now'> & { readonly facts: { simulated: boolean } }): number {
  const { simulated } = session.facts;
  let [smallest, steps] = [Number.POSITIVE_INFINITY, 0];
  let before = session.now();
  for (let i = 0; steps < STEPS && i < (simulated ? SCRIPTED.readings : MOST_WALL_READINGS); i++) {
    const now = session.now();
    if (now > before) {
      smallest = Math.min(smallest, now - before);
      steps++;
    }
    before = now;
  }
  if (Number.isFinite(smallest)) return smallest;
  return simulated ? SCRIPTED.seconds : COARSEST_SECONDS;
}

/** Seconds of all launches together on the clock of this process, or null if the reading is invalid. */
export function secondsOf(timing: Timing, timer: Pick<TimerFacts, 'kind'>): number | null {
  if (timer.kind === 'wall') return timing.wallSeconds > 0 ? timing.wallSeconds : null;
  return isUsable(timing) && (timing.gpuSeconds ?? 0) > 0 ? timing.gpuSeconds : null;
}

/** Launches per sample so that it lasts `minSeconds` and `minQuanta` steps of the clock; `launchSeconds` is one launch. */
export function repeatsFor(
  launchSeconds: number,
  timer: Pick<TimerFacts, 'resolutionSeconds'>,
  { minSampleSeconds, minQuanta }: { minSampleSeconds: number; minQuanta: number },
): number {
  const wanted = Math.max(minSampleSeconds, minQuanta * timer.resolutionSeconds);
  return Math.max(1, Math.min(MAX_REPEATS, Math.ceil(wanted / Math.max(launchSeconds, 1e-9))));
}

/** One pass of this many dispatches still encodes in a few milliseconds. */
export const MAX_REPEATS = 65_536;
