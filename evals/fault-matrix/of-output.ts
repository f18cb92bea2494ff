/** Faults of what a run prints to. */
import type { Bench } from './bench.ts';
import { type Outcome, one, type Scenario } from './scenario.ts';
import { whole } from './told.ts';

export const OF_OUTPUT: readonly Scenario[] = [
  one('standard output is closed', (bench) => redirected(bench, 'exec "$@" >&-')),
  one('the reader of standard output has gone', async (bench) => {
    const { child, ended } = bench.start();
    child.stdout?.destroy();
    return whole(bench, await ended);
  }),
  one('standard output is on a full disk', (bench) => redirected(bench, 'exec "$@" >/dev/full'), 'linux'),
];

async function redirected(bench: Bench, script: string): Promise<Omit<Outcome, 'fault'>> {
  return whole(bench, await bench.start({ under: ['sh', '-c', script, 'sh'] }).ended);
}
