/**
 * `npm run eval:repeatability [-- --runs 20 --adapter software --folder .shapemark/repeatability]`: does a second run agree
 * with the first? Whole runs of six short cases; how many pairs of 95 % intervals have nothing in common, beside what a naive
 * protocol (one process, its samples in a row, mean ± 1.96 standard errors) would have claimed. Runs already in the folder
 * are kept, so the command can be stopped and started again.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { MeasuredRow } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { median } from '../record/summary.ts';

type Interval = readonly [low: number, high: number];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    adapter: { type: 'string', default: 'auto' },
    suite: { type: 'string', default: 'noise' },
    folder: { type: 'string', default: '.shapemark/repeatability' },
  },
});
const CLI = fileURLToPath(new URL(`../cli/bin${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

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

const rowsById = new Map<string, MeasuredRow[]>();
for (const row of records.flatMap((record) => record.cases)) {
  if (row.status === 'measured') rowsById.set(row.id, [...(rowsById.get(row.id) ?? []), row]);
}
const totals = {
  ours: { pairs: 0, apart: 0, widths: [] as number[] },
  naive: { pairs: 0, apart: 0, widths: [] as number[] },
};
console.log(`${'case'.padEnd(44)}pairs apart  half-width   naive: apart  half-width`);
for (const [id, measured] of rowsById) {
  const [ours, others] = [measured.map((row) => row.summary.intervalSeconds), measured.map(naive)];
  const line = [ours, others].map((intervals, i) => {
    const { pairs, apart } = disagreement(intervals);
    const total = i === 0 ? totals.ours : totals.naive;
    total.pairs += pairs;
    total.apart += apart;
    total.widths.push(...intervals.map(halfWidth));
    return `${percent(apart / pairs)}    ±${percent(median(intervals.map(halfWidth)))}`;
  });
  console.log(`${id.split('/').slice(2, 3).join('').padEnd(44)}${line.join('      ')}`);
}
const all = [totals.ours, totals.naive].map(
  ({ pairs, apart, widths }) => `${percent(apart / pairs)}    ±${percent(median(widths))}`,
);
console.log(`${`all, ${records.length} runs`.padEnd(44)}${all.join('      ')}`);
