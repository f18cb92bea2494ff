/**
 * Dawn in Node polls for finished GPU work from the JavaScript thread, at 100 % of a core, for as long as a promise is
 * pending. A GPU does not care; a software adapter's worker threads share the cores with that thread.
 *
 * Measured (lavapipe, 2 cores, an ALU kernel alone in its pass, medians of 7 alternating processes on a machine with other
 * work, best of them in brackets; `npm run bench:busy-poll` measures again):
 *
 * | how the thread waits          | 1 ms kernel, device | wall − device | 20 ms kernel, device |
 * |-------------------------------|---------------------|---------------|----------------------|
 * | polls (Dawn as it is)         | 0.74 ms (0.58)      | 0.10 ms       | 18.4 ms (11.9)       |
 * | polls at niceness 19          | 0.73 ms (0.49)      | 0.10 ms       | 12.0 ms (6.1)        |
 * | sleeps 0.1 ms between polls   | 0.78 ms (0.49)      | 0.3 ms        | 12.9 ms (7.6)        |
 * | sleeps 0.5 ms between polls   | 0.77 ms (0.74)      | 0.7 ms        | 13.1 ms (12.2)       |
 * | sleeps ⅛ of the time pending  | 0.89 ms (0.73)      | 0.2 ms        | 13.3 ms (6.8)        |
 *
 * So the thread steps back by niceness: it gives the cores up wherever somebody wants them and still notices the end of a
 * kernel at once, so wall times stay comparable, and it is the same for every contender of a process. Sleeping gains as
 * much on long kernels but adds its own length to every wall time.
 *
 * The price: where other processes want all cores, a thread at niceness 19 hardly runs at all, compiling and copying
 * included. Measuring on such a machine is in vain anyway, but only a process that measures should do this to itself.
 *
 * Linux alone has a niceness per thread. New threads inherit it: the driver's workers must exist before, which is why a
 * warm-up dispatch comes first, and a process that stepped back should not start others (their drivers would be nice too).
 */
import os from 'node:os';
import type { AdapterSource } from '../port.ts';
import { FILL_WORDS } from './output-code.ts';
import type { WebGpuSession } from './session.ts';
import { USAGE } from './usage.ts';

/** How the JavaScript thread waits for the device. */
export type Yield = 'nice' | 'none';

const LOWEST_PRIORITY = 19;
const WARM_UP_WORDS = 1 << 16;

/** `nice` where polling takes cores from the device: a software adapter on Linux. */
export function preferredYield(source: AdapterSource, platform: NodeJS.Platform = process.platform): Yield {
  return platform === 'linux' && source.endsWith('-software') ? 'nice' : 'none';
}

/**
 * Lowers this thread's priority for good: raising it again is a privilege that an ordinary user lacks.
 *
 * @returns false when the system refused, and the thread polls as before
 */
export async function yieldCpu(session: WebGpuSession): Promise<boolean> {
  await warmUp(session);
  try {
    os.setPriority(0, LOWEST_PRIORITY); // Linux: 0 is the calling thread
    return true;
  } catch {
    return false;
  }
}

/** Enough workgroups that every worker thread of a driver gets some. */
async function warmUp({ bench: { device, programs } }: WebGpuSession): Promise<void> {
  const buffers = await device.buffers([{ size: 4 * WARM_UP_WORDS, usage: USAGE.storage }]);
  try {
    const uniform = [WARM_UP_WORDS, 0];
    await programs.run({ name: 'warm-up', code: FILL_WORDS, items: WARM_UP_WORDS, uniform, buffers });
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
