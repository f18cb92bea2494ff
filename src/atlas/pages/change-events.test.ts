import { describe, expect, it } from 'vitest';
import { atlasOf, changeOf, MADE, measured, placeOf, rowsIn, seriesOf } from '../testdata/places.ts';
import { View } from '../view.ts';
import { allChangesPage, newestChanges } from './all-changes.ts';
import { changeEvents } from './change-events.ts';
import { changeGroups, timeText } from './change-groups.ts';

const [OLD, NEW] = ['20260901T000000Z-aaaaaaaa', '20261001T000000Z-bbbbbbbb'];
const [q, k] = ['q', 'k'].map((name) => measured({ name })) as [never, never];
const places = ['One', 'Two', 'Third'].map((title) => placeOf(`${title} GPU`, [q, k]));
const [one, two, third] = places as [never, never, never];
const driver = { cause: 'driver 1 → 2', causes: ['driver 1 → 2'] };
const [own, other] = ['b'.repeat(40), 'c'.repeat(40)];
const atlas = atlasOf(places, [
  // A driver, on different days, and one case that a commit made faster.
  seriesOf(one, q, { changes: [changeOf(NEW, 1.1, { ...driver, at: own }), changeOf(OLD, 0.92)] }),
  seriesOf(one, k, { changes: [changeOf(NEW, 1.2, { ...driver, at: own })] }),
  seriesOf(two, q, { changes: [changeOf(OLD, 1.3, driver), changeOf(NEW, 0.92, { at: other })] }),
  seriesOf(third, q, { changes: [changeOf(NEW, 0.9, { at: other })] }),
  seriesOf(third, k, { changes: [changeOf(OLD, 1.1, { at: null })] }),
]);

describe('changes with one likely cause', () => {
  const events = changeEvents(changeGroups(atlas));

  it('are one event in each direction, whatever machine and day; without a cause each is its own', () => {
    expect(events.map(({ direction, groups, cases }) => [direction, groups.length, cases.length])).toEqual([
      ['slower', 2, 3],
      ['slower', 1, 1],
      ['faster', 2, 2],
      ['faster', 1, 1],
    ]);
  });

  it('have a line with days, cases and the range of time, and the machines behind', () => {
    const page = allChangesPage(atlas, MADE);
    const slower = page.slice(page.indexOf('id="slower"'), page.indexOf('id="faster"'));
    const [first, second] = rowsIn(slower, 'The newest changes first');
    expect(first?.slice(0, 5)).toEqual([
      '2 machinesOne GPU, Vulkan · Linux 2026-10-01: 2 cases, takes 10 % to 20 % longerTwo GPU, Vulkan · Linux 2026-09-01: 1 case, takes 30 % longer',
      ...['2026-09-01 to 2026-10-01', '▼ slower', '3', 'takes 10 % to 30 % longer'],
    ]);
    // The commits differ, so that none is named.
    expect(first?.[6]).toBe('driver 1 → 2');
    expect(second?.[0]).toBe('Third GPU, Vulkan · Linux');
  });

  it('are chosen by direction without a script', () => {
    const page = allChangesPage(atlas, MADE);
    const links = [...page.matchAll(/<a href="#(\w+)">((?:all )?\d+(?: \w+)?)<\/a>/g)].map(([, ...parts]) => parts);
    expect(links).toEqual([
      ['changes', 'all 4'],
      ['slower', '2 slower'],
      ['faster', '2 faster'],
    ]);
  });

  it('lead from the start page to the list of machines', () => {
    const html = String((newestChanges(atlas, new View('index.html')) as { markup: string }).markup);
    expect(html).toContain('<a href="changes.html#slower">2 machines</a>');
    expect(html).not.toContain('<details');
  });
});

describe('the time of a change', () => {
  it('is said in words', () => {
    expect(timeText([{ ratio: 1.08 }])).toBe('takes 8.0 % longer');
    expect(timeText([{ ratio: 0.92 }, { ratio: 0.95 }])).toBe('takes 5.0 % to 8.0 % less time');
  });
});
