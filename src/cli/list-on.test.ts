import { describe, expect, it } from 'vitest';
import { native } from '../experiment/inspect/native.ts';
import { openGpu } from '../experiment/inspect/open.ts';
import { inProcess } from './testdata/in-process.ts';

const list = (...args: string[]) => inProcess(['list', ...args], { cwd: process.cwd() });

/** Whether the driver is installed here. */
async function hasDriver(gpu: string): Promise<boolean> {
  try {
    const { process } = await openGpu({ gpu, native: native(), root: null, adapter: 'auto' });
    process.end();
    return true;
  } catch {
    return false;
  }
}

describe('list --on', () => {
  it('names the GPU that was meant', async () => {
    const { exit, err } = await list('square', '--on', 'navi32');
    expect([exit, err]).toEqual([2, '--on navi32: no such GPU; did you mean "navi31"?\n']);
  });

  it('prints what each GPU gets, whose sizes differ', async ({ skip }) => {
    if (!(await hasDriver('navi31')) || !(await hasDriver('tgl'))) return skip('Mesa’s drivers are not installed');
    const { exit, out } = await list('square', '--on', 'navi31,tgl', '--filter', 'm=4096');
    expect(exit).toBe(0);
    expect(out).toMatch(/on navi31 +on tgl/);
    expect(out).toMatch(/nested-tile 128×128×32 8×8 +nested-tile 64×64×32 4×4/);
    const json = JSON.parse((await list('square', '--on', 'tgl', '--filter', 'm=4096', '--json')).out);
    expect(json.cases[0].picks).toEqual([
      { gpu: 'tgl', kernel: 'nested-tile', tile: { m: 64, n: 64, k: 32 }, thread: { m: 4, n: 4 } },
    ]);
  });
});
