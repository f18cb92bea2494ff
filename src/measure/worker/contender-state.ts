/** A contender in a visit. It drops out at its first failure; the others continue. */
import { EngineError, type Prepared } from '../../engine/port.ts';
import type { ContenderVisit, TimerFacts, Verification } from '../../record/journal/journal.ts';
import type { Sampling } from '../../record/schema.ts';
import type { Contender } from './protocol.ts';
import { type Block, ClockFailed } from './sample.ts';
import { Overflow, WrongResult } from './verify.ts';
import type { WarmUp } from './warm-up.ts';

export class ContenderState {
  readonly contender: Contender;
  prepared: Prepared | null = null;
  verification: Verification | null = null;
  firstDispatchSeconds = 0;
  warmUp: WarmUp = { launches: 0, seconds: 0, plateau: false, launchSeconds: Number.NaN };
  repeats = 1;
  /** The process's clock, or wall clock for a launch that the device cannot time or no longer times. */
  clock: TimerFacts;
  #failure: { status: 'failed' | 'skipped'; reason: string; detail: string } | null = null;
  readonly #samples: number[] = [];
  readonly #wallSamples: number[] = [];
  readonly #blockOf: number[] = [];
  #rejectedReadings = 0;

  constructor(contender: Contender, timer: TimerFacts) {
    this.contender = contender;
    const { source } = contender;
    const untimed = source.kind === 'own' ? source.untimed : undefined;
    this.clock = untimed === undefined ? timer : wallClock(timer, untimed);
  }

  /** Executes one step unless the contender has dropped out; a failure of the contender makes it drop out. */
  async attempt(step: (prepared: Prepared) => Promise<void>): Promise<void> {
    if (this.#failure) return;
    try {
      await step(this.prepared as Prepared);
    } catch (error) {
      if (error instanceof ClockFailed && this.clock.kind === 'gpu') {
        this.#fallBackToWall(error.message);
        await this.attempt(step);
      } else {
        this.#failure = failureOf(error);
      }
    }
  }

  add(block: number, { samples, rejectedReadings }: Block): void {
    for (const sample of samples) {
      this.#samples.push(sample.seconds);
      this.#wallSamples.push(sample.wallSeconds);
      this.#blockOf.push(block);
    }
    this.#rejectedReadings += rejectedReadings;
  }

  outcome(): ContenderVisit {
    const { launches, seconds, plateau } = this.warmUp;
    const fills = this.prepared?.textureFillSeconds;
    return {
      name: this.contender.name,
      status: this.#failure?.status ?? 'measured',
      ...(this.#failure && { reason: this.#failure.reason, detail: this.#failure.detail }),
      ...(this.verification && { verification: this.verification }),
      pipelineSeconds: this.prepared?.pipelineSeconds ?? 0,
      firstDispatchSeconds: this.firstDispatchSeconds,
      ...(fills && { textureFillSeconds: fills }),
      warmUp: { launches, seconds, plateau },
      repeats: this.repeats,
      samples: this.#failure ? [] : this.#samples,
      blockOf: this.#failure ? [] : this.#blockOf,
      wallSamples: this.#failure ? [] : this.#wallSamples,
      rejectedReadings: this.#rejectedReadings,
      clock: this.clock.kind,
    };
  }

  /** Samples of two clocks must not be mixed: those of the failed one are dropped, and the reason is kept. */
  #fallBackToWall(reason: string): void {
    this.clock = wallClock(this.clock, reason);
    this.#samples.length = 0;
    this.#wallSamples.length = 0;
    this.#blockOf.length = 0;
  }
}

/** Samples that a contender takes in a visit: as many as fit into the time, between the fewest and the most. */
export function samplesWanted({ warmUp, repeats }: ContenderState, sampling: Sampling): number {
  const { minSamples, maxSamples, sampleSeconds } = sampling;
  const fit = Math.ceil(sampleSeconds / (warmUp.launchSeconds * repeats));
  return Number.isFinite(fit) ? Math.max(minSamples, Math.min(maxSamples, fit)) : minSamples;
}

function wallClock(timer: TimerFacts, reason: string): TimerFacts {
  return { ...timer, kind: 'wall', resolutionSeconds: timer.wallResolutionSeconds, reason };
}

/** A lost device or a scripted crash is a failure of the worker and is rethrown; other failures are the contender's. */
export function failureOf(error: unknown): { status: 'failed' | 'skipped'; reason: string; detail: string } {
  if (error instanceof WrongResult) return { status: 'failed', reason: 'wrong-result', detail: error.message };
  if (error instanceof Overflow) return { status: 'failed', reason: 'overflow', detail: error.message };
  if (error instanceof EngineError) {
    if (error.reason === 'device-lost') throw error;
    return {
      status: error.reason === 'unsupported' ? 'skipped' : 'failed',
      reason: error.reason,
      detail: error.message,
    };
  }
  throw error;
}
