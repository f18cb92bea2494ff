/** Sums of codes that are decoded too large stay as exact as others where k is shorter than a step. */
import { expect, it } from 'vitest';
import { sessionOfAll } from '../engine/webgpu/testdata/session.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { problemOf, trial } from './testdata/trial.ts';

const CHOICE = { tile: { m: 2, n: 16, k: 512 }, thread: { m: 2, n: 1 } };
const SHAPE = { m: 24, n: 256 };

const set = await loadKernels('kernels');
const session = sessionOfAll();

it.each((['int4', 'int4-128-zp', 'mxfp4'] as const).flatMap((w) => [4, 8, 12, 20].map((k) => ({ w, k }))))(
  'columns of $w over k = $k',
  async ({ w, k }) => {
    const problem = problemOf({ ...SHAPE, k }, { w });
    const served = serve(findKernel(set, `${w}-columns`), problem, session().facts, CHOICE);
    if ('reason' in served) throw new Error(served.reason);
    expect(await trial(session(), served.program, problem)).toBeLessThan(1e-6);
  },
);
