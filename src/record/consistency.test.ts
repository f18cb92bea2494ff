import { describe, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { type RunRecord, recordSchema } from './schema.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from './testdata/example.ts';

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

describe('a record', () => {
  it('is consistent as a run derives it', () => {
    expect(recordSchema.safeParse(exampleRecord()).error).toBeUndefined();
    expect(contradictions(exampleRecord())).toEqual([]);
  });

  it('may have skipped rows', () => {
    const skipped = {
      ...rowBase(),
      status: 'skipped' as const,
      reason: 'budget',
      id: rowBase().id.replace('best', 'naive'),
    };
    const row = { ...skipped, kernel: { requested: 'naive' } };
    expect(contradictions(exampleRecord([measuredRow(SAMPLES), row]))).toEqual([]);
  });

  it.each<[string, Partial<RunRecord>, RegExp]>([
    [
      'another machine',
      { machine: 'fast-gpu' },
      /machine is "fast-gpu"; .* make it "llvmpipe-vulkan-linux-amd-epyc-2-cores"/,
    ],
    ['the same case twice', { cases: [...exampleRecord().cases, ...exampleRecord().cases] }, /two rows have the id/],
    ['a process nobody ran', { processes: exampleRecord().processes.slice(1) }, /process 0 is not in the record/],
  ])('contradicts itself with %s', (_, changes, reason) => {
    expect(contradictions({ ...exampleRecord(), ...changes }).join('\n')).toMatch(reason);
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
  ])('contradicts itself with %s', (_, path, value, reason) => {
    expect(contradictions(withField(path, value)).join('\n')).toMatch(reason);
  });
});
