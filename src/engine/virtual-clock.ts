/** A virtual clock: hours of measuring on a played device pass in milliseconds, deterministically. */
export class VirtualClock {
  #now = 0;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  /** Seconds since the clock was made. */
  now(): number {
    return this.#now;
  }

  /** Calls back when the clock passes that moment; the function returned cancels. */
  after(seconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + seconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass; timers that fall due run on the way, in order. */
  advance(seconds: number): void {
    const end = this.#now + seconds;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) this.#run(timer);
    this.#now = end;
  }

  /** Something hangs: time jumps to the next timer. Without a timer there is no watchdog, which is an error. */
  hang(): void {
    const timer = this.#next(Number.POSITIVE_INFINITY);
    if (!timer) throw new Error('a scripted hang that no watchdog watches');
    this.#run(timer);
  }

  #next(end: number): { at: number; callback: () => void } | undefined {
    let next: { at: number; callback: () => void } | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
    return next;
  }

  #run(timer: { at: number; callback: () => void }): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }
}
