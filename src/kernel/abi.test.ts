/** Functions of the prelude beside each other in one kernel, as somebody may call them who writes one. */
import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { sessionOfAll } from '../engine/webgpu/testdata/session.ts';
import { serve } from './select/serve.ts';
import { kernelSet } from './set/set.ts';
import { problemOf, trial } from './testdata/trial.ts';

const session = sessionOfAll('embedded');

/** All ways to the element of A, whose average is the element. */
const WAYS = [
  'load_a(at.matrix, row, k)',
  'load_a4(at.matrix, row, k & 0xfffcu)[k & 3u]',
  'four_a(a_index(at.matrix, row, k & 0xfffcu))[k & 3u]',
  'load_a8(at.matrix, row, k & 0xfff8u).lo[k & 3u] * (1.0 - later) + load_a8(at.matrix, row, k & 0xfff8u).hi[k & 3u] * later',
  'vector_at_a(spot_a(at.matrix, row, at.row_end, 0u) + ahead_a(k & 0xfffcu))[k & 3u]',
  'patch_a(at.matrix, row & 0xfffcu, at.row_end, k & 0xfffcu)[row & 3u][k & 3u]',
  'patch_at_a(spot_a(at.matrix, row & 0xfffcu, at.row_end, 0u) + ahead_a(k & 0xfffcu))[row & 3u][k & 3u]',
];
const NAIVE = readFileSync('kernels/naive.wgsl', 'utf8').replace(
  'sum += load_a(at.matrix, row, k) * load_b(at.matrix, k, col);',
  `let later = f32((k >> 2u) & 1u);
    sum += (${WAYS.join('\n      + ')}) / ${WAYS.length}.0 * load_b(at.matrix, k, col);`,
);
const [kernel] = kernelSet('here', [{ path: 'kernels/naive.wgsl', text: NAIVE }]).kernels;

describe('loads of A beside each other', () => {
  it.each([
    ['f32', 24],
    ['f16', 24],
    ['bf16', 24],
    ['f16', 20],
    ['bf16', 20],
  ] as const)('agree on %s, k = %i', async (a, k) => {
    const problem = problemOf({ m: 12, n: 20, k }, { a });
    if (!kernel) throw new Error('there is no kernel');
    const served = serve(kernel, problem, session().facts);
    if (!('program' in served)) throw new Error(served.reason);
    await trial(session(), served.program, problem);
  });
});
