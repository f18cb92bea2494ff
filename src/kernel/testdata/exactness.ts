/** Small problems of all layouts and formats of weights, on which every kernel is tried whole. */
import { describe, expect, it } from 'vitest';
import { sessionOfAll } from '../../engine/webgpu/testdata/session.ts';
import { asScaled } from '../../gemm/formats/registry.ts';
import { pairRefusal } from '../../gemm/formats/scale.ts';
import { hash, keysOf } from '../../gemm/generator.ts';
import type { Problem } from '../../gemm/problem.ts';
import { serve } from '../select/serve.ts';
import type { Dimension, Kernel, KernelSet } from '../set/kernel.ts';
import { problemOf, stepOf, trial, triedElsewhere } from './trial.ts';

/** A fixed sequence of choices, so that a failure repeats. */
function chooser(seed: number) {
  const keys = keysOf(seed, 0);
  let index = 0;
  return <T>(options: readonly T[]): T => options[hash(keys, index++) % options.length] as T;
}
type Choose = ReturnType<typeof chooser>;

/** Sizes on and off vector and block boundaries; k decides alignment for nt, n for nn, m for tn. */
const ALIGNED = { m: [8, 16], n: [8, 24, 40], k: [32, 64, 96] };
const RAGGED = { m: [1, 2, 3, 5, 13, 19], n: [1, 3, 21, 38], k: [1, 7, 31, 34, 45, 77] };

/** One problem for each layout and format of weights. */
function problemsOf(kernel: Kernel, choose: Choose): Problem[] {
  const { formats, layouts } = kernel;
  const step = stepOf(kernel);
  return layouts.flatMap((layout) =>
    formats.w
      .filter((w) => layout === 'nt' || !asScaled(w))
      .map((w, i) => {
        const sizes = (i + layouts.indexOf(layout)) % 2 === 0 ? RAGGED : ALIGNED;
        const shape = { m: choose(sizes.m), n: choose(sizes.n), k: step * Math.ceil(choose(sizes.k) / step) };
        const a = choose(formats.a.filter((a) => pairRefusal({ w, a }) === undefined));
        const format = { w, a, acc: choose(formats.acc), out: choose(formats.out) };
        const bias = kernel.bias && choose([true, false]);
        const kind = choose(['plain', 'batch', ...(layout.startsWith('t') ? [] : ['groups'])]);
        if (kind === 'batch' && kernel.batched) return problemOf({ ...shape, batch: 3 }, format, { layout, bias });
        if (kind !== 'groups' || !kernel.grouped) return problemOf(shape, format, { layout, bias });
        const rows = [choose([0, 1, 4]), choose([0, 5]), choose([1, 3, 9])];
        const m = rows.reduce((sum, count) => sum + count, 0);
        return problemOf({ ...shape, m }, format, { layout, bias, groups: { experts: 3, rows } });
      }),
  );
}

function titleOf({ shape: { batch, m, n, k }, layout, format, groups, bias }: Problem): string {
  const many = groups ? ` rows ${groups.rows.join('+')}` : batch > 1 ? ` batch ${batch}` : '';
  return `${m}×${n}×${k}${many} ${layout} ${Object.values(format).join('·')}${bias ? ' bias' : ''}`;
}

/** The smallest tiles: small problems then have several, and devices that compile slowly have less to compile. */
function smallest(kernel: Kernel) {
  const { tile, thread } = kernel;
  const few = thread.m.values.includes(2) ? 2 : (thread.m.values[0] ?? 1);
  const m = tile.m.values.find((value) => value >= few) ?? 1;
  return { tile: { m, ...free('n', tile.n), ...free('k', tile.k) }, thread: { m: few, n: thread.n.values[0] ?? 1 } };
}

/** Unless the size is derived from the device. */
function free(name: 'n' | 'k', { values: [least = 1], derived }: Dimension) {
  return derived ? {} : { [name]: least };
}

/**
 * Tests that kernels compute every element of C right.
 *
 * @param taken kernels of `set`; the problems of a kernel are the same whichever others are taken
 */
export function describeExactness(set: KernelSet, taken: readonly Kernel[]): void {
  const session = sessionOfAll();

  describe.each(taken)('$name', (kernel) => {
    const problems = problemsOf(kernel, chooser(set.kernels.indexOf(kernel)));
    const titled = problems.map((problem) => [titleOf(problem), problem] as const);

    it.for(titled)('is exact on %s', { timeout: 300_000 }, async ([, problem], { skip }) => {
      const elsewhere = triedElsewhere(kernel, session().facts);
      if (elsewhere !== undefined) return skip(elsewhere);
      const served = serve(kernel, problem, session().facts, smallest(kernel));
      if ('reason' in served) {
        expect(served.reason).toMatch(/which this device lacks|is for SUBGROUP_/);
        return skip(served.reason);
      }
      await trial(session(), served.program, problem);
    });
  });
}

/** The first kernel of each file, and the others, whose texts differ from it by the format of the weights alone. */
export function byFile({ kernels }: KernelSet): { firsts: Kernel[]; others: Kernel[] } {
  const isFirst = ({ file }: Kernel, i: number) => kernels.findIndex((other) => other.file === file) === i;
  return { firsts: kernels.filter(isFirst), others: kernels.filter((kernel, i) => !isFirst(kernel, i)) };
}
