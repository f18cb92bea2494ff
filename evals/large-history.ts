/**
 * How long `check` takes over a history of a given number of rows, from its records and from Parquet.
 *
 *     npm run eval large-history -- DIR [ROWS] [--repeat N] [--check]
 *
 * Fills a folder with records of three machines, compacts them, and judges both in processes of their own, whose documents must
 * be equal. With `--repeat` the Parquet is also repeated in later years, N times in all. With `--check` what is there is judged
 * again.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { MACHINES, type SyntheticRun, syntheticRuns } from '../src/judge/history/testdata/synthetic.ts';
import { syntheticRecord } from '../src/judge/history/testdata/synthetic-record.ts';
import { toCsv } from '../src/record/csv.ts';
import { compact } from '../src/record/store/compact.node.ts';
import { DuckDb, parquet as parquetOf, text } from '../src/record/store/duckdb.node.ts';
import { COMPACTED } from '../src/record/store/store.node.ts';

const CASES = 800;
const USAGE = 'usage: npm run eval large-history -- DIR [ROWS] [--repeat N] [--check]  (at least 800 rows)';
const BIN = new URL('../src/cli/bin.ts', import.meta.url);
/** Prints what a process has used when it ends. */
const PROBE = `data:text/javascript,process.on('exit',()=>process._rawDebug(JSON.stringify(process.resourceUsage())))`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false }, repeat: { type: 'string', default: '1' } },
  });
  const [folder, rows = '100000'] = positionals;
  if (folder === undefined || !(Number(rows) >= CASES)) throw new UsageError(USAGE);
  const [records, parquet, repeated] = ['records', 'parquet', 'repeated'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  if (!values.check) {
    if (!existsSync(records)) for (const run of history(Number(rows))) write(records, run);
    await compact(records, parquet);
    if (Number(values.repeat) > 1) await repeat(parquet, repeated, Number(values.repeat));
  }
  const documents: string[] = [];
  for (const store of [records, parquet]) if (existsSync(store)) documents.push(await check(store));
  if (new Set(documents).size > 1) throw new Error('the documents of check differ');
  if (documents.length > 1) console.log('the same document from both');
  if (existsSync(repeated)) await check(repeated);
}

function history(rows: number): Generator<SyntheticRun> {
  const commits = Math.ceil(rows / (CASES * MACHINES.length));
  const slow = { at: Math.round(commits / 2), factor: 1.08, cases: (index: number) => index % 10 === 0 };
  return syntheticRuns({ seed: 1, commits, cases: CASES, machines: MACHINES, missing: 0.01, events: [slow] });
}

function write(folder: string, run: SyntheticRun): void {
  const record = syntheticRecord(run);
  const path = join(folder, record.machine, record.id);
  mkdirSync(join(folder, record.machine), { recursive: true });
  writeFileSync(`${path}.csv`, toCsv(record));
  writeFileSync(`${path}.json`, `${JSON.stringify(record, null, 1)}\n`);
}

/** Copies months to other years: ids, times and commits differ, cases and their times do not; their JSON is left out. */
async function repeat(from: string, to: string, times: number): Promise<void> {
  const db = await DuckDb.open(to);
  for (const machine of readdirSync(join(from, COMPACTED), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  )) {
    mkdirSync(join(to, COMPACTED, machine.name), { recursive: true });
    for (const name of readdirSync(join(from, COMPACTED, machine.name))) {
      const file = join(from, COMPACTED, machine.name, name);
      for (let i = 0; i < times; i++) {
        const year = Number(name.slice(0, 4)) + 2 * i;
        const changed = join(to, COMPACTED, machine.name, `${year}${name.slice(4)}`);
        const mark = i.toString(16).padStart(4, '0');
        const head = `regexp_replace(regexp_replace(head, '"(id|startedAt)":"\\d{4}', '"\\1":"${year}', 'g'), '"sha":"', '"sha":"${mark}')`;
        const select = `SELECT * REPLACE ('${year}' || record[5:] AS record, ${head} AS head, NULL AS "row") FROM ${parquetOf(file)}`;
        await db.rows(changed, `COPY (${select}) TO ${text(changed)} (FORMAT parquet, COMPRESSION zstd)`);
      }
    }
  }
}

/** Runs `check` over a store. @returns its document */
async function check(store: string): Promise<string> {
  const start = performance.now();
  const args = ['--import', import.meta.resolve('tsx'), '--import', PROBE, BIN.pathname, 'check', '--no-log', '--json'];
  const child = spawn(process.execPath, [...args, '--results', store], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += data;
  });
  child.stderr.on('data', (data) => {
    said.err += data;
  });
  const exit = await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - start) / 1000;
  // Regressions were planted.
  if (exit !== 0 && exit !== 1) throw new Error(`check of ${store} ended with ${exit}: ${said.err.split('\n')[0]}`);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(said.err.trim().split('\n').at(-1) ?? '');
  const { series, counts } = JSON.parse(said.out);
  const points = series.reduce((sum: number, one: { points: number }) => sum + one.points, 0);
  const processor = ((userCPUTime + systemCPUTime) / 1e6).toFixed(1);
  console.log(
    `${store}: ${points} rows in ${seconds.toFixed(1)} s (${processor} s of processor time), at most ${(maxRSS / 1024).toFixed(0)} MB; ${JSON.stringify(counts)}`,
  );
  return said.out;
}

await main();
