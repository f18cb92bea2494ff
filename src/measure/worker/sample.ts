/** Samples through tinybench: one Bench with one task per block; the caller alternates contenders block by block. */
import { Bench } from 'tinybench';
import type { Launchable } from '../../engine/port.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { secondsOf } from './timer.ts';

/** One timed value, in seconds per launch. */
export interface Sample {
  readonly seconds: number;
  readonly wallSeconds: number;
}

export interface Block {
  readonly samples: readonly Sample[];
  readonly rejectedReadings: number;
}

export interface BlockRequest {
  readonly name: string;
  readonly launchable: Launchable;
  readonly timer: TimerFacts;
  readonly repeats: number;
  readonly count: number;
  /** Called before each launch; returns the operand set it starts at. */
  readonly nextSet: () => number;
  readonly now: () => number;
}

/** Maximum number of invalid readings per block before the clock is abandoned. */
const MAX_REJECTED = 8;

/** Thrown when a clock that was verified at the start of the process stops giving valid durations. */
export class ClockFailed extends Error {}

/**
 * Runs `count` samples as one tinybench task. Device time is passed as `overriddenDuration` (ms) and wall time as
 * `overriddenIterationCost`. tinybench sorts its samples, so they are kept here in time order.
 */
export async function sampleBlock(request: BlockRequest): Promise<Block> {
  const samples: Sample[] = [];
  let rejectedReadings = 0;
  const bench = new Bench({
    name: request.name,
    time: 0,
    iterations: request.count,
    warmup: false,
    throws: true,
    now: () => request.now() * 1e3,
  });
  bench.add(
    request.name,
    async () => {
      for (;;) {
        const timing = await request.launchable.launch({ repeats: request.repeats, firstSet: request.nextSet() });
        const seconds = secondsOf(timing, request.timer);
        if (seconds !== null) {
          samples.push({ seconds: seconds / request.repeats, wallSeconds: timing.wallSeconds / request.repeats });
          return { overriddenDuration: seconds * 1e3, overriddenIterationCost: timing.wallSeconds * 1e3 };
        }
        rejectedReadings++;
        if (rejectedReadings > MAX_REJECTED) throw new ClockFailed('the device clock gave no durations');
      }
    },
    { async: true },
  );
  await bench.run();
  return { samples, rejectedReadings };
}
