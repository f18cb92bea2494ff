/** Warm-up until plateau: launches until times stop falling (clocks up, code compiled, pages touched), within a limit. */
import type { Launchable } from '../../engine/port.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { median } from '../../stats/centre.ts';
import { secondsOf } from './timer.ts';

export interface WarmUp {
  readonly launches: number;
  readonly seconds: number;
  /** Whether times had settled at the end; false if the time limit ended it. */
  readonly plateau: boolean;
  /** Median seconds per launch at the end, for sizing `repeats`. */
  readonly launchSeconds: number;
}

/** The last three readings must not be this much below the three before them. */
const STILL_FALLING = 0.97;
const WINDOW = 3;
/** Below this a reading is too short to judge a plateau by; repeats grow first. */
const MIN_READING_SECONDS = 2e-3;

export async function warmUp(
  launchable: Launchable,
  timer: TimerFacts,
  maxSeconds: number,
  nextSet: () => number,
  now: () => number,
): Promise<WarmUp> {
  const start = now();
  const readings: number[] = [];
  let [repeats, launches] = [1, 0];
  for (;;) {
    const timing = await launchable.launch({ repeats, firstSet: nextSet() });
    launches += repeats;
    const total = secondsOf(timing, timer) ?? timing.wallSeconds;
    readings.push(total / repeats);
    const long = Math.max(total, timing.wallSeconds / 4) >= Math.max(MIN_READING_SECONDS, 4 * timer.resolutionSeconds);
    if (!long && repeats < 4096) {
      repeats *= 2;
      readings.length = 0;
      continue;
    }
    const seconds = now() - start;
    // A stall of the program looks like a long launch to the wall clock: it takes two readings, and the shorter counts.
    const isWall = timer.kind === 'wall';
    if (isWall && readings.length < 2) continue;
    // A launch as long as the whole warm-up counts as warm: verification has run others before.
    const plateau = settled(readings) || total / repeats >= maxSeconds / 2;
    if (plateau || seconds >= maxSeconds) {
      const last = readings.slice(-WINDOW);
      return { launches, seconds, plateau, launchSeconds: isWall ? Math.min(...last) : median(last) };
    }
  }
}

/** Two windows of readings whose later median is not clearly lower than the earlier one. */
export function settled(readings: readonly number[]): boolean {
  if (readings.length < 2 * WINDOW) return false;
  const later = median(readings.slice(-WINDOW));
  const earlier = median(readings.slice(-2 * WINDOW, -WINDOW));
  return later >= STILL_FALLING * earlier;
}
