/**
 * Dawn in Node polls for finished GPU work from the JavaScript thread, at 100 % of a core, for as long as a promise is pending.
 * This is harmless for a GPU, but the worker threads of a software adapter share the cores with that thread.
 *
 * Measured (lavapipe, 2 cores of a virtual machine, an ALU kernel alone in its pass, medians of 7 alternating processes, the best
 * of them in brackets; `npm run eval busy-poll` measures again), two runs of it, device time:
 *
 * | how the thread waits    | short, run 1   | short, run 2   | long, run 1    | long, run 2    |
 * |-------------------------|----------------|----------------|----------------|----------------|
 * | polls (Dawn as it is)   | 0.78 ms (0.69) | 0.78 ms (0.69) | 12.9 ms (11.8) | 13.9 ms (12.2) |
 * | polls at niceness 19    | 0.75 ms (0.51) | 0.71 ms (0.69) | 7.0 ms (6.7)   | 10.6 ms (7.1)  |
 * | polls in the idle class | 0.71 ms (0.50) | 0.74 ms (0.65) | 7.0 ms (6.8)   | 7.2 ms (6.9)   |
 *
 * Lowering the priority halves the time of long kernels. The runs disagree on which way is better: long kernels were equal in one
 * run and a third faster in the idle class in the other, where more of its short launches (54 % against 6 %) took over 1.5 × the
 * fast ones. The idle class (SCHED_IDLE) is used because any waking thread preempts it at once, which Linux does not guarantee
 * for niceness.
 *
 * The cost: if other processes use all cores, such a thread hardly runs at all, not even to compile and copy. Only a process that
 * does nothing but measure should do this.
 *
 * Only Linux has a scheduling class per thread. New threads inherit it, so the driver's workers must be started first, by a
 * warm-up dispatch, and the process should not start children afterwards.
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import type { AdapterSource } from '../port.ts';
import { FILL_WORDS } from './output-code.ts';
import type { WebGpuSession } from './session.ts';
import { USAGE } from './usage.ts';

/** How the JavaScript thread waits for the device: in the idle class, at the lowest priority, or as Dawn does. */
export type Yield = 'idle' | 'nice' | 'none';

const LOWEST_PRIORITY = 19;
const WARM_UP_WORDS = 1 << 16;

/** `idle` where polling takes cores from the device: a software adapter on Linux. */
export function preferredYield(source: AdapterSource, platform: NodeJS.Platform = process.platform): Yield {
  return platform === 'linux' && source.endsWith('-software') ? 'idle' : 'none';
}

/**
 * Lowers the priority permanently: raising it again needs a privilege.
 *
 * @param wanted `idle` uses chrt (util-linux), since Node can only set niceness, and falls back to niceness
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

/** Only the main thread: its thread id is the process id, and chrt changes one thread by default. */
function joinIdleClass(): boolean {
  return spawnSync('chrt', ['--idle', '--pid', '0', String(process.pid)], { stdio: 'ignore' }).status === 0;
}

/** Enough workgroups for every worker thread of a driver. */
async function warmUp({ bench: { device, programs } }: WebGpuSession): Promise<void> {
  const buffers = await device.buffers([{ size: 4 * WARM_UP_WORDS, usage: USAGE.storage }]);
  try {
    const uniform = [WARM_UP_WORDS, 0];
    await programs.run({ name: 'warm-up', code: FILL_WORDS, items: WARM_UP_WORDS, uniform, buffers });
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
