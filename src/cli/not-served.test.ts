/** What `run`, `list` and `calibrate` say of kernels that do not serve a case, on a scripted device. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notServedIds } from '../record/not-served.ts';
import { type RunRecord, recordSchema } from '../record/schema.ts';
import { listRecords } from '../record/store/store.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { commandIn, STEADY } from './testdata/in-process.ts';

const SHAPES = '{m: 4, n: 64, k: 64, layout: nt, w: [f32, mxfp4], a: f32, from: made up}';

const dir = folderOfEach();

const shapemark = commandIn(dir);

async function run(kernels: string, ...more: string[]): Promise<{ record: RunRecord; out: string }> {
  writeFileSync(
    join(dir(), 'some.yaml'),
    `description: for a test\ndefaults: {kernels: ${kernels}}\nshapes: [${SHAPES}]\n`,
  );
  const common = ['some.yaml', '--engine', 'scripted', '--scenario', STEADY, '--processes', '1'];
  const { out } = await shapemark('run', ...common, ...more);
  const [file = ''] = listRecords(join(dir(), 'results'));
  return { record: recordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))), out };
}

const kernelsOf = (record: RunRecord, status: string) =>
  record.cases.filter((row) => row.status === status).map(({ kernel, format }) => `${kernel.requested} ${format.w}`);

describe('a suite of all kernels', () => {
  it('has a row for what a kernel serves or a device lacks, and one entry for each rule that leaves cases out', async () => {
    const { record, out } = await run('all');
    expect(kernelsOf(record, 'measured')).toContain('naive mxfp4');
    expect(kernelsOf(record, 'measured')).not.toContain('direct mxfp4');
    expect(kernelsOf(record, 'skipped').filter((name) => /^(direct|int4|gemv-walk) /.test(name))).toEqual([]);
    const left = record.notServed ? notServedIds(record.notServed) : [];
    expect(left).toContain('some/shape/gemm/m=4/n=64/k=64/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32/kernel=direct');
    expect(record.cases.length + left.length).toBe((await listed()).length);
    expect(out).toMatch(/\n {2}serves weights in f32, f16, bf16 only +1 {2}direct, /);
    expect(out).toMatch(/\n {2}serves weights in int4 only +2 {2}int4, /);
    expect(out).toContain(`${left.length} not served`);
    const validated = await shapemark('validate', listRecords(join(dir(), 'results'))[0] ?? '', '--json');
    expect(JSON.parse(validated.out).files[0].verdict).toBe('ask');
  });

  it('keeps a row where the kernel was asked for by name, in the suite or in a filter', async () => {
    const { record } = await run('[direct, naive]');
    expect(kernelsOf(record, 'skipped')).toEqual(['direct mxfp4']);
    expect(record.notServed).toEqual({ problems: [], kernels: [] });
    rmSync(join(dir(), 'results'), { recursive: true });
    const filtered = await run('all', '--filter', 'kernel=direct');
    expect(kernelsOf(filtered.record, 'skipped')).toEqual(['direct mxfp4']);
    expect(filtered.out).toContain('unsupported: direct does not serve weights in mxfp4, only in f32, f16, bf16');
  });

  it('is listed as it would run; the document has every case', async () => {
    await run('all');
    const { out } = await shapemark('list', 'some.yaml');
    expect(out).toMatch(/\n {2}gemm +4×64×64 nt +mxfp4·f32 +naive /);
    expect(out).not.toMatch(/mxfp4·f32 +direct /);
    expect(out).toMatch(/\n {2}serves weights in f32, f16, bf16 only +1 {2}direct, /);
    expect((await listed()).some(({ id }) => /w=mxfp4.*kernel=direct$/.test(id))).toBe(true);
  });

  it('is calibrated on what is served', async () => {
    await run('all');
    const scripted = ['--engine', 'scripted', '--scenario', STEADY, '--processes', '6'];
    const { out } = await shapemark('calibrate', 'some.yaml', ...scripted, '--filter', 'w=mxfp4', '--json');
    const calibration = JSON.parse(out);
    expect(calibration.skips.filter(({ id }: { id: string }) => /kernel=(direct|int4)$/.test(id))).toEqual([]);
    expect(calibration.notServed.kernels.map(({ kernel }: { kernel: string }) => kernel)).toContain('direct');
  });
});

async function listed(): Promise<{ id: string }[]> {
  return JSON.parse((await shapemark('list', 'some.yaml', '--json')).out).cases;
}
