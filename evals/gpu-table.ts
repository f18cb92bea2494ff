/**
 * Figures of what `best` picks on GPUs, beside those that they must have and are aimed at.
 *
 *     npm run -s eval gpu-table -- [--gpu navi31,navi21,tgl,dg2,ampere,ada,a740,m1] [--only loops|picks] [--root DIR] [--kernels DIR|REF] [--json]
 *
 * `--only loops` compiles the dozen programs whose loops are looked into, `--only picks` all that suites get, which takes minutes a GPU.
 *
 * GPUs whose driver is not here are left out, and named. Exit codes: 0 no figure misses what must be, 1 some do, 3 no driver is here.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../src/cli/exit.ts';
import { NothingToDo, UsageError } from '../src/experiment/errors.ts';
import { rootOf } from '../src/experiment/inspect/system.ts';
import { loadKernels } from '../src/kernel/set/load.node.ts';
import { expand } from '../src/plan/case/expand.ts';
import { loadSuite } from '../src/plan/load.node.ts';
import { present } from './document/present.ts';
import { type Held, heldOn, tableSections } from './gpu-table/table.ts';

const { values } = parseArgs({
  options: {
    gpu: { type: 'string', default: 'navi31,navi21,tgl,dg2,ampere,ada,a740,m1' },
    root: { type: 'string' },
    only: { type: 'string' },
    kernels: { type: 'string', default: 'kernels' },
    json: { type: 'boolean', default: false },
  },
});

if (values.only !== undefined && !['loops', 'picks'].includes(values.only))
  throw new UsageError(`--only takes loops or picks, not "${values.only}"`);
const cwd = process.cwd();
const root = rootOf(values.root, { environment: process.env });
const set = await loadKernels(values.kernels, cwd);
const suite = await loadSuite('evals/gpu-table/suite.yaml', { cwd });
const { cases } = expand(suite, { kernels: set.kernels.map(({ name }) => name) });

const found: Held[] = [];
for (const gpu of values.gpu.split(',')) {
  try {
    found.push(...(await heldOn(gpu, { set, cases, root, only: values.only })));
  } catch (error) {
    if (!(error instanceof NothingToDo)) throw error;
    console.error(`left out: ${error.message}`);
  }
}
present(found, tableSections, values.json);
if (found.length === 0) process.exitCode = EXIT.nothing;
else if (found.some(({ verdict }) => verdict === 'missed')) process.exitCode = EXIT.regression;
