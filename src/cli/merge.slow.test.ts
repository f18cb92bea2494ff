/** Whatever the number of shards: merged they are the run that was not divided, and they take about as long as each other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Row } from '../record/row.ts';
import { listRecords, readRecord } from '../record/store/store.node.ts';
import { folderOfAll } from '../record/testdata/folder.ts';
import { inProcess } from './testdata/in-process.ts';

const COUNTS = Array.from({ length: 16 }, (_, i) => i + 1);
const TOLERANCE = 0.1;
/** Merges of folders in random order, whole and partial, for each number of shards. */
const MERGES = 6;

const SUITE = `
defaults: {kernels: [naive, direct], a: f32, acc: f32, out: f32}
shapes:
  - {name: some, m: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], n: [64, 128, 256], k: [64, 128, 256, 512], w: f32, from: made up}
`;
/** Without noise, because a shard has other processes than the whole run; and slow enough that work decides. */
const SCENARIO = `
cost: [{flopPerSecond: 2e9, floorSeconds: 1e-5}]
probes: [{probe: empty, seconds: 1e-5}, {probe: '*', seconds: 1e-3}]
processStartSeconds: 0.5
`;

const dir = folderOfAll();
beforeAll(async () => {
  writeFileSync(join(dir(), 'some.yaml'), SUITE);
  writeFileSync(join(dir(), 'scenario.yaml'), SCENARIO);
  await run('whole');
}, 120_000);

const shapemark = (...args: string[]) => inProcess(args, { cwd: dir() });

async function run(results: string, ...more: string[]): Promise<string> {
  const scripted = ['--engine', 'scripted', '--scenario', 'scenario.yaml', '--processes', '1'];
  const { exit } = await shapemark('run', 'some.yaml', ...scripted, '--results', results, ...more);
  expect(exit).toBe(0);
  return results;
}

function recordIn(results: string): string {
  const files = listRecords(join(dir(), results));
  expect(files).toHaveLength(1);
  return files[0] as string;
}

/** What does not depend on when a visit took place. */
const rowsIn = (results: string) =>
  readRecord(recordIn(results))
    .cases.map((row: Row) => ({ ...row, visits: row.visits.map(({ sentinel: _s, process: _p, ...visit }) => visit) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

it.each(COUNTS)(
  '%d shards',
  async (count) => {
    const folders: string[] = [];
    for (let i = 1; i <= count; i++) folders.push(await run(`${count}-${i}`, '--shard', `${i}/${count}`));

    const seconds = folders.map((folder) => readRecord(recordIn(folder)).profile.total ?? 0);
    const mean = seconds.reduce((sum, one) => sum + one, 0) / count;
    for (const one of seconds) expect(Math.abs(one / mean - 1)).toBeLessThan(TOLERANCE);

    const whole = rowsIn('whole');
    let [merges, first] = [0, ''];
    const given = fc.array(fc.constantFrom(...folders), { minLength: 1, maxLength: 2 * count });
    const property = fc.asyncProperty(given, fc.shuffledSubarray(folders, { minLength: count }), async (some, all) => {
      const into = `${count}-merged-${merges++}`;
      const missing = folders.flatMap((folder, i) => (some.includes(folder) ? [] : [i + 1]));
      const partial = await shapemark('merge', ...some, '--results', into, '--json');
      expect(partial.exit).toBe(missing.length === 0 ? 0 : 3);
      expect(JSON.parse(partial.out).sweeps).toMatchObject([{ count, missing }]);
      if (missing.length > 0) expect(listRecords(join(dir(), into))).toEqual([]);
      // In another order, and some of them twice.
      expect((await shapemark('merge', ...all, ...some, '--results', into)).exit).toBe(0);
      expect(rowsIn(into)).toEqual(whole);
      const text = readFileSync(recordIn(into), 'utf8');
      first ||= text;
      expect(text).toBe(first);
    });
    await fc.assert(property, { numRuns: MERGES });
  },
  120_000,
);
