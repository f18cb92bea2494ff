/** `check` of a history in which everything got slower at once. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeRecord } from '../record/store/store.node.ts';
import { exampleRecord, measuredRow, SAMPLES } from '../record/testdata/example.ts';
import { folderOfAll } from '../record/testdata/folder.ts';
import { inProcess } from './testdata/in-process.ts';

const dir = folderOfAll();
beforeAll(() => {
  for (let run = 1; run <= RUNS; run++) history(run, run >= SLOW_FROM ? 1.3 : 1);
});

/** A level of the series, then one of what they have in common. */
const SLOW_FROM = 50;
const RUNS = 56;
const MACHINE = exampleRecord().machine;

/** A run of 8 series. */
function history(run: number, factor: number): void {
  const cases = Array.from({ length: 8 }, (_, i) => {
    const wobble = 1 + ((run * (i + 3)) % 7) / 1000;
    const row = measuredRow(SAMPLES.map((process) => process.map((seconds) => seconds * factor * wobble)));
    return { ...row, id: row.id.replace('/m=', `-${i}/m=`), series: `${row.series}${i}` };
  });
  const time = new Date(Date.UTC(2026, 0, run)).toISOString().replace(/[-:]|\.\d+/g, '');
  const commit = { sha: `abc00${10 + run}`, dirty: false };
  writeRecord(join(dir(), 'results'), exampleRecord(cases, { id: `${time}-${commit.sha}`, commit }));
}

const check = (...words: string[]) => inProcess(['check', ...words], { cwd: dir() });

it('says where verdicts are kept, once for what is new', async () => {
  const file = join('results', MACHINE, 'verdicts.jsonl');
  const silent = await check('--no-log');
  expect(silent.out).not.toContain('verdicts are kept');
  expect(existsSync(join(dir(), file))).toBe(false);
  const { out } = await check('--json');
  const { appended } = JSON.parse(out);
  const lines = readFileSync(join(dir(), file), 'utf8').trim().split('\n');
  expect(appended).toEqual([{ file, findings: lines.length - 1 }]);
  expect(lines.length).toBeGreaterThan(1);
  expect(JSON.parse((await check('--json')).out).appended).toEqual([]);
  rmSync(join(dir(), file));
  expect((await check()).out).toContain(`verdicts are kept in ${file}: ${lines.length - 1} new finding`);
});

it('fails on a change of the machine where that is asked for, while it is news', async () => {
  const { exit, out } = await check('--no-log');
  expect(exit).toBe(0);
  expect(out).toMatch(/^machine \+30.0 % /m);
  const exitOf = async (...words: string[]) => (await check('--no-log', '--fail-on', ...words)).exit;
  expect(await exitOf('slower,machine-slower')).toBe(1);
  expect(await exitOf('slower,faster,machine-faster')).toBe(0);
  for (let run = RUNS + 1; run < SLOW_FROM + 21; run++) history(run, 1.3);
  expect(await exitOf('machine-slower')).toBe(0);
  expect((await check('--no-log', '--fail-on', 'machine')).err).toContain('expected some of failed, slower, ');
});
