import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../record/schema.ts';
import { openStore } from '../../record/store/open-store.node.ts';
import { writeRecord } from '../../record/store/store.node.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from '../../record/testdata/example.ts';
import { folderOfEach } from '../../record/testdata/folder.ts';
import { readHistory as readStore } from './history.node.ts';
import { checkHistory } from './history.ts';

const folder = folderOfEach();

const readHistory = async (results: string) => readStore(await openStore(results));

function store(day: number, changes: Partial<RunRecord> = {}, slow = 1) {
  const sha = (0xabc0000 + day).toString(16);
  const rows = [
    measuredRow(SAMPLES.map((process) => process.map((seconds) => seconds * slow))),
    { ...rowBase(), id: 'other/a/b/kernel=x', series: 'other', status: 'failed' as const, reason: 'wrong-result' },
  ];
  const date = `202601${String(day).padStart(2, '0')}`;
  const id = `${date}T000000Z-${sha}`;
  return writeRecord(folder(), exampleRecord(rows, { id, commit: { sha, dirty: false }, ...changes }));
}

describe('a store', () => {
  it('is read the same from CSV and from records alone', async () => {
    const written = [store(2), store(1), store(3)];
    const fromCsv = await readHistory(folder());
    expect(fromCsv).toMatchObject({ records: 3, rows: 6, skipped: [] });
    expect(fromCsv.tracks).toHaveLength(1);
    for (const { csv } of written) rmSync(csv);
    expect(await readHistory(folder())).toEqual(fromCsv);
    const ids = fromCsv.tracks[0]?.runs.map(({ facts }) => facts.id.slice(0, 8));
    expect(ids).toEqual(['20260101', '20260102', '20260103']);
  });

  it('keeps physical machines apart, and leaves working trees out', async () => {
    store(1);
    store(2, { unit: 'ffeeddccbbaa0099' });
    store(3, { commit: { sha: 'abc0003', dirty: true } });
    const { tracks, skipped } = await readHistory(folder());
    expect(tracks.map(({ unit }) => unit)).toEqual(['00112233aabbccdd', 'ffeeddccbbaa0099']);
    expect(skipped.map(({ reason }) => reason)).toEqual(['measured on a working tree that differed from its commit']);
  });

  it('shows numbers replicated by devices of one process, and never judges them', async () => {
    for (let day = 1; day <= 28; day++) store(day);
    const { json } = store(29, {}, 3);
    const text = readFileSync(json, 'utf8').replaceAll('"replication": "process"', '"replication": "device"');
    expect(text).toContain('"device"');
    writeFileSync(json, text);
    const { tracks, records, context, skipped } = await readHistory(folder());
    expect({ records, skipped }).toEqual({ records: 28, skipped: [] });
    expect(context).toMatchObject([{ file: json, reason: expect.stringContaining('never gate') }]);
    expect(tracks[0]?.runs).toHaveLength(28);
  });

  it('is judged from there', async () => {
    for (let day = 1; day <= 28; day++) store(day, {}, day >= 24 ? 1.3 : 1 + (day % 5) / 1000);
    const { series, counts } = checkHistory((await readHistory(folder())).tracks);
    expect(counts).toMatchObject({ slower: 1, failed: 1 });
    const [slower] = series.filter(({ verdict }) => verdict === 'slower');
    expect(slower).toMatchObject({ points: 28, at: 'abc0018', reason: 'slower for 5 points' });
    expect(slower?.ratio).toBeCloseTo(1.3, 2);
  });

  it('forgets a failure of a case that its kernel no longer serves', async () => {
    for (let day = 1; day <= 6; day++) store(day);
    const failed = async () =>
      checkHistory((await readHistory(folder())).tracks).series.filter(({ verdict }) => verdict === 'failed');
    expect((await failed()).map(({ id }) => id)).toEqual(['other/a/b/kernel=x']);
    const notServed = {
      problems: ['other/a/b'],
      kernels: [{ kernel: 'x', rule: 'serves weights in f16 only', problems: [0] as [number] }],
    };
    const id = '20260107T000000Z-abc0007';
    writeRecord(
      folder(),
      exampleRecord([measuredRow(SAMPLES)], { id, commit: { sha: 'abc0007', dirty: false }, notServed }),
    );
    expect(await failed()).toEqual([]);
  });

  it('names the record that is damaged', async () => {
    const { json } = store(1);
    writeFileSync(json, readFileSync(json, 'utf8').replace('"unit": ', '"unite": '));
    await expect(readHistory(folder())).rejects.toThrow(`${json}:`);
  });
});
