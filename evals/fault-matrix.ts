/**
 * What a run leaves when workers hang or die, disks fill, signals come or the clock is wrong.
 *
 *     npm run eval fault-matrix -- [--only WORDS] [--write]
 *
 * Makes each fault happen to a real run on the embedded adapter and prints the table; --write makes docs/faults.md of it.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/experiment/errors.ts';
import { renderMarkdown } from '../src/report/document/markdown.ts';
import { outcomesOf } from './fault-matrix/outcomes.ts';
import { faultsDocument } from './fault-matrix/page.ts';
import { isPossible, type Outcome } from './fault-matrix/scenario.ts';
import { SCENARIOS } from './fault-matrix/scenarios.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, write: { type: 'boolean', default: false } },
});
const chosen = SCENARIOS.filter(({ title }) => title.includes(values.only));
if (values.write && (values.only !== '' || !chosen.every(isPossible)))
  throw new UsageError('--write needs every fault: leave out --only, on Linux with the right to mount');

const outcomes: Outcome[] = [];
for (const scenario of chosen) {
  process.stderr.write(`${scenario.title}${isPossible(scenario) ? '' : `: needs ${scenario.needs}, left out`}\n`);
  if (isPossible(scenario)) outcomes.push(...(await outcomesOf(scenario)));
}
const page = renderMarkdown(faultsDocument(outcomes));
if (values.write) writeFileSync(fileURLToPath(new URL('../docs/faults.md', import.meta.url)), page);
else console.log(page);
