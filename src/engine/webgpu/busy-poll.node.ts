/**
 * Dawn in Node polls for finished GPU work from the JavaScript thread, at 100 % of a core, for as long as a promise is
 * pending. A GPU does not care; a software adapter's worker threads share the cores with that thread.
 *
 * Measured (lavapipe, 2 cores of a virtual machine, an ALU kernel alone in its pass, medians of 7 alternating processes, the
 * best of them in brackets; `npm run eval busy-poll` measures again), two runs of it, device time:
 *
 * | how the thread waits    | short, run 1   | short, run 2   | long, run 1    | long, run 2    |
 * |-------------------------|----------------|----------------|----------------|----------------|
 * | polls (Dawn as it is)   | 0.78 ms (0.69) | 0.78 ms (0.69) | 12.9 ms (11.8) | 13.9 ms (12.2) |
 * | polls at niceness 19    | 0.75 ms (0.51) | 0.71 ms (0.69) | 7.0 ms (6.7)   | 10.6 ms (7.1)  |
 * | polls in the idle class | 0.71 ms (0.50) | 0.74 ms (0.65) | 7.0 ms (6.8)   | 7.2 ms (6.9)   |
 *
 * Stepping back halves long kernels. Between the two ways to do it the runs do not agree: long kernels were equal once and a
 * third faster in the idle class once, and in run 2 more of its short launches (54 % against 6 %) took over 1.5 × the fast
 * ones. The idle class (SCHED_IDLE) is chosen because Linux lets any thread that wakes take the core from it at once, which
 * it does not promise for niceness; what it gains on short kernels is not shown.
 *
 * The price: where other processes want all cores, such a thread hardly runs at all, compiling and copying included.
 * Measuring on such a machine is in vain anyway, but only a process that measures should do this to itself.
 *
 * Linux alone has a scheduling class per thread. New threads inherit it: the driver's workers must exist before, which is
 * why a warm-up dispatch comes first, and a process that stepped back should not start others (their drivers would too).
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import type { AdapterSource } from '../port.ts';
import { FILL_WORDS } from './output-code.ts';
import type { WebGpuSession } from './session.ts';
import { USAGE } from './usage.ts';

/** How the JavaScript thread waits for the device: only on cores nobody else wants, at the lowest priority, or as Dawn does. */
export type Yield = 'idle' | 'nice' | 'none';

const LOWEST_PRIORITY = 19;
const WARM_UP_WORDS = 1 << 16;

/** `idle` where polling takes cores from the device: a software adapter on Linux. */
export function preferredYield(source: AdapterSource, platform: NodeJS.Platform = process.platform): Yield {
  return platform === 'linux' && source.endsWith('-software') ? 'idle' : 'none';
}

/**
 * Steps back for good: coming forward again is a privilege that an ordinary user lacks.
 *
 * @param wanted `idle` asks the system's chrt (util-linux), since Node itself can only set niceness, and falls back to it
 * @returns what the system allowed; after `none` the thread polls as before
 */
export async function yieldCpu(session: WebGpuSession, wanted: Exclude<Yield, 'none'> = 'idle'): Promise<Yield> {
  await warmUp(session);
  if (wanted === 'idle' && joinIdleClass()) return 'idle';
  try {
    os.setPriority(0, LOWEST_PRIORITY); // Linux: 0 is the calling thread
    return 'nice';
  } catch {
    return 'none';
  }
}

/** The main thread alone: its thread id is the process's, and chrt changes one thread unless told otherwise. */
function joinIdleClass(): boolean {
  return spawnSync('chrt', ['--idle', '--pid', '0', String(process.pid)], { stdio: 'ignore' }).status === 0;
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
