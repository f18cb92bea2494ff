/** Results in an object store: the verdicts of the folder that was copied there, and what is said where it cannot be read. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeRecord } from '../record/store/store.node.ts';
import { exampleRecord, measuredRow, SAMPLES } from '../record/testdata/example.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { type ServedBucket, serveBucket } from '../record/testdata/object-store.ts';
import { commandIn } from './testdata/in-process.ts';

const dir = folderOfEach();
let served: ServedBucket | undefined;
beforeEach(() => {
  vi.stubEnv('XDG_CACHE_HOME', join(dir(), 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await served?.close();
  served = undefined;
});

const shapemark = commandIn(dir);
const { machine } = exampleRecord();
const PLACE = 's3://bench/some folder/results';

/** A machine that was steady for a month, and half as fast in the next. */
function steadyThenSlow(): void {
  for (const [month, factor] of [1, 2].entries())
    for (let day = 10; day < 24; day++) {
      const samples = SAMPLES.map((process) => process.map((seconds) => seconds * factor));
      const id = `20260${month + 1}${day}T000000Z-abc00${day}`;
      writeRecord(join(dir(), 'results'), exampleRecord([measuredRow(samples)], { id }));
    }
}

/** What `store compact` wrote, as it is uploaded. */
async function uploaded(): Promise<Map<string, Buffer>> {
  expect((await shapemark('store', 'compact')).exit).toBe(0);
  const folder = join(dir(), 'results', 'compacted', machine);
  return new Map(
    readdirSync(folder).map((file) => [
      `some folder/results/compacted/${machine}/${file}`,
      readFileSync(join(folder, file)),
    ]),
  );
}

const keys = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

async function serve(objects: Map<string, Buffer>, options: { keys?: typeof keys; pageSize?: number } = {}) {
  served = await serveBucket({ name: 'bench', objects, ...options });
  vi.stubEnv('AWS_ENDPOINT_URL', `${served.endpoint}/`);
  return served;
}

describe('an object store', () => {
  it('gives the verdicts of the folder, and copies only what is new', async () => {
    steadyThenSlow();
    const objects = await uploaded();
    const { asked } = await serve(objects, { keys, pageSize: 1 });
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.id);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secret);
    const local = await shapemark('check', '--no-log');
    expect(local.out).toContain('slower');
    expect(await shapemark('check', '--results', PLACE)).toEqual(local);
    const [january, february] = [...objects.keys()];
    expect(asked).toEqual(['?', '?', january, february]);

    asked.length = 0;
    objects.set(january as string, objects.get(february as string) as Buffer);
    objects.delete(february as string);
    objects.set(`some folder/results/compacted/../${machine}/2026-03.parquet`, Buffer.from('elsewhere'));
    objects.set('some folder/results/compacted/notes.txt', Buffer.from('not ours'));
    expect((await shapemark('check', '--results', `${PLACE}/`, '--machine', machine)).err).toBe('');
    expect(asked).toEqual(['?', january]);
    const [copies = ''] = readdirSync(join(dir(), 'cache', 'shapemark', 'objects'));
    expect(readdirSync(join(dir(), 'cache', 'shapemark', 'objects', copies, 'compacted', machine))).toEqual([
      '2026-01.parquet',
      '2026-01.parquet.etag',
    ]);
  }, 60_000);

  it('that is public needs no keys, and reports are made of it', async () => {
    steadyThenSlow();
    await serve(await uploaded());
    const report = ['report', '--format', 'csv'];
    const local = await shapemark(...report);
    expect(local).toMatchObject({ exit: 0, out: expect.stringContaining(machine) });
    expect(await shapemark(...report, '--results', PLACE)).toEqual(local);
  }, 60_000);

  it('that cannot be read is named, with what to do', async () => {
    const objects = new Map([[`some folder/results/compacted/${machine}/2026-01.parquet`, Buffer.from('PAR1 no')]]);
    const { endpoint } = await serve(objects, { keys });
    const check = async (place = PLACE) => (await shapemark('check', '--results', place)).err.trim();
    const begin = `${PLACE}: cannot be read from ${endpoint}`;
    expect(await check()).toBe(
      `${begin}: 403 AccessDenied; if it is not public, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.id);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
    expect(await check()).toBe(
      `${begin}: 403 SignatureDoesNotMatch; the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY may not read it`,
    );
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secret);
    expect(await check('s3://other/results')).toMatch(
      /^s3:\/\/other\/results: cannot be read .* 404 NoSuchBucket; set AWS_REGION/,
    );
    expect(await check('s3://bench/empty')).toBe('s3://bench/empty: holds no compacted/MACHINE/*.parquet');
    expect(await check()).toMatch(/2026-01\.parquet: cannot be read by DuckDB/);
    await served?.close();
    served = undefined;
    expect(await check()).toMatch(new RegExp(`^${begin}: ECONNREFUSED; set AWS_REGION`));
  }, 60_000);

  it('is copied elsewhere when the home folder cannot be written', async () => {
    steadyThenSlow();
    await serve(await uploaded());
    writeFileSync(join(dir(), 'file'), '');
    mkdirSync(join(dir(), 'temporary'));
    vi.stubEnv('XDG_CACHE_HOME', join(dir(), 'file'));
    vi.stubEnv('TMPDIR', join(dir(), 'temporary'));
    expect(await shapemark('check', '--results', PLACE)).toMatchObject({ exit: 1, err: '' });
    expect(readdirSync(join(dir(), 'temporary'))).toHaveLength(1);
  }, 60_000);

  it.each(['gs://bench/results', 's3://', 's3://Bench/results', 'ftp://example.org/results'])(
    '%s is refused with the place that would do',
    async (place) => {
      expect(await shapemark('check', '--results', place)).toMatchObject({
        exit: 2,
        err: expect.stringMatching(/only object stores list their files to shapemark: s3:\/\/bucket\/results/),
      });
    },
  );
});
