/** `tune` against a scripted device whose fastest kernel and tile are known, in this process. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { digest } from '../gemm/digest.ts';
import { readTuning } from '../record/beside/tuning.node.ts';
import { type Tuning, tuningSchema } from '../record/beside/tuning.ts';
import { recordSchema } from '../record/schema.ts';
import { listRecords } from '../record/store/store.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { median } from '../stats/centre.ts';
import { inProcess } from './testdata/in-process.ts';

const dir = folderOfEach();
beforeEach(() => {
  writeFileSync(join(dir(), 'square.yaml'), SUITE);
});

/** Two classes, the first with two members. */
const SUITE = `
description: for a test
shapes:
  - {name: tall, m: [80, 96], n: 256, k: 256, from: made up}
  - {name: row, m: 1, n: 256, k: 256, layout: nt, from: made up}
`;

/** On tall shapes the rule takes nested-tile; one tile of direct is the fastest by far. For rows, the rule is right. */
const KNOWN = `
cost:
  - {when: 'm>1,kernel=direct,code=*const TILE_M = 16u;*,code=*const TILE_N = 64u;*', seconds: 0.001}
  - {when: 'm>1,kernel=direct', seconds: 0.0016}
  - {when: 'm>1,kernel=nested-tile', seconds: 0.0015}
  - {when: 'm=1,kernel=gemv-ahead', seconds: 0.001}
  - {seconds: 0.004}
noise: {betweenProcesses: {kind: lognormal, sigma: 0.02}, withinProcess: {sigma: 0.01}}
`;

/** @param words arguments; an object among them watches the progress line */
async function shapemark(scenario: string, verb: string, ...words: (string | { onProgress: () => void })[]) {
  const file = join(dir(), 'scenario.yaml');
  writeFileSync(file, scenario);
  const given = words.filter((word) => typeof word === 'string');
  const watcher = words.find((word) => typeof word !== 'string');
  return inProcess([verb, 'square.yaml', '--engine', 'scripted', '--scenario', file, ...given], {
    cwd: dir(),
    onProgress: watcher?.onProgress,
  });
}

const tunings = () => readdirSync(join(dir(), 'results/scripted/tuning'));

async function tuned(
  scenario = KNOWN,
  ...words: string[]
): Promise<{ exit: number; tuning: Tuning & { hash: string } }> {
  const { exit, out } = await shapemark(scenario, 'tune', '--json', ...words);
  return { exit, tuning: JSON.parse(out) };
}

describe('tune', () => {
  it('finds the fastest kernel and tile of each class, and keeps the rule where it is right', async () => {
    const { exit, tuning } = await tuned();
    expect(exit).toBe(0);
    const [tall, row] = tuning.classes;
    expect(tall).toMatchObject({
      best: { kernel: { name: 'direct' }, tile: { m: 16, n: 64 } },
      rule: { kernel: { name: 'nested-tile' } },
      complete: true,
    });
    expect(tall?.cases).toHaveLength(2);
    expect(tall?.ratios).toHaveLength(7);
    expect(median(tall?.ratios ?? [])).toBeCloseTo(0.667, 1);
    expect(row).toMatchObject({ best: { kernel: { name: 'gemv-ahead' } }, rule: { kernel: { name: 'gemv-ahead' } } });
    expect(row?.best).toEqual(row?.rule);
    expect(row?.ratios).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('is remembered in a file named by its hash, which best follows and rows name', async () => {
    const { tuning } = await tuned();
    const [name = ''] = tunings();
    const text = readFileSync(join(dir(), 'results/scripted/tuning', name), 'utf8');
    expect(tuningSchema.parse(JSON.parse(text)).classes).toHaveLength(2);
    expect(digest(text)).toBe(tuning.hash);
    expect(name).toContain(tuning.hash.slice(0, 8));
    // A checkout with other line ends is the same tuning, whose name rows hold.
    const file = join(dir(), 'results/scripted/tuning', name);
    writeFileSync(file, `\ufeff${text.replaceAll('\n', '\r\n')}`);
    expect(readTuning(file)).toMatchObject({ hash: tuning.hash, tuning: { classes: [{}, {}] } });

    const kernelsOf = async (...words: string[]) => {
      await shapemark(KNOWN, 'run', '--processes', '1', '--seed', String(words.length), ...words);
      const record = recordSchema.parse(
        JSON.parse(readFileSync(listRecords(join(dir(), 'results')).at(-1) ?? '', 'utf8')),
      );
      rmSync(listRecords(join(dir(), 'results')).at(-1) ?? '');
      return record.cases.map(({ kernel }) => ({ name: kernel.name, n: kernel.tile?.n, tuning: kernel.tuning }));
    };
    const followed = { name: 'direct', n: 64, tuning: tuning.hash };
    expect(await kernelsOf()).toEqual([followed, followed, { name: 'gemv-ahead', n: 32, tuning: tuning.hash }]);
    const byRule = { name: 'nested-tile', n: 64, tuning: undefined };
    expect(await kernelsOf('--no-tuning')).toEqual([byRule, byRule, { name: 'gemv-ahead', n: 32, tuning: undefined }]);
  });

  it('leaves out and reports what answers wrongly, and exits with 4', async () => {
    const wrong = `${KNOWN}\nevents: [{kind: wrong-result, when: 'kernel=direct'}]`;
    const { exit, tuning } = await tuned(wrong);
    expect(exit).toBe(4);
    expect(tuning.classes[0]?.best.kernel.name).not.toBe('direct');
    expect(tuning.classes[0]?.broken).toMatchObject([{ reason: 'wrong-result' }]);
  });

  it('stays within its budget, and keeps what it found until then', async () => {
    const slow = KNOWN.replaceAll(/seconds: 0\.(\d+)/g, 'seconds: 0.$1').concat('processStartSeconds: 10\n');
    const { tuning } = await tuned(slow, '--budget', '30');
    expect(tuning.processes).toBeLessThanOrEqual(4);
    expect(tuning.classes.map(({ complete }) => complete)).toEqual([false, false]);
  });

  it('prints one document of what there is after Ctrl-C with --json', async () => {
    let visits = 0;
    const press = () => ++visits === 8 && process.emit('SIGINT');
    const { exit, out } = await shapemark(KNOWN, 'tune', '--json', { onProgress: press });
    expect(exit).toBe(130);
    expect(JSON.parse(out).classes[0]).toMatchObject({ complete: false });
  });

  it('goes on after Ctrl-C where it stopped, and finds the same', async () => {
    const whole = await tuned();
    rmSync(join(dir(), 'results'), { recursive: true });
    let visits = 0;
    const { exit, out, err } = await shapemark(KNOWN, 'tune', {
      onProgress: () => {
        visits++;
        if (visits === 8) process.emit('SIGINT');
      },
    });
    expect(exit).toBe(130);
    expect(err).toContain('continue with: shapemark tune square.yaml --engine scripted');
    expect(out).toMatch(/^so far:\n+class .*\n.*cut short/);
    const resumed = await shapemark(KNOWN, 'tune', '--json', '--resume');
    expect(resumed.err).toMatch(/resuming: [1-9]\d* visits are done/);
    expect(resumed.exit).toBe(0);
    const { classes } = JSON.parse(resumed.out);
    expect(classes).toMatchObject(
      whole.tuning.classes.map(({ class: name, best, rule }) => ({ class: name, best, rule })),
    );
    expect(readdirSync(join(dir(), 'results/scripted')).filter((name) => name.includes('journal'))).toEqual([]);
  });

  it('prints what was gained', async () => {
    const { out } = await shapemark(KNOWN, 'tune');
    expect(out).toMatch(/direct 16×64×4\/\d+×[48] +nested-tile .*0\.6\d \(/);
    expect(out).toContain('1 of 2 classes faster than the rule');
  });

  it.each([
    ['--budget', '0'],
    ['--seed', '1.5'],
  ])('refuses %s %s', async (flag, value) => {
    expect(await shapemark(KNOWN, 'tune', flag, value)).toMatchObject({ exit: 2, err: expect.stringContaining(flag) });
  });
});
