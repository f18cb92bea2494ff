import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../engine/port.ts';
import { openWebGpu } from '../engine/webgpu/open.node.ts';
import { decode, encode, F16 } from '../gemm/formats/minifloat.ts';
import { asScaled } from '../gemm/formats/registry.ts';
import { pairRefusal } from '../gemm/formats/scale.ts';
import { hash, keysOf } from '../gemm/generator.ts';
import type { Problem } from '../gemm/problem.ts';
import { serve } from './select/serve.ts';
import type { Dimension, Kernel } from './set/kernel.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { expectEverywhere, problemOf, trial, triedElsewhere, valuesOf } from './testdata/trial.ts';

const set = await loadKernels('kernels');
let session: Session;

beforeAll(async () => {
  ({ session } = await openWebGpu({ adapter: 'auto', yieldCpu: false }));
});
afterAll(() => session.dispose());

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

function problemsOf(kernel: Kernel, choose: Choose): Problem[] {
  const { formats, layouts } = kernel;
  return layouts.flatMap((layout) =>
    formats.w
      .filter((w) => layout === 'nt' || !asScaled(w))
      .map((w, i) => {
        const sizes = (i + layouts.indexOf(layout)) % 2 === 0 ? RAGGED : ALIGNED;
        const shape = { m: choose(sizes.m), n: choose(sizes.n), k: choose(sizes.k) };
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
  return {
    tile: { m, ...free('n', tile.n), ...free('k', tile.k) },
    thread: { m: few, n: thread.n.values[0] ?? 1 },
  };
}

/** Unless the size is derived from the device. */
function free(name: 'n' | 'k', { values: [least = 1], derived }: Dimension) {
  return derived ? {} : { [name]: least };
}

describe.each(set.kernels)('$name', (kernel) => {
  const problems = problemsOf(kernel, chooser(set.kernels.indexOf(kernel)));
  const titled = problems.map((problem) => [titleOf(problem), problem] as const);

  it.for(titled)('is exact on %s', { timeout: 300_000 }, async ([, problem], { skip }) => {
    const elsewhere = triedElsewhere(kernel, session.facts);
    if (elsewhere !== undefined) return skip(elsewhere);
    const served = serve(kernel, problem, session.facts, smallest(kernel));
    if ('reason' in served) {
      expect(served.reason).toMatch(/which this device lacks|is for SUBGROUP_/);
      return skip(served.reason);
    }
    await trial(session, served.program, problem);
  });
});

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
