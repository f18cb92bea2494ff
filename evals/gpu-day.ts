/**
 * What a GPU that is here for minutes tells: rates, noise, tuning, fractions of cuBLAS, predictions.
 *
 *     npm run eval gpu-day -- [--adapter gpu] [--budget 520] [--folder gpu-day] [--inspection FILE] [--python python3] [--engine webgpu] [--scenario FILE] [--json]
 *
 * Each step is a command of shapemark, and each is on disk in the folder when it is done. The same command goes on after an
 * interruption; the budget, in seconds, holds for all of them together, and most it takes beyond that is the end of one step.
 *
 * `--inspection` names an `inspect --json` of a GPU of this kind, made where its driver is: not every driver tells what it made of
 * kernels. Fractions of cuBLAS need a Python that imports PyTorch.
 *
 * Exit codes: 0 all steps ended, whatever they found; 3 nothing was measured; 4 a kernel was wrong; 130 interrupted.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/cli/exit.ts';
import { UsageError } from '../src/experiment/errors.ts';
import { interruption } from '../src/experiment/session/interruption.ts';
import { inspectionSchema } from '../src/record/beside/inspection.ts';
import { replace } from '../src/record/disk.node.ts';
import { USUAL_ENGINE } from '../src/record/environment.ts';
import { parseStored } from '../src/record/read.ts';
import { renderMarkdown } from '../src/report/document/markdown.ts';
import { renderText } from '../src/report/document/text.ts';
import { rounded } from './document/present.ts';
import { runDay } from './gpu-day/day.ts';
import { STEPS } from './gpu-day/steps.ts';
import { dayDocument, foundIn } from './gpu-day/table.ts';

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'auto' },
    // Nine minutes, less the end of a step.
    budget: { type: 'string', default: '520' },
    folder: { type: 'string', default: 'gpu-day' },
    inspection: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    engine: { type: 'string', default: USUAL_ENGINE },
    scenario: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
/** Wide enough for a row of an inspection. */
const WIDTH = 180;

const budget = Number(values.budget);
if (!(budget > 0 && Number.isFinite(budget)))
  throw new UsageError(`--budget ${values.budget}: expected a positive number of seconds`);
const { folder, adapter, engine, scenario, python } = values;
const given =
  values.inspection === undefined
    ? null
    : parseStored(readFileSync(values.inspection, 'utf8'), values.inspection, inspectionSchema);

const { signal, release } = interruption();
const say = (line: string) => void process.stderr.write(`${line}\n`);
const results = await runDay({ folder, budget, adapter, engine, scenario, python, signal, say });
release();
if (results.length < STEPS.length) {
  say(`interrupted: ${results.length} of ${STEPS.length} steps are done; the same command goes on`);
  process.exitCode = EXIT.interrupted;
} else {
  const found = rounded(foundIn(results, given));
  const document = dayDocument(found, results);
  const files = { json: join(folder, 'found.json'), markdown: join(folder, 'report.md') };
  replace(files.json, `${JSON.stringify(found, null, 1)}\n`);
  replace(files.markdown, renderMarkdown(document));
  process.stdout.write(values.json ? `${JSON.stringify(found, null, 1)}\n` : renderText(document, { width: WIDTH }));
  say(`written: ${files.markdown}, ${files.json}, and records in ${join(folder, 'results')}`);
  const exits = results.map(({ exit }) => exit);
  const measured = results.some(
    ({ step, outcome }) => step !== 'doctor' && step !== 'inspect' && outcome !== 'failed' && outcome !== 'no time',
  );
  if (exits.includes(EXIT.broken)) process.exitCode = EXIT.broken;
  else if (!measured) process.exitCode = EXIT.nothing;
}
