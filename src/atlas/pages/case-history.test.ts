import { describe, expect, it } from 'vitest';
import { element } from '../../report/document/markup.ts';
import { Verdicts } from '../atlas.ts';
import { problemsBySuite } from '../problems.ts';
import { atlasOf, changeOf, MADE, measured, placeOf, rowsIn, seriesOf } from '../testdata/places.ts';
import { View } from '../view.ts';
import { historyPages, historySection } from './case-history.ts';

const RUN = '20261001T000000Z-abc00000';

/** A case on so many machines, the first of which moved. */
function history(machines: number, moved: number) {
  const row = measured({});
  const places = Array.from({ length: machines }, (_, i) => placeOf(`GPU ${i}`, [row]));
  const slower = { verdict: 'slower' as const, reason: 'slower for 9 points', changes: [changeOf(RUN, 1.2)] };
  const series = places.map((place, i) => seriesOf(place, row, i < moved ? slower : {}));
  const atlas = atlasOf(places, series);
  const [problem] = problemsBySuite(atlas).get('quick') ?? [];
  if (!problem) throw new Error('expected a problem');
  const verdicts = new Verdicts(atlas);
  const view = new View('case/x.html');
  const html = element('div', {}, historySection(atlas, problem, verdicts, view)).markup;
  return { html, pages: historyPages(atlas, problem, verdicts, MADE) };
}

describe('histories that are not drawn', () => {
  it('are a list with what each says', () => {
    const { html, pages } = history(4, 1);
    expect(html).toContain('3 more histories: 3 same');
    expect(rowsIn(html, 'Histories that are not drawn')).toEqual(
      ['gpu-1', 'gpu-2', 'gpu-3'].map((machine) => [machine, 'gemv', 'same', 'within the noise', '30']),
    );
    expect(pages.size).toBe(0);
  });

  it('have pages of their own where they moved and the page of the case is full', () => {
    const { html, pages } = history(20, 19);
    expect([...pages.keys()].map((path) => path.replace(/^.*\//, ''))).toEqual([
      'histories-2.html',
      'histories-3.html',
    ]);
    expect(html).toContain('/histories-2.html">2</a>');
    expect(rowsIn(html, 'Histories that are not drawn').map(([machine]) => machine)).toEqual(['gpu-19']);
    expect([...pages.values()][1]).toContain('page 3 of 3');
  });
});
