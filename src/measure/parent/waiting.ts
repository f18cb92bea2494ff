/** Waits until measuring may go on, and knows how long that took. */
import type { Clock } from './host.ts';
import type { Attention } from './measurement.ts';

export class Waiting {
  readonly #clock: Clock;
  readonly #attention: Attention | undefined;
  #seconds = 0;

  constructor(clock: Clock, attention: Attention | undefined) {
    this.#clock = clock;
    this.#attention = attention;
  }

  /** In all so far. */
  get seconds(): number {
    return this.#seconds;
  }

  /** @returns the seconds that it took */
  async wait(): Promise<number> {
    if (!this.#attention) return 0;
    const before = this.#clock.now();
    await this.#attention.ready();
    const took = this.#clock.now() - before;
    this.#seconds += took;
    return took;
  }
}
