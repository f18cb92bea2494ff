/** Case ids and series are what histories hang on: those of the suites shipped so far stay what they are. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { digest } from '../gemm/digest.ts';
import { expand } from './expand.ts';
import { loadSuite } from './load.node.ts';
import golden from './testdata/series.golden.json' with { type: 'json' };

const cwd = fileURLToPath(new URL('../..', import.meta.url));

it.each(Object.entries(golden.suites))('%s has the ids and series it had', async (name, { cases: count, hash }) => {
  const { cases } = expand(await loadSuite(name, { cwd }), { kernels: golden.kernels });
  const text = cases.map(({ id, series }) => `${id} ${series}\n`).join('');
  expect({ cases: cases.length, hash: digest(text).slice(0, 16) }).toEqual({ cases: count, hash });
});
