/** Whether the page is in front and not paused. */
import type { Attention } from '../../measure/parent/measurement.ts';

export class PageAttention implements Attention {
  readonly #signal: AbortSignal;
  readonly #onChange: () => void;
  #waiting: (() => void)[] = [];
  #isPaused = false;
  #isWaiting = false;
  /** Whether it was hidden since measuring may go on. */
  #wasHidden = false;

  /** @param onChange called when it begins or ends to wait */
  constructor(signal: AbortSignal, onChange: () => void) {
    this.#signal = signal;
    this.#onChange = onChange;
    document.addEventListener('visibilitychange', () => this.#seen(), { signal });
    signal.addEventListener('abort', () => this.#wake());
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Why nothing is measured at the moment; null if something is. */
  get waitsFor(): 'pause' | 'front' | null {
    if (!this.#isWaiting) return null;
    return this.#isPaused ? 'pause' : 'front';
  }

  /** What is being measured is finished first. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#wake();
  }

  async ready(): Promise<void> {
    while (!this.#signal.aborted && (this.#isPaused || document.hidden)) {
      this.#turn(true);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#turn(false);
    this.#wasHidden = false;
  }

  disturbance(): string | null {
    return this.#wasHidden ? 'the page was hidden' : null;
  }

  #seen(): void {
    if (document.hidden) this.#wasHidden = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #turn(isWaiting: boolean): void {
    if (this.#isWaiting === isWaiting) return;
    this.#isWaiting = isWaiting;
    this.#onChange();
  }
}
