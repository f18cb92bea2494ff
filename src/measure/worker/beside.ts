/**
 * The sentinel beside a case: one reading of a fixed matmul before every block of a visit, so that slowdowns longer than a block
 * cancel in the ratio. Readings around a process are too far apart for that.
 */
import type { Launchable, Session } from '../../engine/port.ts';
import type { ContenderVisit, TimerFacts } from '../../record/journal/journal.ts';
import { blockTimes, ratioOfBlocks } from '../../stats/paired.ts';
import { GEMM_SENTINEL } from './probes.ts';
import { growRepeats, secondsOf } from './timer.ts';

const MIN_SECONDS = 1e-3;

export class SentinelBeside {
  readonly #launchable: Launchable;
  readonly #timer: TimerFacts;
  readonly #repeats: number;
  readonly #seconds = new Map<number, number>();

  private constructor(launchable: Launchable, timer: TimerFacts, repeats: number) {
    this.#launchable = launchable;
    this.#timer = timer;
    this.#repeats = repeats;
  }

  static async start(session: Session, timer: TimerFacts): Promise<SentinelBeside> {
    const launchable = await session.probe(GEMM_SENTINEL);
    const { repeats } = await growRepeats(launchable, Math.max(MIN_SECONDS, 50 * timer.resolutionSeconds));
    return new SentinelBeside(launchable, timer, repeats);
  }

  async read(block: number): Promise<void> {
    const timing = await this.#launchable.launch({ repeats: this.#repeats, firstSet: 0 });
    const seconds = secondsOf(timing, this.#timer);
    if (seconds !== null) this.#seconds.set(block, seconds / this.#repeats);
  }

  /** A contender's time over the sentinel's; null without common blocks or with different clocks. */
  ratioOf({ clock, ...times }: Pick<ContenderVisit, 'clock' | 'samples' | 'blockOf'>): number | null {
    return clock === this.#timer.kind ? ratioOfBlocks(this.#seconds, blockTimes(times)) : null;
  }

  dispose(): void {
    this.#launchable.dispose();
  }
}
