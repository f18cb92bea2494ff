/** Timers that count the time in which this process runs. */
import type { Clock } from './host.ts';

/** Seconds between looks at the clock. */
const STEP = 1;

/**
 * A machine that sleeps, a shell that stops the process, or work that blocks it: afterwards its timers are due at once, before it
 * has heard what workers said meanwhile. So no look counts for more than two steps.
 */
export function whileRunning(now: Clock['now']): Clock['after'] {
  return (seconds, callback) => {
    let [left, seen] = [seconds, now()];
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      timer = setTimeout(look, Math.min(left, STEP) * 1e3);
    };
    const look = () => {
      const at = now();
      left -= Math.min(at - seen, 2 * STEP);
      seen = at;
      if (left <= 0) callback();
      else wait();
    };
    wait();
    return () => clearTimeout(timer);
  };
}
