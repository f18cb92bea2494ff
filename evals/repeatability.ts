/**
 * How many pairs of 95 % intervals of repeated runs do not overlap.
 *
 *     npm run -s eval repeatability -- [--runs 20] [--adapter software] [--operands hot] [--folder DIR] [--json]
 *
 * Whole runs of six short cases, beside a naive protocol (one process, mean of its samples ± 1.96 standard errors). The runs use
 * `--divide-by-sentinel`: they stop by divided times and are judged by them. The plain times of the same runs are judged as well, which
 * shows the effect of the machine. Operands are hot unless `--operands cold` is given, because filling and verifying many sets doubles
 * the time of a process. Runs that are in the folder (.shapemark/repeatability) are kept, so the command can be stopped and started again.
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
import { present } from './document/present.ts';
import { type Disagreement, type Repeatability, repeatabilitySections } from './repeatability/table.ts';

type Interval = readonly [low: number, high: number];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    adapter: { type: 'string', default: 'auto' },
    suite: { type: 'string', default: 'noise' },
    operands: { type: 'string', default: 'hot' },
    folder: { type: 'string', default: '.shapemark/repeatability' },
    json: { type: 'boolean', default: false },
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

/** Of pairs of intervals of the same case. */
function disagreement(cases: readonly (readonly Interval[])[]): Pick<Disagreement, 'apart' | 'halfWidth'> {
  const pairs = cases.flatMap((own) => own.flatMap((a, i) => own.slice(i + 1).map((b) => [a, b] as const)));
  const apart = pairs.filter(([a, b]) => a[1] < b[0] || b[1] < a[0]).length;
  return { apart: apart / pairs.length, halfWidth: median(cases.flat().map(halfWidth)) };
}

function naive(row: MeasuredRow): Interval {
  const samples = row.visits[0]?.samples ?? [];
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
  const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (samples.length - 1);
  const half = 1.96 * Math.sqrt(variance / samples.length);
  return [mean - half, mean + half];
}

const halfWidth = ([low, high]: Interval) => (high - low) / (high + low);

mkdirSync(values.folder, { recursive: true });
const records: RunRecord[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  records.push(await runOnce(join(values.folder, `run-${String(run).padStart(2, '0')}.json`)));
  process.stderr.write(`run ${run + 1} of ${values.runs}: ${records.at(-1)?.processes.length} processes\n`);
}

const reference = referenceOf(records, 'gemm');

/** The intervals of a run's cases, by method. */
const METHODS = {
  'divided by the sentinel': (record: RunRecord) =>
    rowsOf(dividedBySentinel(record, 'gemm', reference)).map((row) => [row.id, row.summary.intervalSeconds] as const),
  'plain times': (record: RunRecord) => rowsOf(record).map((row) => [row.id, row.summary.intervalSeconds] as const),
  'naive protocol': (record: RunRecord) => rowsOf(record).map((row) => [row.id, naive(row)] as const),
} as const;

function rowsOf(record: RunRecord): MeasuredRow[] {
  return record.cases.flatMap((row) => (row.status === 'measured' ? [row] : []));
}

function byCase(intervalsOf: (record: RunRecord) => readonly (readonly [string, Interval])[]): Map<string, Interval[]> {
  const byId = new Map<string, Interval[]>();
  for (const [id, interval] of records.flatMap(intervalsOf)) byId.set(id, [...(byId.get(id) ?? []), interval]);
  return byId;
}

const cases = Object.entries(METHODS).flatMap(([method, intervalsOf]) =>
  [...byCase(intervalsOf)].map(([id, intervals]) => ({ name: id.split('/')[2] ?? id, method, intervals })),
);
const found: Repeatability = {
  adapter: records[0]?.environment.adapter.description ?? values.adapter,
  runs: records.length,
  methods: Object.keys(METHODS).map((method) => {
    const own = cases.filter((one) => one.method === method).map(({ intervals }) => intervals);
    return { method, ...disagreement(own) };
  }),
  cases: cases.map(({ name, method, intervals }) => ({ name, method, ...disagreement([intervals]) })),
};
present(found, repeatabilitySections, values.json);
