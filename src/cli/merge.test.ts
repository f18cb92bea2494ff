/** Shards of scripted runs, merged. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readHistory } from '../judge/history/history.node.ts';
import type { Row } from '../record/row.ts';
import { openStore } from '../record/store/open-store.node.ts';
import { listRecords, readRecord } from '../record/store/store.node.ts';
import { folderOfAll } from '../record/testdata/folder.ts';
import { inProcess } from './testdata/in-process.ts';

const SUITE = `
defaults: {kernels: [naive, direct], a: f32, acc: f32, out: f32}
shapes:
  - {name: some, m: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], n: [64, 256], k: [128, 512, 1024], w: f32, from: made up}
`;
/** Without noise, because a shard has other processes than the whole run; and slow enough that work decides. */
const SCENARIO = `
cost: [{flopPerSecond: 2e9, floorSeconds: 1e-5}]
probes: [{probe: empty, seconds: 1e-5}, {probe: '*', seconds: 1e-3}]
processStartSeconds: 0.5
`;

const dir = folderOfAll();
beforeAll(() => {
  writeFileSync(join(dir(), 'some.yaml'), SUITE);
  writeFileSync(join(dir(), 'scenario.yaml'), SCENARIO);
});

async function shapemark(args: string[]) {
  const ran = await inProcess(args, { cwd: dir() });
  return { ...ran, err: ran.err.replaceAll(/^progress: .*\n/gm, '') };
}

const RUN = ['run', 'some.yaml', '--engine', 'scripted', '--scenario', 'scenario.yaml', '--processes', '2'];
const run = (results: string, more: string[] = []) => shapemark([...RUN, '--results', results, ...more]);

async function shards(name: string, count: number): Promise<string[]> {
  const folders = Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
  for (const [i, folder] of folders.entries())
    expect((await run(folder, ['--shard', `${i + 1}/${count}`])).exit).toBe(0);
  return folders;
}

const only = (results: string) => {
  const files = listRecords(join(dir(), results));
  expect(files).toHaveLength(1);
  return files[0] as string;
};

/** What does not depend on when a visit took place. */
function lasting(row: Row) {
  const visits = row.visits.map(({ sentinel: _s, process: _p, ...visit }) => visit);
  return { ...row, visits };
}
const rowsIn = (file: string) =>
  readRecord(file)
    .cases.map(lasting)
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const files = (folder: string) =>
  readdirSync(join(dir(), folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('verdicts.jsonl'))
    .sort();

describe('merged shards', () => {
  let folders: string[] = [];
  beforeAll(async () => {
    expect((await run('whole')).exit).toBe(0);
    folders = await shards('part', 4);
  }, 120_000);

  it('equal the run that was not divided, took a like time each, and are vetted', async () => {
    const { exit, out } = await shapemark(['merge', ...folders, '--results', 'merged']);
    expect(exit).toBe(0);
    expect(out).toMatch(
      /^some.yaml on scripted, 4 of 4 shards: merged\nwritten: merged\/scripted\/\w+-\w+-merged\.json/,
    );
    const file = only('merged');
    expect(rowsIn(file)).toEqual(rowsIn(only('whole')));
    expect(rowsIn(file)).toHaveLength(120);
    const seconds = folders.map((folder) => readRecord(only(folder)).profile.total ?? 0);
    const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
    for (const one of seconds) expect(Math.abs(one / mean - 1)).toBeLessThan(0.1);
    const vetted = await shapemark(['validate', file]);
    expect(vetted.exit).toBe(0);
  }, 60_000);

  it('are the same whatever the order and the repetition of folders, and merged once', async () => {
    const [one = '', two = '', three = '', four = ''] = folders;
    cpSync(join(dir(), two), join(dir(), 'again'), { recursive: true });
    const args = ['merge', 'again', four, three, two, one, two];
    expect((await shapemark([...args, '--results', 'other'])).exit).toBe(0);
    const bytes = (file: string) => readFileSync(file, 'utf8');
    await shapemark(['merge', ...folders, '--results', 'in-order']);
    expect(bytes(only('other'))).toBe(bytes(only('in-order')));
    const before = files('other');
    const again = await shapemark([...args, '--results', 'other']);
    expect(again.out).toBe('some.yaml on scripted, 4 of 4 shards: were merged already\n');
    expect(files('other')).toEqual(before);
  }, 60_000);

  it('are counted once in a history that has them and their record', async () => {
    cpSync(join(dir(), folders[0] ?? ''), join(dir(), 'both'), { recursive: true });
    expect((await shapemark(['merge', ...folders, '--results', 'both'])).exit).toBe(0);
    expect(listRecords(join(dir(), 'both'))).toHaveLength(2);
    expect((await readHistory(await openStore(join(dir(), 'both')))).rows).toBe(120);
  }, 60_000);

  it('are not merged while one is missing, which is named', async () => {
    const [one = '', , three = ''] = folders;
    const { exit, out } = await shapemark(['merge', one, three, '--results', 'none']);
    expect(exit).toBe(3);
    expect(out).toBe('some.yaml on scripted, 2 of 4 shards: not merged: shard 2, 4 is missing\n');
    const json = await shapemark(['merge', one, '--results', 'none', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ sweeps: [{ count: 4, missing: [2, 3, 4], file: null }] });
  });

  it('belong to runs of their own where anything but the shard differs', async () => {
    const [one = '', two = ''] = folders;
    await run('seeded', ['--shard', '2/2', '--seed', '5']);
    const { exit, out } = await shapemark(['merge', one, two, 'seeded', '--results', 'none']);
    expect(exit).toBe(3);
    expect(out).toContain('2 of 4 shards: not merged: shard 3, 4 is missing');
    expect(out).toContain('1 of 2 shards: not merged: shard 1 is missing');
  }, 60_000);

  it('of several units are never mixed, and what to do is said', async () => {
    await run('pool-1', ['--shard', '1/2']);
    await run('pool-2', ['--shard', '2/2']);
    // A scripted device is the same unit everywhere.
    const text = readFileSync(only('pool-2'), 'utf8');
    writeFileSync(only('pool-2'), text.replace('"unit": "scripted"', '"unit": "fedcba9876543210"'));
    const { exit, out } = await shapemark(['merge', 'pool-1', 'pool-2', '--results', 'none']);
    expect(exit).toBe(3);
    expect(out).toContain('verdicts never mix units; give all machines of a pool the same SHAPEMARK_UNIT');
  }, 60_000);

  it('may be fewer than their number where there are fewer cases', async () => {
    const few = ['--filter', 'm=1,n=64,kernel=naive'];
    for (const index of [1, 2, 3]) await run(`few-${index}`, [...few, '--shard', `${index}/5`]);
    const { exit, err } = await run('few-4', [...few, '--shard', '4/5']);
    expect({ exit, err }).toEqual({ exit: 3, err: 'shard 4 of 5 has none of 3 cases; use fewer shards\n' });
    const merged = await shapemark(['merge', 'few-1', 'few-2', 'few-3', '--results', 'few']);
    expect(merged.exit).toBe(0);
    expect(rowsIn(only('few'))).toHaveLength(3);
  }, 60_000);
});

describe('whole records', () => {
  it('are copied with what lies beside them, once', async () => {
    expect((await shapemark(['merge', 'whole', '--results', 'copy'])).out).toBe('1 whole records copied\n');
    expect(files('copy')).toEqual(files('whole'));
    const again = await shapemark(['merge', 'whole', '--results', 'copy']);
    expect(again).toMatchObject({ exit: 0, out: '1 whole records were there already\n' });
    writeFileSync(only('copy'), readFileSync(only('whole'), 'utf8').replace('"target": null', '"target": 0.5'));
    if (readFileSync(only('copy'), 'utf8') === readFileSync(only('whole'), 'utf8'))
      writeFileSync(only('copy'), `${readFileSync(only('whole'), 'utf8')}\n`);
    expect(await shapemark(['merge', 'whole', '--results', 'copy'])).toMatchObject({
      exit: 4,
      err: expect.stringContaining('records are never overwritten'),
    });
  });

  it('are asked for where there are none', async () => {
    expect(await shapemark(['merge', 'nowhere'])).toMatchObject({ exit: 2, err: 'nowhere: no such folder\n' });
    expect(await shapemark(['merge', '.'])).toMatchObject({ exit: 3, err: 'no records under .\n' });
  });
});
