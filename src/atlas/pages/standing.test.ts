import { describe, expect, it } from 'vitest';
import { atlasOf, changeOf, failed, MADE, measured, placeOf, rowsIn, seriesOf } from '../testdata/places.ts';
import { machinePage } from './machine.ts';
import { standingOf } from './standing.ts';
import { startPage } from './start.ts';

const RUN = '20261001T000000Z-bbbbbbbb';
const rows = ['q', 'k', 'v', 'o', 'up'].map((name) => measured({ name }));
const wrong = ['bad', 'worse'].map((name) => failed({ name }, 'wrong-answer', 'beyond the budget'));
/** The same case of another suite. */
const again = failed({ suite: 'gate', name: 'bad' }, 'wrong-answer', 'beyond the budget');
const place = placeOf('One GPU', [...rows, ...wrong, again]);
const slower = { verdict: 'slower' as const, changes: [changeOf(RUN, 1.1)] };
const atlas = atlasOf(
  [place],
  [
    ...rows.map((row, i) => seriesOf(place, row, i < 4 ? slower : {})),
    // One of the failed cases has never had a number, so that it has no history.
    ...wrong.slice(0, 1).map((row) => seriesOf(place, row, { verdict: 'failed' })),
  ],
);
const machine = machinePage(atlas, place, MADE);

describe('what is said of a machine', () => {
  it('counts failed cases as its list of them does, with a history or without', () => {
    const { found, cases } = standingOf(atlas, place);
    expect(found).toEqual([
      { verdict: 'failed', count: 2 },
      { verdict: 'slower', count: 4 },
    ]);
    expect(cases).toBe(7);
    expect(rowsIn(machine, 'Cases without a number')).toHaveLength(2);
    expect(machine).toContain('2 cases gave no number');
  });

  it('is on the start page with each count, leading to those cases', () => {
    const start = startPage(atlas, MADE);
    expect(rowsIn(start, 'The machines measured last')[0]?.[4]).toBe('✕ failed 2, ▼ slower 4 of 7');
    expect(start).toMatch(/one-gpu\.html#failed"><span class="bad">✕ failed<\/span> 2/);
  });

  it('lists as many slower cases one by one as it counts, where lines of other pages lead to', () => {
    expect(rowsIn(machine, 'slower since 2026-10-01')).toHaveLength(4);
    expect(machine).toContain('4 cases slower since 2026-10-01, one by one');
    expect(machine).toContain(`<div id="slower-${RUN}">`);
    expect(startPage(atlas, MADE)).toMatch(new RegExp(`one-gpu\\.html#slower-${RUN}">1 more case<`));
  });

  it('is that nothing is judged where no record can be, and still what failed', () => {
    const { found, otherwise, sentence } = standingOf(atlasOf([place]), place);
    expect([found, otherwise]).toEqual([[{ verdict: 'failed', count: 2 }], 'not judged']);
    expect(sentence).toContain('2 failed, of 7 different cases');
  });
});
