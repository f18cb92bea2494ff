/** The list of suites, and the searches for a width that machines have stored. */

import type { StoredSearch } from '../../record/beside/search.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { searchChart } from '../../report/search-svg.ts';
import { counted, flopPerSecond, percent } from '../../report/si.ts';
import type { Atlas } from '../atlas.ts';
import { machinePath, suitePath } from '../paths.ts';
import type { Problem } from '../problems.ts';
import { type Made, renderPage } from '../shell.ts';
import { drawing, p, section, View } from '../view.ts';

export function suitesPage(atlas: Atlas, suites: ReadonlyMap<string, readonly Problem[]>, made: Made): string {
  const view = new View('suites.html');
  const searches = atlas.places.flatMap((place) => place.searches.map((found) => ({ place, found })));
  const main: Child[] = [
    element('p', { class: 'lead' }, 'Shapes that models really use, and shapes that show where speed is lost.'),
    view.table(
      [
        { title: 'suite', row: true, cell: ([suite]) => view.link(suitePath(suite), suite) },
        { title: 'shapes', cell: ([, problems]) => String(problems.length) },
        { title: 'phases', cell: ([, problems]) => [...new Set(problems.map(({ row }) => row.phase))].join(', ') },
        {
          title: 'machines',
          cell: ([, problems]) =>
            String(new Set(problems.flatMap(({ found }) => found.map(({ place }) => place))).size),
        },
      ],
      [...suites],
      { caption: 'Suites that somebody has measured' },
    ),
    section(
      'Which d_ff is fast?',
      searches.length === 0 &&
        p(
          'No search for a width is stored yet; ',
          element('code', {}, 'shapemark search --hidden 4096'),
          ' makes one.',
        ),
      searches.map(({ place, found }) => [
        element(
          'h3',
          {},
          `Hidden ${found.hidden}, ${found.tokens} tokens, ${found.format.w}, on `,
          view.link(machinePath(place.machine), place.title),
        ),
        p(found.reason),
        drawing(`Widths for hidden ${found.hidden}`, searchChart(found)),
        searchTable(found, view),
      ]),
    ),
    view.terms(),
  ];
  return renderPage({ path: 'suites.html', title: 'Suites', main, made });
}

function searchTable({ candidates }: StoredSearch, view: View): Child {
  return element(
    'details',
    {},
    element('summary', {}, `All ${counted(candidates.length, 'width')} as a table`),
    view.table(
      [
        { title: 'd_ff', row: true, cell: ({ dFf }) => String(dFf) },
        { title: 'tie group', cell: ({ group }) => String(group + 1) },
        { title: 'divisible by', cell: ({ divisor }) => String(divisor) },
        { metric: 'rate', cell: ({ flopPerSecond: { mlp } }) => flopPerSecond(mlp) },
        {
          metric: 'interval',
          cell: ({ interval }) =>
            interval === null
              ? '–'
              : `±${percent((interval[1] - interval[0]) / 2 / ((interval[1] + interval[0]) / 2))}`,
        },
      ],
      candidates,
      { caption: 'Widths, best time per parameter first' },
    ),
  );
}
