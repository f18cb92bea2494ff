/**
 * How many pairs of runs have 95 % intervals with nothing in common.
 *
 *     npm run eval repeatability -- [--runs 20] [--adapter software] [--operands hot] [--folder .shapemark/repeatability]
 *
 * Whole runs of six short cases, beside what a naive protocol (one process, its samples in a row, mean ± 1.96 standard errors) would have claimed. The runs are made with
 * `--divide-by-sentinel`, stop by the divided times, and are judged by them; the plain times of the same runs are printed beside,
 * and show what the machine itself did. Hot operands unless `--operands cold`, because filling and checking many sets doubles what
 * a process takes. Runs already in the folder are kept, so the command can be stopped and started again.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { MeasuredRow } from '../src/record/row.ts';
import type { RunRecord } from '../src/record/schema.ts';
import { dividedBySentinel, referenceOf } from '../src/record/sentinel-share.ts';
import { median } from '../src/stats/centre.ts';

type Interval = readonly [low: number, high: number];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    adapter: { type: 'string', default: 'auto' },
    suite: { type: 'string', default: 'noise' },
    operands: { type: 'string', default: 'hot' },
    folder: { type: 'string', default: '.shapemark/repeatability' },
  },
});
const CLI = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));

async function runOnce(file: string): Promise<RunRecord> {
  if (!existsSync(file)) {
    const results = `${file}.results`;
    const args = [
      ...process.execArgv,
      CLI,
      'run',
      values.suite,
      '--adapter',
      values.adapter,
      '--results',
      results,
      '--operands',
      values.operands,
      '--divide-by-sentinel',
      '--json',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 28 });
    writeFileSync(file, stdout);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
}

/** Share of pairs of intervals that do not overlap. */
function disagreement(intervals: readonly Interval[]): { pairs: number; apart: number } {
  let [pairs, apart] = [0, 0];
  for (const [i, a] of intervals.entries()) {
    for (const b of intervals.slice(i + 1)) {
      pairs++;
      if (a[1] < b[0] || b[1] < a[0]) apart++;
    }
  }
  return { pairs, apart };
}

function naive(row: MeasuredRow): Interval {
  const samples = row.visits[0]?.samples ?? [];
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
  const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (samples.length - 1);
  const half = 1.96 * Math.sqrt(variance / samples.length);
  return [mean - half, mean + half];
}

const halfWidth = ([low, high]: Interval) => (high - low) / (high + low);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(8);

mkdirSync(values.folder, { recursive: true });
const records: RunRecord[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  records.push(await runOnce(join(values.folder, `run-${String(run).padStart(2, '0')}.json`)));
  process.stderr.write(`run ${run + 1} of ${values.runs}: ${records.at(-1)?.processes.length} processes\n`);
}

const reference = referenceOf(records, 'gemm');

/** Ways to an interval of one case in one run. */
const METHODS = {
  'divided by the sentinel': (record: RunRecord) =>
    rowsOf(dividedBySentinel(record, 'gemm', reference)).map((row) => [row.id, row.summary.intervalSeconds] as const),
  'plain times': (record: RunRecord) => rowsOf(record).map((row) => [row.id, row.summary.intervalSeconds] as const),
  'naive protocol': (record: RunRecord) => rowsOf(record).map((row) => [row.id, naive(row)] as const),
} as const;

function rowsOf(record: RunRecord): MeasuredRow[] {
  return record.cases.flatMap((row) => (row.status === 'measured' ? [row] : []));
}

for (const [name, intervalsOf] of Object.entries(METHODS)) {
  const byId = new Map<string, Interval[]>();
  for (const [id, interval] of records.flatMap(intervalsOf)) byId.set(id, [...(byId.get(id) ?? []), interval]);
  console.log(`\n${name.padEnd(44)}pairs apart  half-width`);
  let [pairs, apart] = [0, 0];
  for (const [id, intervals] of byId) {
    const found = disagreement(intervals);
    pairs += found.pairs;
    apart += found.apart;
    print(id.split('/').slice(2, 3).join(''), found.apart / found.pairs, intervals);
  }
  print(`all, ${records.length} runs`, apart / pairs, [...byId.values()].flat());
}

function print(what: string, share: number, intervals: readonly Interval[]): void {
  console.log(`${what.padEnd(44)}${percent(share)}    ±${percent(median(intervals.map(halfWidth)))}`);
}
