/** `store`: what is compacted, and when. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../record/schema.ts';
import { listRecords, writeRecord } from '../record/store/store.node.ts';
import { exampleRecord, measuredRow, SAMPLES } from '../record/testdata/example.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { commandIn } from './testdata/in-process.ts';

const dir = folderOfEach();

const shapemark = commandIn(dir);

const MACHINE = exampleRecord().machine;

describe('store compact', () => {
  const record = (day: number, changes: Partial<RunRecord> = {}) =>
    exampleRecord([measuredRow(SAMPLES)], { id: `202601${day}T000000Z-abc00${day}`, ...changes });

  it('writes a month again only when a record is new', async () => {
    const results = join(dir(), 'results');
    const block = { block: 32, format: 'e8m0', rule: 'rceil', ties: 'even' } as const;
    writeRecord(results, { ...record(10), cases: [{ ...measuredRow(SAMPLES), scale: block }] });
    writeRecord(results, record(11));
    writeRecord(results, record(11, { id: '20260211T000000Z-abc0011' }));
    expect(await shapemark('store', 'compact')).toEqual({
      exit: 0,
      out: `${MACHINE}: 3 records of 2 months, 3 of them new\n`,
      err: '',
    });
    const january = join(results, 'compacted', MACHINE, '2026-01.parquet');
    utimesSync(january, 1, 1);
    const before = readFileSync(january);
    writeRecord(results, record(12, { id: '20260212T000000Z-abc0012' }));
    expect((await shapemark('store', 'compact')).out).toBe(`${MACHINE}: 4 records of 2 months, 1 of them new\n`);
    expect(readFileSync(january).equals(before)).toBe(true);
    writeRecord(results, record(12));
    expect((await shapemark('store', 'compact', '--json')).out).toContain('"added": 1');
    expect(readdirSync(join(results, 'compacted', MACHINE))).toEqual(['2026-01.parquet', '2026-02.parquet']);
  }, 60_000);

  it('leaves a month as it was when a record of it is damaged or not what its name says', async () => {
    const results = join(dir(), 'results');
    writeRecord(results, record(10));
    await shapemark('store', 'compact');
    const file = join(results, 'compacted', MACHINE, '2026-01.parquet');
    const before = readFileSync(file);
    const { json } = writeRecord(results, record(11));
    const misnamed = json.replace('20260111', '20260113');
    cpSync(json, misnamed);
    expect(await shapemark('store', 'compact')).toMatchObject({
      exit: 4,
      err: expect.stringContaining(`${misnamed}: is the record 20260111T000000Z-abc0011`),
    });
    writeFileSync(misnamed, '{');
    expect(await shapemark('store', 'compact')).toMatchObject({
      exit: 4,
      err: expect.stringContaining(`${misnamed}:1: not JSON`),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file))).toEqual(['2026-01.parquet']);
  }, 60_000);

  it('removes old samples and records only when asked, and what verdicts and contributors need never', async () => {
    const results = join(dir(), 'results');
    for (let day = 10; day <= 38; day++) {
      const slow = SAMPLES.map((process) =>
        process.map((seconds) => seconds * (day >= 34 ? 1.3 : 1 + (day % 5) / 1000)),
      );
      const id = `20260${day <= 31 ? 1 : 2}${day <= 31 ? day : `0${day - 31}`}T000000Z-abc00${day}`;
      const { settings } = exampleRecord();
      const suites = day === 12 ? ['contribution'] : settings.suites;
      const commit = { sha: `abc00${day}`, dirty: false };
      writeRecord(results, exampleRecord([measuredRow(slow)], { id, commit, settings: { ...settings, suites } }));
    }
    const check = ['check', '--no-log', '--json'];
    const before = await shapemark(...check);
    expect(before.exit).toBe(1);
    const kept = (suffix: string) =>
      readdirSync(join(results, MACHINE))
        .filter((name) => name.endsWith(suffix) && name.startsWith('2026'))
        .map((name) => name.slice(4, 8));
    await shapemark('store', 'compact');
    expect(kept('.samples.json.gz')).toHaveLength(29);
    const compacted = ['store', 'compact', '--keep-samples', '2', '--keep-records', '4'];
    expect((await shapemark(...compacted)).out).toContain('removed: samples of 24 runs, files of 22 records\n');
    // The contributed one; the last before the change, its first and the one that confirmed it; and the latest.
    expect(kept('.samples.json.gz')).toEqual(['0112', '0202', '0203', '0206', '0207']);
    expect(kept('T000000Z-abc0038.json')).toEqual(['0207']);
    expect(kept('.csv')).toEqual(['0112', '0202', '0203', '0204', '0205', '0206', '0207']);
    expect(await shapemark(...check)).toEqual(before);
    expect((await shapemark(...compacted)).out).toContain('removed: samples of 0 runs, files of 0 records\n');
  }, 120_000);

  it('removes nothing that differs from its Parquet', async () => {
    const results = join(dir(), 'results');
    const { json } = writeRecord(results, record(10));
    writeRecord(results, record(11));
    await shapemark('store', 'compact');
    writeFileSync(json, readFileSync(json, 'utf8').replace('"distribution": "normal"', '"distribution": "uniform"'));
    expect(await shapemark('store', 'compact', '--keep-records', '1')).toMatchObject({
      exit: 4,
      err: expect.stringContaining(`${json}: differs from what was compacted of it`),
    });
    expect(listRecords(results)).toHaveLength(2);
  }, 60_000);

  it('reads names that mean something to DuckDB as they are', async () => {
    const results = "it's [a] store*";
    writeRecord(join(dir(), results), record(10));
    expect((await shapemark('store', 'compact', '--results', results)).exit).toBe(0);
    rmSync(join(dir(), results, MACHINE), { recursive: true });
    expect(await shapemark('check', '--results', results)).toMatchObject({
      exit: 3,
      err: '',
      out: expect.stringContaining('new'),
    });
  }, 60_000);

  it('names what is damaged', async () => {
    mkdirSync(join(dir(), 'results', 'compacted', MACHINE), { recursive: true });
    writeFileSync(join(dir(), 'results', 'compacted', MACHINE, '2026-01.parquet'), 'PAR1 no');
    expect(await shapemark('check')).toMatchObject({
      exit: 4,
      err: expect.stringMatching(/2026-01\.parquet: cannot be read by DuckDB/),
    });
  }, 120_000);

  it.each(['check', 'report', 'atlas'])(
    'of a web server is refused by %s, which could not tell what is there',
    async (verb) => {
      const place = ['--results', 'https://example.org/results'];
      const { exit, err } = await shapemark(verb, ...place, ...(verb === 'atlas' ? ['--out', 'site'] : []));
      expect({ exit, err }).toEqual({ exit: 2, err: expect.stringMatching(/only object stores list their files/) });
    },
  );
});
