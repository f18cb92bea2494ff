import { describe, expect, it } from 'vitest';
import { sessionOfAll } from '../../src/engine/webgpu/testdata/session.ts';
import { serve } from '../../src/kernel/select/serve.ts';
import { loadKernels } from '../../src/kernel/set/load.node.ts';
import { triedElsewhere } from '../../src/kernel/testdata/trial.ts';
import { check, cloudOf, describe as lineOf, SIBLINGS } from './cloud.ts';

const set = await loadKernels('kernels');
const session = sessionOfAll();

const SEED = 20_261;

describe('the correctness cloud', () => {
  it('is the same again, member by member and in any order', () => {
    const { member } = cloudOf(set, session().facts, SEED);
    const indices = [0, 5, 200, 1_999];
    const lines = indices.map((index) => lineOf(member(index)));
    const again = [...indices].reverse().map((index) => lineOf(member(index)));
    expect(again.reverse()).toEqual(lines);
    expect(lines).not.toEqual(indices.map((index) => lineOf(cloudOf(set, session().facts, SEED + 1).member(index))));
  });

  it('reaches every kernel with every weight format in one round, layouts and kinds in a few', () => {
    const { lines, member } = cloudOf(set, session().facts, SEED);
    const runs = set.kernels.filter((kernel) => lines.some((line) => line.kernel === kernel));
    // The others need a feature, or subgroups of another width.
    expect(runs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(set.kernels.filter(({ requires }) => requires.length === 0).map(({ name }) => name)),
    );
    const names = (of: typeof lines) => of.map(({ kernel, w }) => `${kernel.name} ${w}`);
    expect(names(lines)).toEqual(runs.flatMap((kernel) => names(kernel.formats.w.map((w) => ({ kernel, w })))));
    const round = lines.map((_, index) => member(index * SIBLINGS));
    expect(names(round.map(({ kernel, problem }) => ({ kernel, w: problem.format.w })))).toEqual(names(lines));
    const members = Array.from({ length: 24 * lines.length }, (_, index) => member(index * SIBLINGS));
    for (const kernel of runs) {
      const own = members.filter((one) => one.kernel === kernel).map(({ problem }) => problem);
      expect([...new Set(own.map(({ layout }) => layout))].sort(), kernel.name).toEqual([...kernel.layouts].sort());
      expect(
        own.some(({ groups }) => groups !== undefined),
        kernel.name,
      ).toBe(kernel.grouped);
      expect(
        own.some(({ shape }) => shape.batch > 1),
        kernel.name,
      ).toBe(kernel.batched);
    }
  });

  it('compiles once for siblings', () => {
    const { member } = cloudOf(set, session().facts, SEED);
    for (const first of [0, SIBLINGS, 7 * SIBLINGS]) {
      const programs = Array.from({ length: SIBLINGS }, (_, i) => {
        const { kernel, problem, choice } = member(first + i);
        const served = serve(kernel, problem, session().facts, choice);
        return 'program' in served ? served.program.code : served.reason;
      });
      expect(new Set(programs).size).toBe(1);
    }
  });

  it('is right in a slice of it', { timeout: 300_000 }, async () => {
    const kernels = set.kernels.filter((kernel) => triedElsewhere(kernel, session().facts) === undefined);
    const { member } = cloudOf({ ...set, kernels }, session().facts, SEED);
    for (let i = 0; i < 100; i++) {
      // Four of each family: the more families, the more kernels.
      const one = member(SIBLINGS * Math.floor(i / 4) + (i % 4));
      await check(session(), one).catch((error: unknown) => {
        throw new Error(lineOf(one), { cause: error });
      });
    }
  });
});
