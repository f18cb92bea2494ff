import { describe, expect, it } from 'vitest';
import { sessionOfAll } from '../engine/webgpu/testdata/session.ts';
import { decode, encode, F16 } from '../gemm/formats/minifloat.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { byFile, describeExactness } from './testdata/exactness.ts';
import { expectEverywhere, problemOf, trial, valuesOf } from './testdata/trial.ts';

const set = await loadKernels('kernels');
const session = sessionOfAll();

describeExactness(set, byFile(set).firsts);

describe('16-bit output', () => {
  it('is rounded to nearest, ties to even, bit for bit', async () => {
    // One product of two f16 values is exact in f32, so that C's rounding is all that happens.
    const problem = problemOf({ m: 31, n: 33, k: 1 }, { w: 'f16', a: 'f16', out: 'f16' });
    const served = serve(findKernel(set, 'naive'), problem, session().facts);
    if (!('program' in served)) throw new Error(served.reason);
    const { exact } = expectEverywhere(problem);
    expect(await valuesOf(session(), served.program, problem)).toEqual(
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
    const served = serve(findKernel(set, 'direct'), problem, session().facts, smallTiles);
    if (!('program' in served)) throw new Error(served.reason);
    await trial(session(), served.program, problem);
  });
});

describe('sums in loops', () => {
  // Compilers of WGSL have been seen not to clear such a variable again when its declaration states no value:
  // https://github.com/gfx-rs/wgpu/issues/9489
  it('begin with a stated value', () => {
    const unstated = (text: string) =>
      [...text.matchAll(/^ {4,}var (\w+)\s*:[^=;]+;/gm)].filter(([declared, name], i, all) => {
        const end = all.slice(i + 1).find((other) => other[1] === name)?.index ?? text.length;
        const scope = text.slice(text.indexOf(declared), end);
        return new RegExp(`\\b${name}(\\[[^\\]]*\\]|\\.\\w+)* [-+*/|&^]=`).test(scope);
      });
    expect(unstated('  for (;;) {\n    var x: f32;\n    x += 1.0;\n  }\n')).toHaveLength(1);
    for (const { file, body } of set.kernels) expect(unstated(body), file).toEqual([]);
  });

  it('are right where a thread finishes several vectors of C', async () => {
    const few = { tile: { m: 8, n: 4, k: 128 }, thread: { m: 8, n: 4 } };
    const problem = problemOf({ m: 27, n: 52, k: 435 }, { w: 'int4-128', a: 'int8' });
    const served = serve(findKernel(set, 'int4-128-dots'), problem, session().facts, few);
    if (!('program' in served)) throw new Error(served.reason);
    await trial(session(), served.program, problem);
  });
});
