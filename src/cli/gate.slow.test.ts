/** A loop planted in each kernel in turn: the gate is red, or says by name what it cannot measure here. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NAMES, PLANT, rowsOf, Sides, SLOW, sharing } from './testdata/sides.ts';

let sides: Sides;
beforeEach(() => {
  sides = new Sides();
});
afterEach(() => sides.dispose());

it.each(NAMES)(
  '%s',
  async (kernel) => {
    sides.append(kernel, PLANT);
    const { exit, document } = await sides.compareJson(SLOW, '--fail-on', 'slower,unmeasured-here');
    expect(exit).toBe(1);
    expect(document.changed).toEqual(sharing(kernel));
    const told = rowsOf(document.cases, kernel);
    expect(told.length).toBeGreaterThan(0);
    const wanted = /-matrix$|^matrix-tile$/.test(kernel) ? 'unmeasured' : 'slower';
    expect(told.map(({ verdict }) => verdict)).toEqual(told.map(() => wanted));
  },
  120_000,
);
