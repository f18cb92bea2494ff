/**
 * Whether whole `compare` commands are right as often as `npm run eval ab` finds on recorded processes.
 *
 *     npm run -s eval ab-live -- [--equal 20] [--slowed 10] [--adapter software] [--file compares.jsonl] [--json]
 *
 * Eight cases whose truth is known: kernels of equal work with another text, and kernels slowed on purpose. Each finished comparison
 * is a line of the file (.shapemark/ab-live/compares.jsonl), so the command can be stopped and started again; comparisons
 * that are in the file are not repeated.
 */

import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import type { Comparison, Verdict } from '../src/judge/ab/comparison.ts';
import { HEAD_NAMES, type Head } from './ab/pool.ts';
import { QUIET_FLOOR } from './ab/replay.ts';
import { BASE_FOLDER, FOLDER, writeHeads } from './ab/sets.ts';
import { type LiveFound, liveSections } from './ab/table.ts';
import { present } from './document/present.ts';

const CLI = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));
const SLOWED: readonly Head[] = ['slow-5', 'slow-3', 'slow-10'];
const EXPECTED: Readonly<Record<Head, Verdict>> = {
  equal: 'same',
  'slow-3': 'slower',
  'slow-5': 'slower',
  'slow-10': 'slower',
};

interface Line {
  readonly head: Head;
  readonly seconds: number;
  readonly processes: number;
  readonly cases: readonly {
    readonly id: string;
    readonly verdict: Verdict;
    readonly ratio: number | null;
    readonly floor: number | null;
    readonly processes: number;
  }[];
}

/** Heads in the order to compare them: the slowed ones spread evenly among the equal ones, so that all meet the same machine. */
function schedule(equal: number, slowed: number): Head[] {
  const all = equal + slowed;
  let used = 0;
  return Array.from({ length: all }, (_, i) => {
    const due = Math.floor(((i + 1) * slowed) / all);
    if (due === used) return 'equal';
    used = due;
    return SLOWED[(due - 1) % SLOWED.length] ?? 'slow-5';
  });
}

async function compareOnce(heads: string, head: Head, seed: number, adapter: string): Promise<Line> {
  const begin = performance.now();
  const sides = [BASE_FOLDER, join(heads, head), '--suite', join(FOLDER, 'suite.yaml')];
  const how = ['--adapter', adapter, '--seed', `${seed}`, '--fail-on', '', '--json'];
  const args = [...process.execArgv, CLI, 'compare', ...sides, ...how];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  const { processes, cases } = JSON.parse(stdout) as Comparison;
  return {
    head,
    seconds: Math.round((performance.now() - begin) / 1e3),
    processes,
    cases: cases.map(({ id, verdict, ratio, floor, ratios }) => ({
      id,
      verdict,
      ratio,
      floor,
      processes: ratios.length,
    })),
  };
}

function foundIn(lines: readonly Line[], adapter: string): LiveFound {
  const heads = HEAD_NAMES.flatMap((head) => {
    const of = lines.filter((line) => line.head === head);
    if (of.length === 0) return [];
    const cases = of.flatMap((line) => line.cases);
    const quiet = cases.filter(({ floor }) => floor !== null && floor < QUIET_FLOOR);
    const count = (verdict: Verdict) => cases.filter((one) => one.verdict === verdict).length;
    const seconds = of.map((line) => line.seconds);
    return [
      {
        head,
        comparisons: of.length,
        slower: count('slower'),
        faster: count('faster'),
        same: count('same'),
        unclear: count('unclear'),
        quiet: quiet.length,
        right: quiet.filter(({ verdict }) => verdict === EXPECTED[head]).length,
        seconds: [Math.min(...seconds), Math.max(...seconds)] as const,
      },
    ];
  });
  return { adapter, heads };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      equal: { type: 'string', default: '20' },
      slowed: { type: 'string', default: '10' },
      adapter: { type: 'string', default: 'auto' },
      file: { type: 'string', default: '.shapemark/ab-live/compares.jsonl' },
      json: { type: 'boolean', default: false },
    },
  });
  const [equal, slowed] = [Number(values.equal), Number(values.slowed)];
  if (![equal, slowed].every((count) => Number.isInteger(count) && count >= 0))
    throw new UsageError('--equal and --slowed: expected whole numbers');
  const heads = join(dirname(values.file), 'sets');
  writeHeads(heads);
  const text = existsSync(values.file) ? readFileSync(values.file, 'utf8') : '';
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  for (const [i, head] of schedule(equal, slowed).entries()) {
    if (i < lines.length) continue;
    const line = await compareOnce(heads, head, i + 1, values.adapter);
    appendFileSync(values.file, `${JSON.stringify(line)}\n`);
    lines.push(line);
    process.stderr.write(`comparison ${i + 1} of ${equal + slowed}: ${head}, ${line.seconds} s\n`);
  }
  present(foundIn(lines, values.adapter), liveSections, values.json);
}

await main();
