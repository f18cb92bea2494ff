/**
 * How often the 95 % interval of a run contains the truth, for each noise scenario.
 *
 *     npm run -s eval coverage -- [--runs 500] [--json]
 */
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { COVERAGE_SCENARIOS, type Coverage, coverageOf } from './coverage/runs.ts';
import { coverageSections } from './coverage/table.ts';
import { present } from './document/present.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '500' }, json: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new UsageError(`--runs: expected a whole number, got "${values.runs}"`);

const found: Coverage[] = [];
for (const name of Object.keys(COVERAGE_SCENARIOS)) found.push(await coverageOf(name, runs));
present(found, coverageSections, values.json);
