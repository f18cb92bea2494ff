/**
 * Whether runs killed at random moments and resumed lose nothing, repeat nothing, leave nothing behind.
 *
 *     npm run eval kill -- [--kills 300] [--cases 500] [--seed 1]
 *     npm run eval kill -- --adapter software [--kills 50] [--suite noise]
 *
 * Kills runs of a scripted device with SIGKILL, or with --adapter those of a real one, and resumes each until it ends. Every case
 * must be there once, every line of a journal that was whole before a kill unchanged, and every visit in the record. Each start
 * takes longer than what it measures: --program dist/cli/bin.js starts the compiled command line.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/cli/exit.ts';
import { type KillOutcome, killedRuns } from './kill/killed-run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    cases: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    adapter: { type: 'string' },
    suite: { type: 'string', default: 'noise' },
    program: { type: 'string' },
  },
});

const troubles = ({ changed, lost, repeated, repeatedCases, missingCases, left }: KillOutcome) =>
  changed + lost + repeated + repeatedCases + missingCases + left.length;

const folder = mkdtempSync(join(tmpdir(), 'shapemark-kill-'));
const suite = join(folder, 'many.yaml');
const scenario = join(folder, 'scenario.yaml');
const shapes = `{name: many, m: {from: 1, to: ${Number(values.cases)}, step: 1}, n: 64, k: 64, w: f32, from: made up}`;
writeFileSync(suite, `defaults: {kernels: naive}\nshapes: [${shapes}]\n`);
writeFileSync(
  scenario,
  "cost: [{seconds: 1e-3}]\nprobes: [{probe: '*', seconds: 1e-4}]\nnoise: {withinProcess: {sigma: 0.01}}\n",
);
const { adapter } = values;
const words =
  adapter === undefined
    ? [suite, '--engine', 'scripted', '--scenario', scenario, '--processes', '3']
    : [values.suite, '--adapter', adapter, '--processes', '6'];
const program = values.program ?? fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));
try {
  const found = await killedRuns({
    command: [process.execPath, ...(program.endsWith('.ts') ? process.execArgv : []), program, 'run', ...words],
    folder,
    kills: Number(values.kills),
    seed: Number(values.seed),
    mostBytes: adapter === undefined ? 1 << 17 : 1 << 13,
    onKill: (soFar, lines) =>
      process.stderr.write(
        `kill ${soFar.kills}, run ${soFar.runs}: ${lines} lines on disk, ${troubles(soFar)} troubles\n`,
      ),
  });
  console.log(`${found.kills} kills of ${found.runs} runs; ${found.cases} cases in each`);
  console.log(`${found.lines} lines of journals were whole before a kill; ${found.changed} changed or lost`);
  console.log(`${found.visits} visits in records: ${found.lost} lost, ${found.repeated} repeated`);
  console.log(
    `${found.missingCases} cases missing, ${found.repeatedCases} repeated; ${found.left.length} files left behind ${found.left.join(' ')}`,
  );
  if (troubles(found) > 0) process.exitCode = EXIT.broken;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
