import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../engine/port.ts';
import { openWebGpu } from '../engine/webgpu/open.node.ts';
import { decode, encode, F16 } from '../gemm/formats/minifloat.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { byFile, describeExactness } from './testdata/exactness.ts';
import { expectEverywhere, problemOf, trial, valuesOf } from './testdata/trial.ts';

const set = await loadKernels('kernels');
let session: Session;

beforeAll(async () => {
  ({ session } = await openWebGpu({ adapter: 'auto', yieldCpu: false }));
});
afterAll(() => session.dispose());

describeExactness(set, byFile(set).firsts);

describe('16-bit output', () => {
  it('is rounded to nearest, ties to even, bit for bit', async () => {
    // One product of two f16 values is exact in f32, so that C's rounding is all that happens.
    const problem = problemOf({ m: 31, n: 33, k: 1 }, { w: 'f16', a: 'f16', out: 'f16' });
    const served = serve(findKernel(set, 'naive'), problem, session.facts);
    if (!('program' in served)) throw new Error(served.reason);
    const { exact } = expectEverywhere(problem);
    expect(await valuesOf(session, served.program, problem)).toEqual(
      exact.map((value) => decode(F16, encode(F16, value))),
    );
  });
});

describe('tiles numbered by bands', () => {
  const smallTiles = { tile: { m: 4, n: 16 }, thread: { m: 4, n: 4 } };

  it.each([
    ['a whole band and a rest', { batch: 1, m: 45, n: 70, k: 5 }, {}],
    ['bands that end with their matrix', { batch: 3, m: 37, n: 35, k: 5 }, {}],
    ['experts across bands', { batch: 1, m: 52, n: 35, k: 5 }, { groups: { experts: 4, rows: [33, 0, 2, 17] } }],
    ['experts of one m-tile each', { batch: 1, m: 7, n: 35, k: 5 }, { groups: { experts: 3, rows: [4, 0, 3] } }],
  ] as const)('leave no tile out: %s', async (_, shape, rest) => {
    const problem = problemOf(shape, {}, rest);
    const served = serve(findKernel(set, 'direct'), problem, session.facts, smallTiles);
    if (!('program' in served)) throw new Error(served.reason);
    await trial(session, served.program, problem);
  });
});
