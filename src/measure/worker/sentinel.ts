/**
 * The sentinel: two fixed kernels timed around every process (and every few seconds in long ones). Its drift is printed and
 * stored; times are not divided by it unless asked, because it is noisy too.
 */
import type { Probe, Session } from '../../engine/port.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { ALU_SENTINEL, COPY_SENTINEL } from './probes.ts';
import { growRepeats, secondsOf } from './timer.ts';

/** Seconds per launch of each fixed kernel, and the time on the worker's clock. */
export interface SentinelReading {
  readonly atSeconds: number;
  readonly aluSeconds: number;
  readonly copySeconds: number;
}

const READINGS = 5;
const MIN_SECONDS = 2e-3;

export async function readSentinel(session: Session, timer: TimerFacts): Promise<SentinelReading> {
  return {
    atSeconds: session.now(),
    aluSeconds: await timeProbe(session, ALU_SENTINEL, timer),
    copySeconds: await timeProbe(session, COPY_SENTINEL, timer),
  };
}

/** Median seconds per launch of a probe over a few readings, each long enough for the clock. */
export async function timeProbe(session: Session, probe: Probe, timer: TimerFacts): Promise<number> {
  const seconds = await probeReadings(session, probe, timer, READINGS);
  return seconds[seconds.length >> 1] ?? Number.NaN;
}

/** Seconds per launch of a probe, one for each reading, the shortest first. */
export async function probeReadings(
  session: Session,
  probe: Probe,
  timer: TimerFacts,
  readings: number,
): Promise<number[]> {
  const launchable = await session.probe(probe);
  try {
    const { repeats } = await growRepeats(launchable, Math.max(MIN_SECONDS, 50 * timer.resolutionSeconds));
    const seconds: number[] = [];
    for (let i = 0; i < readings; i++) {
      const timing = await launchable.launch({ repeats, firstSet: 0 });
      const value = secondsOf(timing, timer) ?? timing.wallSeconds;
      seconds.push(value / repeats);
    }
    return seconds.sort((a, b) => a - b);
  } finally {
    launchable.dispose();
  }
}

/** Relative drift between the first and the last reading of a process: 0.05 = 5 % slower at the end. */
export function drift(readings: readonly SentinelReading[]): { alu: number; copy: number } | null {
  const [first, last] = [readings[0], readings[readings.length - 1]];
  if (!first || !last || first === last) return null;
  return { alu: last.aluSeconds / first.aluSeconds - 1, copy: last.copySeconds / first.copySeconds - 1 };
}
