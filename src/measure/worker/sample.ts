/** Samples through tinybench: one Bench with one task per block; the caller alternates contenders block by block. */
import { Bench } from 'tinybench';
import type { Launchable } from '../../engine/port.ts';
import { secondsOf, type TimerFacts } from './timer.ts';

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

/** A reading that is no duration is taken again at most this often per block before the block gives up on the clock. */
const MAX_REJECTED = 8;

/** Thrown when a clock that was proven at the start of the process stops giving durations. */
export class ClockFailed extends Error {}

/**
 * Runs `count` samples as one tinybench task. Device time goes in as `overriddenDuration` (ms) and the wall time it
 * really cost as `overriddenIterationCost`. tinybench sorts its samples, so they are kept here in time order.
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
