/** Histories that are compacted, in whole or in part: the same is said of them as of their files. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../atlas/collect.node.ts';
import { MACHINES, syntheticRuns } from '../judge/history/testdata/synthetic.ts';
import { syntheticRecord } from '../judge/history/testdata/synthetic-record.ts';
import { toCsv } from '../record/csv.ts';
import type { RunRecord } from '../record/schema.ts';
import { compact } from '../record/store/compact.node.ts';
import { listRecords } from '../record/store/store.node.ts';
import { rowBase } from '../record/testdata/example.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { commandIn } from './testdata/in-process.ts';

const dir = folderOfEach();

const shapemark = commandIn(dir);

/** What is said of the store `results`, in every form. */
async function said() {
  const check = ['check', '--no-log', '--results', 'results'];
  const forms = [check, [...check, '--json'], [...check, '--machine', 'discrete-b'], ['report', '--format', 'csv']];
  const all = [];
  for (const form of [...forms, ['report', '--cliffs']]) all.push(await shapemark(...form));
  return all;
}

/** Writes a record without its sidecar, whose compression takes most of the time. */
function write(record: RunRecord, { results = 'results', withCsv = true } = {}): void {
  const file = join(dir(), results, record.machine, record.id);
  mkdirSync(dirname(file), { recursive: true });
  if (withCsv) writeFileSync(`${file}.csv`, toCsv(record));
  const { cases, ...head } = record;
  writeFileSync(`${file}.json`, `${JSON.stringify({ ...head, cases }, null, 1)}\n`);
}

/** Some of what histories hold besides measured rows. */
function varied(record: RunRecord, index: number): RunRecord {
  const failed = {
    ...rowBase(),
    id: 'other/a/b/kernel=x',
    series: 'other',
    status: 'failed' as const,
    reason: 'crash',
  };
  if (index % 5 === 1) return { ...record, cases: [...record.cases, failed] };
  if (index % 7 === 2) return { ...record, commit: { sha: record.commit?.sha ?? 'abcdef0', dirty: true } };
  if (index % 11 === 3) return { ...record, cases: [] };
  if (index % 6 === 4)
    return { ...record, processes: record.processes.map((one) => ({ ...one, replication: 'device' as const })) };
  return record;
}

const where = fc.constantFrom('files', 'first', 'second', 'files and first', 'files and second');

describe('a compacted history', () => {
  it('is judged and reported as that of its files, whatever part of it is compacted', async () => {
    const history = fc.record({
      seed: fc.integer({ min: 1, max: 1000 }),
      commits: fc.integer({ min: 1, max: 45 }),
      cases: fc.integer({ min: 1, max: 7 }),
      places: fc.array(where, { minLength: 1, maxLength: 12 }),
    });
    const judge = async ({
      seed,
      commits,
      cases,
      places,
    }: typeof history extends fc.Arbitrary<infer T> ? T : never) => {
      for (const name of readdirSync(dir())) rmSync(join(dir(), name), { recursive: true });
      const events = [{ at: Math.round(commits / 2), factor: 1.3, cases: (index: number) => index % 2 === 0 }];
      const runs = [...syntheticRuns({ seed, commits, cases, machines: MACHINES, missing: 0.1, events })];
      const records = runs.map((run, i) => varied(syntheticRecord(run), i));
      for (const record of records) write(record);
      const direct = await said();
      for (const pass of ['first', 'second']) {
        const these = records.filter((_, i) => places[i % places.length]?.endsWith(pass));
        for (const record of these) write(record, { results: pass });
        if (these.length > 0) await compact(join(dir(), pass), join(dir(), 'results'));
      }
      for (const [i, { machine, id }] of records.entries())
        if (!places[i % places.length]?.startsWith('files'))
          for (const suffix of ['.json', '.csv']) rmSync(join(dir(), 'results', machine, id + suffix));
      expect(await said()).toEqual(direct);
    };
    await fc.assert(fc.asyncProperty(history, judge), { numRuns: 8 });
  }, 300_000);

  it('makes the same site', async () => {
    for (const run of syntheticRuns({ seed: 3, commits: 30, cases: 3, machines: MACHINES, missing: 0.3, events: [] }))
      write(syntheticRecord(run));
    const results = join(dir(), 'results');
    const direct = await collect(results);
    await compact(results, results);
    for (const file of listRecords(results)) rmSync(file);
    const compacted = await collect(results);
    // Functions are compared by identity.
    expect(JSON.stringify({ ...compacted })).toBe(JSON.stringify({ ...direct }));
    expect(compacted.places).toEqual(direct.places);
  }, 60_000);
});
