import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Row } from '../record/row.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from '../record/testdata/example.ts';
import { benchmarkEntries, MOST_SERIES } from './github-action-benchmark.ts';

/** What that action's documentation says of the file for its custom tools; it refuses an empty array. */
const documented = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      value: z.number().finite(),
      unit: z.string().min(1),
      range: z.string().optional(),
      extra: z.string().optional(),
    }),
  )
  .min(1);

const row = (name: string, more: Partial<Extract<Row, { status: 'measured' }>> = {}): Row => {
  const measured = measuredRow(SAMPLES);
  if (measured.status !== 'measured') throw new Error('expected a measured row');
  return { ...measured, id: `suite/decode/${name}/m=1/kernel=best`, suite: 'suite', name, ...more };
};
const many = (count: number, w: 'f32' | 'f16') =>
  Array.from({ length: count }, (_, i) =>
    row(`${w}-${String(i).padStart(3, '0')}`, { format: { w, a: 'f32', acc: 'f32', out: 'f32' } }),
  );

describe('series for github-action-benchmark', () => {
  it('are in the documented form, in one unit, with range and tooltip', () => {
    const { entries, left } = benchmarkEntries([
      exampleRecord([row('a'), { ...rowBase(), status: 'skipped', reason: 'budget' }]),
    ]);
    expect(documented.parse(entries)).toEqual(entries);
    expect(left).toBe(0);
    expect(entries).toMatchInlineSnapshot(`
      [
        {
          "extra": "2.05 ms per launch, 2.01 ms to 2.09 ms (95 % interval)
      6 processes, 18 samples
      kernel gemv, 23 % of the measured peak
      record 20261124T101530Z-831ef61a, driver Mesa 25.0.7",
          "name": "suite/decode/a/m=1/kernel=best on llvmpipe-vulkan-linux-amd-epyc-2-cores",
          "range": "± 0.211",
          "unit": "GFLOP/s",
          "value": 11.498,
        },
      ]
    `);
    // The action reads a range only in this form.
    for (const { range } of entries) expect(range).toMatch(/^± \d+(\.\d+)?$/);
  });

  it('are at most fifty, some of every format, and the same ones whatever was measured', () => {
    const rows = [...many(80, 'f32'), ...many(20, 'f16')];
    const { entries, left } = benchmarkEntries([exampleRecord(rows)]);
    expect(entries).toHaveLength(MOST_SERIES);
    expect(left).toBe(50);
    expect(entries.filter(({ name }) => name.includes('/f16-'))).toHaveLength(20);
    const slower = [...rows].reverse().map((one) =>
      row(one.name, {
        format: one.format,
        ...(one.status === 'measured' && { summary: { ...one.summary, flopPerSecond: 1 } }),
      }),
    );
    expect(benchmarkEntries([exampleRecord(slower)]).entries.map(({ name }) => name)).toEqual(
      entries.map(({ name }) => name),
    );
    // One that failed today leaves a gap, not room for another.
    const failed = rows.map(
      (one, i): Row =>
        i === 0
          ? {
              ...rowBase(),
              id: one.id,
              suite: one.suite,
              name: one.name,
              format: one.format,
              status: 'failed',
              reason: 'hang',
            }
          : one,
    );
    expect(benchmarkEntries([exampleRecord(failed)]).entries).toHaveLength(MOST_SERIES - 1);
  });

  it('are none where processes were only devices', () => {
    const record = exampleRecord([row('a')]);
    const processes = record.processes.map((process) => ({ ...process, replication: 'device' as const }));
    expect(benchmarkEntries([{ ...record, processes }]).entries).toEqual([]);
  });
});
