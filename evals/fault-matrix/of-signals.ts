/** Signals, and other runs in the same folder. */
import { readFileSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { journals } from '../../src/record/journal/journal.node.ts';
import { injecting } from './bench.ts';
import { one, type Scenario } from './scenario.ts';
import { everyCaseIn, gone, interrupted, resumed, signalled, told, whole } from './told.ts';

export const OF_SIGNALS: readonly Scenario[] = [
  one('Ctrl-C', (bench) => signalled(bench, (pid) => process.kill(-pid, 'SIGINT'))),
  one('SIGTERM', (bench) => signalled(bench, (pid) => process.kill(pid, 'SIGTERM'))),
  one('the terminal is closed (SIGHUP)', (bench) => signalled(bench, (pid) => process.kill(-pid, 'SIGHUP'))),
  one('`kill -9`', (bench) => signalled(bench, (pid) => process.kill(pid, 'SIGKILL'))),
  one('`kill -9` while a line is written', async (bench) => {
    const found = await interrupted(bench, (pid) => process.kill(pid, 'SIGKILL'));
    const [journal = ''] = journals(bench.results);
    truncateSync(journal, readFileSync(journal).length - 20);
    return { ...told(bench, found), after: await resumed(bench) };
  }),
  one('`kill -9` while a kernel never ends', async (bench) => {
    const how = { suite: 'faulty.yaml', more: ['--filter', 'kernel=endless'] } as const;
    const { child, ended } = bench.start(how);
    // Its case has no visit; by then the kernel runs, or soon will.
    while (bench.left() !== 'journal, lock') await sleep(20);
    await sleep(8_000);
    child.kill('SIGKILL');
    const outcome = await ended;
    await gone(child.pid as number);
    return { ...told(bench, outcome), after: 'no process is left' };
  }),
  ...['SIGTERM', 'SIGKILL'].map((signal) =>
    one(`${signal} when the record is written`, async (bench) => {
      const ended = await bench.start({ environment: injecting({ FAULTY_END: signal }) }).ended;
      return {
        ...told(bench, ended),
        after: ended.exit === '0' ? everyCaseIn(bench, bench.results) : await resumed(bench),
      };
    }),
  ),
  one('stopped, and continued after 40 s (Ctrl-Z and `fg`)', async (bench) => {
    const { child, ended } = bench.start();
    await bench.visited();
    process.kill(-(child.pid as number), 'SIGSTOP');
    await sleep(40_000);
    process.kill(-(child.pid as number), 'SIGCONT');
    return whole(bench, await ended);
  }),
  one('two runs at once in one folder', async (bench) => {
    const first = bench.start();
    await bench.visited();
    const second = await bench.start({ more: ['--resume'] }).ended;
    const { exit } = await first.ended;
    return { ...told(bench, second), exit: `${exit}, ${second.exit}`, after: everyCaseIn(bench, bench.results) };
  }),
];
