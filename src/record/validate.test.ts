import { describe, expect, it } from 'vitest';
import { type RunRecord, recordSchema } from './schema.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from './testdata/example.ts';
import { vetRecord } from './validate.ts';

const vet = (record: RunRecord) => vetRecord(record, { withSamples: true });

/** The record with one field of its first row replaced. */
function withField(path: readonly (string | number)[], value: unknown): RunRecord {
  return recordSchema.parse(replaced(exampleRecord(), ['cases', 0, ...path], value));
}

function replaced(target: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(target)) return target.map((item, i) => (i === key ? replaced(item, rest, value) : item));
  const entries = Object.entries(target ?? {});
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? replaced(item, rest, value) : item]));
}

describe('vetting', () => {
  it('accepts a sound record', () => {
    expect(recordSchema.safeParse(exampleRecord()).error).toBeUndefined();
    expect(vet(exampleRecord())).toEqual({ verdict: 'accept', reasons: [] });
  });

  it('accepts skipped rows', () => {
    const skipped = {
      ...rowBase(),
      status: 'skipped' as const,
      reason: 'budget',
      id: rowBase().id.replace('best', 'naive'),
    };
    const row = { ...skipped, kernel: { requested: 'naive' } };
    expect(vet(exampleRecord([measuredRow(SAMPLES), row])).verdict).toBe('accept');
  });

  it.each<[string, Partial<RunRecord>, RegExp]>([
    [
      'another machine',
      { machine: 'fast-gpu' },
      /machine is "fast-gpu"; .* make it "llvmpipe-vulkan-linux-amd-epyc-2-cores"/,
    ],
    ['a machine that is a path', { machine: '../x' }, /is not a name/],
    ['no case', { cases: [] }, /no case/],
    ['the same case twice', { cases: [...exampleRecord().cases, ...exampleRecord().cases] }, /two rows have the id/],
    ['a process nobody ran', { processes: exampleRecord().processes.slice(1) }, /process 0 is not in the record/],
    [
      'a path',
      { settings: { ...exampleRecord().settings, kernels: { from: '/home/jo/kernels', hash: '' } } },
      /holds the path \/home\/jo/,
    ],
    [
      'a path of any letters, with a space',
      { settings: { ...exampleRecord().settings, kernels: { from: 'C:\\Users\\Анна Ли\\kernels', hash: '' } } },
      /settings\.kernels\.from: holds the path C:\\Users\\Анна Ли\\kernels/,
    ],
  ])('refuses %s', (_, changes, reason) => {
    const { verdict, reasons } = vet({ ...exampleRecord(), ...changes });
    expect(verdict).toBe('refuse');
    expect(reasons.join('\n')).toMatch(reason);
  });

  it.each<[string, (string | number)[], unknown, RegExp]>([
    ['a faster median', ['summary', 'medianSeconds'], 1e-3, /summary.medianSeconds is 0.001; .* makes it 0.0020/],
    ['a narrower interval', ['summary', 'intervalSeconds'], [0.00204, 0.00206], /intervalSeconds\[0\]/],
    ['a better rate', ['summary', 'flopPerSecond'], 9e12, /flopPerSecond/],
    ['a better share', ['summary', 'ofPeak'], 0.99, /ofPeak/],
    ['more processes', ['summary', 'processes'], 9, /summary.processes is 9/],
    ['another kind of interval', ['summary', 'intervalKind'], 'range', /intervalKind/],
    ['a calmer visit', ['visits', 2, 'mad'], 0, /process 2: mad/],
    ['a faster sample', ['visits', 2, 'samples'], [1e-3, 1e-3, 1e-3], /process 2: medianSeconds/],
    ['fewer samples', ['visits', 2, 'samples'], [2e-3], /process 2: count is 3, samples are 1/],
    ['fewer FLOP', ['flop'], 1, /flop is 1; the shape makes it 23592960/],
    ['fewer bytes', ['bytes'], 1, /bytes is 1/],
    ['another shape', ['shape', 'n'], 4096, /the id has n=2880, the row 4096/],
    ['another format', ['format', 'w'], 'f32', /the id has w=f16/],
    ['hot operands', ['operands', 'mode'], 'hot', /the id has operands=\(default\)/],
    ['no bias', ['bias'], false, /bias is in the id alone/],
    ['another name', ['name'], 'qkv_proj', /path/],
    ['an error over budget', ['verify', 'kernelError'], 1, /over the budget/],
    ['no verification', ['verify', 'kernelError'], null, /never verified/],
  ])('refuses %s', (_, path, value, reason) => {
    const { verdict, reasons } = vet(withField(path, value));
    expect(verdict).toBe('refuse');
    expect(reasons.join('\n')).toMatch(reason);
  });

  it.each<[string, Partial<RunRecord>, RegExp]>([
    ['no commit', { commit: null }, /commit is unknown/],
    ['a dirty tree', { commit: { sha: '0123456789', dirty: true } }, /differed from commit 01234567/],
    ['an unproven timer', { timer: { ...exampleRecord().timer, proven: false } }, /not proven/],
    ...['Ann Lee\\kernels', 'homeиван/kernels', 'home/jo/kernels', 'Ann Lee/kernels'].map(
      (from): [string, Partial<RunRecord>, RegExp] => [
        `what a scrubbing left: ${from}`,
        { settings: { ...exampleRecord().settings, kernels: { from, hash: '' } } },
        /settings\.kernels\.from.* may /,
      ],
    ),
  ])('asks about %s', (_, changes, reason) => {
    const { verdict, reasons } = vet({ ...exampleRecord(), ...changes });
    expect(verdict).toBe('ask');
    expect(reasons.join('\n')).toMatch(reason);
  });

  it('asks when the samples are not there, and when a name of this machine is', () => {
    expect(vetRecord(exampleRecord(), { withSamples: false }).verdict).toBe('ask');
    expect(vetRecord(exampleRecord(), { withSamples: true, names: ['jo', 'Mesa'] }).reasons).toContain(
      'environment.adapter.vendor: holds the name "Mesa"',
    );
  });
});
