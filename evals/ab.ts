/**
 * How often `compare` is right: its decisions on real processes whose truth is known, replayed.
 *
 *     npm run -s eval ab -- [--pool FILE] [--replays 10000] [--json] [--pack FILE.json.gz]
 *
 * The processes are those in the repository, or what `npm run eval ab-pool` has collected; `--pack` writes a collected pool as
 * test data.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../src/experiment/errors.ts';
import { AB_RULES } from '../src/judge/ab/ab.ts';
import { seededRandom } from '../src/stats/random.ts';
import { HEAD_NAMES, HEADS, type Pool, readPool, stepShares, trueRatios } from './ab/pool.ts';
import { type HeadScore, QUIET_FLOOR, scoreHead } from './ab/replay.ts';

const SHIPPED = fileURLToPath(new URL('./ab/pool.json.gz', import.meta.url));

function main(): void {
  const { values } = parseArgs({
    options: {
      pool: { type: 'string', default: SHIPPED },
      replays: { type: 'string', default: '10000' },
      pack: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const replays = Number(values.replays);
  if (!(Number.isInteger(replays) && replays > 0))
    throw new UsageError(`--replays ${values.replays}: expected a whole number`);
  const pool = load(values.pool);
  if (values.pack !== undefined) writeFileSync(values.pack, gzipSync(JSON.stringify(pool), { level: 9 }));
  const scores = HEAD_NAMES.map((head) => scoreHead(pool, head, AB_RULES, replays, seededRandom(1, HEADS[head] * 100)));
  const truth = HEAD_NAMES.map((head) => trueRatios(pool, head));
  if (values.json) console.log(JSON.stringify({ pool: values.pool, scores, truth }, null, 1));
  else console.log(report(pool, scores, truth));
}

function load(file: string): Pool {
  if (file.endsWith('.gz')) return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Pool;
  return readPool(readFileSync(file, 'utf8'));
}

const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
const columns = (cells: readonly string[]) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(16) : cell.padStart(11))).join('');

function report(pool: Pool, scores: readonly HeadScore[], truth: readonly (readonly number[])[]): string {
  const counts = HEAD_NAMES.map((head) => `${pool.series[head][0]?.length} ${head}`).join(', ');
  const parts = scores.map((score, i) => headReport(score, truth[i] ?? [], pool.processSeconds));
  const { slower, between, faster } = stepShares(pool);
  const steps = `equal work: slower than base and twin ${percent(slower)}, between them ${percent(between)}, faster ${percent(faster)}`;
  return [`${pool.adapter}: ${counts} processes of ${pool.cases.length} cases\n${steps}`, ...parts].join('\n\n');
}

function headReport(score: HeadScore, truth: readonly number[], processSeconds: number): string {
  const rows = score.cases.map(({ name, all, quiet, quietShare }, c) => [
    name,
    percent((truth[c] ?? Number.NaN) - 1, 2),
    percent(all.slower),
    percent(all.faster),
    percent(all.same),
    percent(all.unclear),
    percent(quietShare),
    percent(score.head === 'equal' ? quiet.same : quiet.slower),
  ]);
  const { all, quiet, quietShare } = score.total;
  const total = [
    all.slower,
    all.faster,
    all.same,
    all.unclear,
    quietShare,
    score.head === 'equal' ? quiet.same : quiet.slower,
  ];
  const ends = score.endedAt.map(({ processes, share }) => `${processes}: ${percent(share, 0)}`).join(', ');
  return [
    `${score.head}: ${score.replays} comparisons; slower or faster somewhere in ${percent(score.anyEither, 2)}, faster in ${percent(score.anyFaster, 2)}`,
    columns(['case', 'truth', 'slower', 'faster', 'same', 'unclear', `floor<${percent(QUIET_FLOOR)}`, 'right then']),
    ...rows.map(columns),
    columns(['all', '', ...total.map((share) => percent(share))]),
    `processes: ${score.processes.toFixed(1)} (ended at ${ends}), about ${(score.processes * processSeconds).toFixed(0)} s`,
  ].join('\n');
}

main();
