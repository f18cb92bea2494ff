/**
 * How long `check` takes over a history of a given number of rows.
 *
 *     npm run eval large-history -- DIR [ROWS] [--check]
 *
 * Fills a folder with records of three machines, then judges it. With `--check` the folder is only judged.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { attribute } from '../src/judge/history/attribute.ts';
import { readHistory } from '../src/judge/history/history.node.ts';
import { checkJudged } from '../src/judge/history/history.ts';
import { identityOf, MACHINES, type SyntheticRun, syntheticRuns } from '../src/judge/history/testdata/synthetic.ts';
import { toCsv } from '../src/record/csv.ts';
import type { RunRow } from '../src/record/history-store.ts';
import { openStore } from '../src/record/open-store.node.ts';
import type { Row } from '../src/record/row.ts';
import { exampleRecord, measuredRow } from '../src/record/testdata/example.ts';

const CASES = 800;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false } },
  });
  const [folder, rows = '100000'] = positionals;
  if (folder === undefined || !(Number(rows) >= CASES))
    throw new UsageError('usage: npm run eval large-history -- DIR [ROWS] [--check]  (at least 800 rows)');
  if (!values.check) generate(folder, Number(rows));
  await judge(folder);
}

function generate(folder: string, rows: number): void {
  const commits = Math.ceil(rows / (CASES * MACHINES.length));
  const slow = { at: Math.round(commits / 2), factor: 1.08, cases: (index: number) => index % 10 === 0 };
  const template = measuredRow([[1e-3], [1e-3], [1e-3]]);
  for (const run of syntheticRuns({
    seed: 1,
    commits,
    cases: CASES,
    machines: MACHINES,
    missing: 0.01,
    events: [slow],
  }))
    write(folder, run, template);
}

function write(folder: string, { facts, rows }: SyntheticRun, template: Row): void {
  const record = exampleRecord(
    rows.map((row, i) => rowOf(row, template, i)),
    {
      id: facts.id,
      machine: facts.machine,
      unit: facts.unit,
      startedAt: facts.startedAt,
      commit: { sha: facts.commit ?? '', dirty: false },
    },
  );
  const path = join(folder, facts.machine, facts.id);
  mkdirSync(join(folder, facts.machine), { recursive: true });
  writeFileSync(`${path}.csv`, toCsv(record));
  writeFileSync(`${path}.json`, `${JSON.stringify(record, null, 1)}\n`);
}

function rowOf({ id, series, seconds, kernel, kernelHash }: RunRow, template: Row, index: number): Row {
  if (template.status !== 'measured') throw new Error('the template must be a measured row');
  return {
    ...template,
    id,
    series,
    suite: 'synthetic',
    phase: 'ladder',
    name: `n-${identityOf(index).series}`,
    kernel: { ...template.kernel, name: kernel, hash: kernelHash },
    visits: template.visits.map(({ samples: _, ...visit }) => ({
      ...visit,
      medianSeconds: seconds,
      wallSeconds: seconds,
    })),
    summary: { ...template.summary, medianSeconds: seconds, intervalSeconds: [seconds, seconds] as const },
  };
}

async function judge(folder: string): Promise<void> {
  const start = performance.now();
  const { tracks, records, rows } = await readHistory(await openStore(folder));
  const read = performance.now();
  const { counts } = checkJudged(tracks.map(attribute));
  const end = performance.now();
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${rows} rows of ${records} records: read in ${((read - start) / 1000).toFixed(2)} s, judged in ${((end - read) / 1000).toFixed(2)} s, at most ${peak.toFixed(0)} MB`,
  );
  console.log(JSON.stringify(counts));
}

await main();
