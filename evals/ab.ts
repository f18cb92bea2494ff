/**
 * How often `compare` is right: its decisions on recorded processes whose truth is known, replayed.
 *
 *     npm run -s eval ab -- [--pool FILE] [--replays 10000] [--json] [--pack FILE.json.gz]
 *
 * The processes are those in the repository, or those that `npm run eval ab-pool` collected; `--pack` packs a collected pool for the
 * repository.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../src/experiment/errors.ts';
import { AB_RULES } from '../src/judge/ab/rules.ts';
import { seededRandom } from '../src/stats/random.ts';
import { HEAD_NAMES, HEADS, type Head, type Pool, readPool, stepShares, trueRatios } from './ab/pool.ts';
import { scoreHead } from './ab/replay.ts';
import { type AbFound, abSections } from './ab/table.ts';
import { present } from './document/present.ts';

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
  const found: AbFound = {
    adapter: pool.adapter,
    cases: pool.cases,
    processes: byHead((head) => pool.series[head][0]?.length ?? 0),
    steps: stepShares(pool),
    processSeconds: pool.processSeconds,
    scores: HEAD_NAMES.map((head) => scoreHead(pool, head, AB_RULES, replays, seededRandom(1, HEADS[head] * 100))),
    truth: HEAD_NAMES.map((head) => trueRatios(pool, head)),
  };
  present(found, abSections, values.json);
}

function byHead<T>(of: (head: Head) => T): Record<Head, T> {
  return { equal: of('equal'), 'slow-3': of('slow-3'), 'slow-5': of('slow-5'), 'slow-10': of('slow-10') };
}

function load(file: string): Pool {
  if (file.endsWith('.gz')) return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Pool;
  return readPool(readFileSync(file, 'utf8'));
}

main();
