import { describe, expect, it } from 'vitest';
import { sessionOfAll } from '../engine/webgpu/testdata/session.ts';
import type { Program } from './program.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { findKernel } from './set/set.ts';
import { problemOf, valuesOf } from './testdata/trial.ts';

const COLUMNS = 21;
/** Three lanes along k, one of which takes two strips. */
const K = 320;
const CHOICES = [
  { tile: { m: 1, n: 8, k: 256 }, thread: { m: 1, n: 2 } },
  // Two groups of columns; the second reaches beyond C.
  { tile: { m: 1, n: 32, k: 256 }, thread: { m: 1, n: 16 } },
] as const;

const set = await loadKernels('kernels');
const session = sessionOfAll('embedded');

/** The program with NaN in place of the scale at `byte`. */
function withNan({ code, ...program }: Program, byte: number, nan: number): Program {
  const read = /scales\[(spot(?:\.x)? \+ \(ahead >> 2u\))\]/g;
  const changed = code.replace(read, (word, index: string) => {
    const bits = `${nan}u << ${8 * (byte % 4)}u`;
    return `(${word} | select(0u, ${bits}, (${index}) == ${byte >> 2}u))`;
  });
  expect(changed).not.toBe(code);
  return { ...program, code: changed };
}

describe.each([
  { w: 'mxfp4', block: 32, nan: 0xff },
  { w: 'nvfp4', block: 16, nan: 0x7f },
] as const)('strips of $w', ({ w, block, nan }) => {
  it.each(CHOICES)(
    'make NaN of a column with such a scale, wherever it stands, and of no other',
    async (choice) => {
      const problem = problemOf({ m: 1, n: COLUMNS, k: K }, { w });
      const served = serve(findKernel(set, `${w}-strip`), problem, session().facts, choice);
      if ('reason' in served) throw new Error(served.reason);
      const plain = await valuesOf(session(), served.program, problem);
      const row = K / block;
      const places = [
        [0, 1],
        [COLUMNS - 1, row - 1],
      ] as const;
      for (const [column, at] of places) {
        const values = await valuesOf(session(), withNan(served.program, column * row + at, nan), problem);
        expect([...values]).toEqual([...plain].map((value, i) => (i === column ? Number.NaN : value)));
      }
    },
    180_000,
  );
});
