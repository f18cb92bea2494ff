/**
 * Whether a run killed at random moments and resumed loses nothing and repeats nothing.
 *
 *     npm run eval kill -- [--kills 20] [--adapter software] [--suite noise] [--seed 1]
 *
 * Kills one real run with SIGKILL and resumes it each time. Every case must be there once, and every visit that was on disk
 * before a kill unchanged in the record.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseJournal } from '../src/record/journal.ts';
import type { RunRecord } from '../src/record/schema.ts';
import { mad, median } from '../src/stats/centre.ts';
import { seededRandom } from '../src/stats/random.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    adapter: { type: 'string', default: 'auto' },
    suite: { type: 'string', default: 'noise' },
    seed: { type: 'string', default: '1' },
  },
});
const CLI = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));
const results = mkdtempSync(join(tmpdir(), 'shapemark-kill-'));
const random = seededRandom(Number(values.seed));

function start(): ChildProcess {
  const args = [
    CLI,
    'run',
    values.suite,
    '--adapter',
    values.adapter,
    '--results',
    results,
    '--processes',
    '6',
    '--resume',
  ];
  return spawn(process.execPath, [...process.execArgv, ...args], { stdio: 'ignore' });
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

/** Visits on disk: medians and spreads by process and case, as the record will tell them. */
function journalled(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of readdirSync(results)) {
    for (const name of readdirSync(join(results, folder)).filter((file) => file.endsWith('.ndjson'))) {
      const file = join(results, folder, name);
      for (const entry of parseJournal(readFileSync(file, 'utf8'), file).entries) {
        if (entry.type !== 'visit') continue;
        const samples = entry.visit.result?.contenders[0]?.samples ?? [];
        found.set(
          `${entry.visit.process} ${entry.visit.caseId}`,
          summary(median(samples), mad(samples), samples.length),
        );
      }
    }
  }
  return found;
}

const summary = (middle: number, spread: number, count: number) =>
  `${middle.toPrecision(5)} ${spread.toPrecision(5)} ${count}`;

const seen = new Map<string, string>();
let kills = 0;
for (let child = start(); ; child = start()) {
  const exit = ended(child);
  const timer =
    kills < Number(values.kills) ? setTimeout(() => child.kill('SIGKILL'), 2e3 + random() * 8e3) : undefined;
  const code = await exit;
  clearTimeout(timer);
  if (code !== null) {
    if (code !== 0) throw new Error(`the run exited with ${code}`);
    break;
  }
  kills++;
  for (const [key, value] of journalled()) seen.set(key, seen.get(key) ?? value);
  process.stderr.write(`kill ${kills}: ${seen.size} visits on disk\n`);
}

const [machine = ''] = readdirSync(results);
const file = readdirSync(join(results, machine)).find((name) => /^\d.*\.json$/.test(name));
const record = JSON.parse(readFileSync(join(results, machine, file ?? ''), 'utf8')) as RunRecord;
const ids = record.cases.map((row) => row.id);
const visits = new Map(
  record.cases.flatMap((row) =>
    row.visits.map((visit) => [`${visit.process} ${row.id}`, summary(visit.medianSeconds, visit.mad, visit.count)]),
  ),
);
const changed = [...seen].filter(([key, value]) => visits.get(key) !== value);
const duplicates =
  record.cases.flatMap((row) => row.visits.map((visit) => `${visit.process} ${row.id}`)).length - visits.size;
console.log(
  `${kills} kills; ${ids.length} cases, ${new Set(ids).size} different; ${visits.size} visits, ${duplicates} twice`,
);
console.log(`${seen.size} visits were on disk before a kill, ${changed.length} of them changed or lost`);
rmSync(results, { recursive: true });
if (changed.length > 0 || duplicates > 0 || new Set(ids).size !== ids.length) process.exitCode = 1;
