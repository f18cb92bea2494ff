import { describe, expect, it } from 'vitest';
import { atlasOf, changeOf, MADE, measured, placeOf, rowsIn, seriesOf } from '../testdata/places.ts';
import { allChangesPage } from './all-changes.ts';
import { changeGroups } from './change-groups.ts';

const [OLD, NEW] = ['20260901T000000Z-aaaaaaaa', '20261001T000000Z-bbbbbbbb'];
const rows = ['q', 'k', 'v', 'o'].map((name) => measured({ name }));
const [one, two] = ['One GPU', 'Two GPU'].map((title) => placeOf(title, rows)) as [never, never];
const [q, k, v, o] = rows as [never, never, never, never];
const driver = { cause: 'driver 1 → 2', causes: ['driver 1 → 2'] };
const atlas = atlasOf(
  [one, two],
  [
    seriesOf(one, q, { verdict: 'slower', changes: [changeOf(NEW, 1.1, driver)] }),
    seriesOf(one, k, { verdict: 'slower', changes: [changeOf(OLD, 0.9), changeOf(NEW, 1.3, driver)] }),
    seriesOf(one, v, {}),
    seriesOf(one, o, { verdict: 'faster', changes: [changeOf(NEW, 0.8)] }),
    seriesOf(two, q, { verdict: 'slower', changes: [changeOf(OLD, 1.5)] }),
  ],
);

describe('changes of all machines', () => {
  it('are one line for cases that moved with the same run, slower first, then the newest', () => {
    const told = changeGroups(atlas).map(({ machine, run, direction, cases }) => [
      machine,
      run,
      direction,
      cases.length,
    ]);
    expect(told).toEqual([
      ['one-gpu', NEW, 'slower', 2],
      ['two-gpu', OLD, 'slower', 1],
      ['one-gpu', NEW, 'faster', 1],
      ['one-gpu', OLD, 'faster', 1],
    ]);
  });

  it('name day, size, cases and likely cause, and lead to the machine in the page of the case', () => {
    const page = allChangesPage(atlas, MADE);
    const [first] = rowsIn(page, 'The newest changes first');
    expect(first?.slice(0, 5)).toEqual([
      'One GPU, Vulkan · Linux',
      '2026-10-01',
      '▼ slower',
      '2',
      'takes 10 % to 30 % longer',
    ]);
    expect(first?.[5]).toBe('k 1×2880×4096 nt f16·f32 gemv; q 1×2880×4096 nt f16·f32 gemv');
    expect(first?.[6]).toContain('driver 1 → 2, commit aaaaaaaa');
    expect(page).toContain('<tr data-words="16-bit f16">');
    expect(page).toMatch(/href="case\/quick\/decode\/k\/[^"]*\.html#one-gpu"/);
  });
});
