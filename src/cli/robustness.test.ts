/** Unchecked indexes are another thing to measure: another id, another series, a toggle of the device. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { chosenAdapter } from '../engine/webgpu/open.node.ts';
import { casesOf } from '../experiment/inspect/programs.ts';
import { kernelsFrom } from '../experiment/setup/selection.ts';
import type { RunRecord } from '../record/schema.ts';
import { readRecord } from '../record/store/store.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { PLAIN } from '../report/style.ts';
import { USUAL } from './command-line.ts';
import { commandIn, UNIT } from './testdata/in-process.ts';
import { type RunOptions, resumeCommand } from './verbs/run-options.ts';

const dir = folderOfEach();
beforeEach(() => {
  writeFileSync(join(dir(), 'steady.yaml'), 'cost: [{seconds: 0.002}]');
});

const shapemark = commandIn(dir, UNIT);

async function run(...words: string[]): Promise<RunRecord> {
  const scripted = ['--engine', 'scripted', '--scenario', 'steady.yaml', '--processes', '1'];
  const { exit } = await shapemark('run', 'quick', '--filter', 'o_proj,w=f32,kernel=best', ...scripted, ...words);
  expect(exit).toBe(0);
  const folder = join(dir(), 'results', 'scripted');
  const [latest = ''] = readdirSync(folder)
    .filter((name) => /^\d.*\.json$/.test(name))
    .sort()
    .reverse();
  return readRecord(join(folder, latest));
}

describe('--robustness off', () => {
  it('is a series of its own, which ids, rows and filters name', async () => {
    const [checked] = (await run()).cases;
    rmSync(join(dir(), 'results'), { recursive: true });
    const [unchecked] = (await run('--robustness', 'off')).cases;
    expect(checked?.robustness).toBeUndefined();
    expect(unchecked?.robustness).toBe('off');
    expect(unchecked?.id).toBe(checked?.id.replace('/kernel=', '/robustness=off/kernel='));
    expect(unchecked?.series).not.toBe(checked?.series);
  });

  it('is told to filters of inspections, and repeated in the command that resumes a run', async () => {
    const { set } = await kernelsFrom(undefined, dir());
    const io = { err: () => {}, out: () => {}, cwd: dir(), environment: {}, style: PLAIN, columns: null };
    const choice = {
      suite: ['quick'],
      kernel: [],
      filter: ['o_proj,w=f32,robustness=off'],
      robustness: 'off',
    } as const;
    expect(await casesOf(choice, set, io)).not.toEqual([]);
    const given = { ...USUAL, suite: ['quick'], tuning: true, 'divide-by-sentinel': false, robustness: 'off' };
    expect(resumeCommand(given as unknown as RunOptions)).toContain(' --robustness off --resume');
  });

  it('is verified as it is asked for', async () => {
    const words = ['run', '--shape', '4x8x16', '--kernel', 'naive', '--robustness', 'off', '--verify-only', '--json'];
    const { exit, out } = await shapemark(...words, '--adapter', 'embedded', '--filter', 'robustness=off');
    expect(exit).toBe(0);
    expect(JSON.parse(out).cases).toMatchObject([
      { id: expect.stringContaining('/robustness=off/'), status: 'verified' },
    ]);
  });

  it('is a toggle of the device, off by default', async () => {
    const toggles = async (robustness?: 'off') => (await chosenAdapter('embedded', robustness)).opened.toggles;
    expect(await toggles()).not.toContain('+disable_robustness');
    expect(await toggles('off')).toContain('+disable_robustness');
  });
});
