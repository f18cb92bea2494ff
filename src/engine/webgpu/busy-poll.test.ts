import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { preferredYield } from './busy-poll.node.ts';

/** Linux's number of the scheduling class for threads that run when nobody else wants to. */
const SCHED_IDLE = 5;

describe('stepping back from the device’s cores', () => {
  it('is for software adapters on Linux', () => {
    expect(preferredYield('system-software', 'linux')).toBe('idle');
    expect(preferredYield('system-software', 'darwin')).toBe('none');
    expect(preferredYield('gpu', 'linux')).toBe('none');
  });

  it.runIf(process.platform === 'linux')('lowers the JavaScript thread and none of the driver’s', async () => {
    const script = `
      import fs from 'node:fs';
      import { openWebGpu } from ${JSON.stringify(new URL('./open.node.ts', import.meta.url).href)};
      const { session, yields } = await openWebGpu({ adapter: 'software', yieldCpu: true });
      const policy = (task) => Number(fs.readFileSync('/proc/self/task/' + task + '/stat', 'utf8').replace(/^.*\\)/s, '').split(' ')[39]);
      const others = fs.readdirSync('/proc/self/task').filter((task) => task !== String(process.pid));
      console.log(JSON.stringify({ yields, main: policy(process.pid), normal: others.filter((task) => policy(task) === 0).length }));
      await session.dispose();`;
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [tsx, '--input-type=module', '--eval', script]);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ yields: 'idle', main: SCHED_IDLE });
    expect(found.normal).toBeGreaterThanOrEqual(3);
  });
});
