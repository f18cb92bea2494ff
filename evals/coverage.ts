/**
 * How often the 95 % interval of a run holds the truth, for each noise scenario.
 *
 *     npm run eval coverage -- [RUNS]
 */
import { UsageError } from '../src/experiment/errors.ts';
import { COVERAGE_SCENARIOS, coverageOf } from './coverage/runs.ts';

const runs = Number(process.argv[2] ?? 500);
if (!Number.isInteger(runs) || runs < 1) throw new UsageError(`expected a number of runs, got "${process.argv[2]}"`);

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

console.log(`scenario       runs   interval holds the truth   median half-width   median processes`);
for (const name of Object.keys(COVERAGE_SCENARIOS)) {
  const { covered, medianHalfWidth, medianProcesses } = await coverageOf(name, runs);
  console.log(
    `${name.padEnd(14)} ${String(runs).padEnd(6)} ${percent(covered).padEnd(26)} ±${percent(medianHalfWidth).padEnd(18)} ${medianProcesses}`,
  );
}
