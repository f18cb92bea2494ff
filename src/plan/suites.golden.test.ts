/**
 * Golden test of the shipped suites: ids and series identify years of records. Update it after an intended change with `npx
 * vitest run src/plan/suites.golden.test.ts -u`; any other difference is an error.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digest } from '../gemm/digest.ts';
import { loadKernels } from '../kernel/set/load.node.ts';
import { expand } from './case/expand.ts';
import { listDocument } from './case/list.ts';
import { loadSuite, suiteNames } from './load.node.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const kernels = (await loadKernels('kernels', cwd)).kernels.map(({ name }) => name);
/** Of `kernels: all` these count, so that a new kernel changes no line. */
const COUNTED = ['naive', 'gemv', 'gemv-direct', 'direct', 'mxfp4', 'register-tile'];
const known = [...COUNTED, ...kernels.filter((name) => !COUNTED.includes(name))];

const short = (value: unknown) => digest(canonicalJson(JSON.parse(JSON.stringify(value)))).slice(0, 16);

describe('ids, series and work of every shipped suite', () => {
  it('are what they were', async () => {
    const lines: string[] = [];
    for (const name of await suiteNames({ cwd })) {
      const whole = expand(await loadSuite(name, { cwd }), { kernels: known });
      const counted = whole.cases.filter(({ kernel, ofAll }) => !ofAll || COUNTED.includes(kernel));
      const { cases, skips, totals } = listDocument([{ ...whole, cases: counted }]);
      const flop = cases.reduce((sum, { flop, count }) => sum + flop * count, 0);
      lines.push(
        [
          name.padEnd(13),
          `${cases.length} cases ${short(cases.map(({ id }) => id))}`,
          `series ${short(cases.map(({ series }) => series))}`,
          `whole ${short(cases)}`,
          `${flop} FLOP`,
          `${skips.length} skips`,
          `totals ${short(totals)}`,
        ].join(' | '),
      );
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/golden-suites.txt');
  });
});
