import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { TARGETS } from './targets.ts';

it('damaged files, flags and variables are refused with a sentence', async () => {
  const { inputs, byTarget, troubles } = await fuzz(2000, 1);
  // Time is that of a busy machine here; `npm run eval fuzz` looks at it.
  expect(troubles.filter(({ kind }) => kind !== 'hang')).toEqual([]);
  expect(Object.keys(byTarget).sort()).toEqual(TARGETS.map(({ name }) => name).sort());
  const refused = Object.values(byTarget).reduce((sum, one) => sum + one.refused, 0);
  expect(refused).toBeGreaterThan(inputs / 2);
}, 300_000);
