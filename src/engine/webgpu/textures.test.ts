import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import { serve } from '../../kernel/select/serve.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { findKernel } from '../../kernel/set/set.ts';
import { problemOf, trial, valuesOf } from '../../kernel/testdata/trial.ts';
import { openWebGpu } from './open.node.ts';
import { sessionOfAll } from './testdata/session.ts';

const buffered = findKernel(await loadKernels('kernels'), 'naive');
const textured = { ...buffered, textures: ['a', 'b'] } as const;
const session = sessionOfAll();

function program(kernel: typeof buffered, problem: Problem) {
  const served = serve(kernel, problem, session().facts);
  if ('reason' in served) throw new Error(served.reason);
  return served.program;
}

const groups = { experts: 3, rows: [4, 0, 9] };
const CASES: readonly [what: string, Problem][] = [
  ['f32', problemOf({ m: 5, n: 19, k: 37 })],
  ['f16 of odd rows', problemOf({ m: 5, n: 19, k: 37 }, { w: 'f16', a: 'f16', out: 'f16' }, { layout: 'nt' })],
  [
    'bf16, A transposed, batches',
    problemOf({ batch: 3, m: 7, n: 9, k: 21 }, { w: 'bf16', a: 'bf16' }, { layout: 'tn' }),
  ],
  ['mxfp4, experts', problemOf({ m: 13, n: 10, k: 70 }, { w: 'mxfp4', a: 'bf16' }, { groups })],
  ['nvfp4', problemOf({ m: 3, n: 10, k: 70 }, { w: 'nvfp4', a: 'f16' })],
  ['int4', problemOf({ m: 3, n: 10, k: 70 }, { w: 'int4' })],
  // 2.3 rows of 4096 texels for B.
  ['more texels than a row holds', problemOf({ m: 2, n: 61, k: 617 }, {}, { layout: 'nt', bias: true })],
];

describe('operands as textures', () => {
  it.each(CASES)('give the answer that buffers give, bit for bit: %s', { timeout: 60_000 }, async (_what, problem) => {
    await trial(session(), program(textured, problem), problem);
    const fed = await valuesOf(session(), program(textured, problem), problem);
    expect(fed).toEqual(await valuesOf(session(), program(buffered, problem), problem));
  });

  it('tell what filling them takes, from every operand set', async () => {
    const problem = problemOf({ m: 8, n: 64, k: 64 });
    const operands = await session().allocate({ problem, seed: 1, distribution: 'normal', sets: 3 });
    const points = [{ row: 7, col: 63 }];
    const plain = await session().prepare({ kind: 'wgsl', program: program(buffered, problem) }, operands);
    expect(plain.textureFillSeconds).toBeUndefined();
    await plain.launch({ repeats: 1, firstSet: 0 });
    const fed = await session().prepare({ kind: 'wgsl', program: program(textured, problem) }, operands);
    expect(fed.textureFillSeconds?.a).toBeGreaterThan(0);
    expect(fed.textureFillSeconds?.b).toBeGreaterThan(0);
    for (const firstSet of [0, 1, 2]) {
      await fed.poison();
      await fed.launch({ repeats: 1, firstSet });
      expect(await fed.read(points)).toEqual(await plain.read(points));
    }
    for (const thing of [plain, fed, operands]) thing.dispose();
  });

  it('are refused where a texture cannot be as large', async () => {
    const { session: narrow } = await openWebGpu({ adapter: 'auto', limits: { maxTextureDimension2D: 2 } });
    const problem = problemOf({ m: 8, n: 64, k: 64 });
    const operands = await narrow.allocate({ problem, seed: 1, distribution: 'normal', sets: 1 });
    const made = program(textured, problem);
    await expect(narrow.prepare({ kind: 'wgsl', program: made }, operands)).rejects.toMatchObject({
      reason: 'unsupported',
      message: 'an operand as a texture needs 4096 × 1 texels; this device allows 2 (maxTextureDimension2D)',
    });
    operands.dispose();
    await narrow.dispose();
  });
});
