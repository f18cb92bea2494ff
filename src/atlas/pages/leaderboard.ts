/** Machines ranked by the geometric mean over the suite that all of them measure; only reproduced numbers have a rank. */

import { type Child, element } from '../../report/document/markup.ts';
import { flopPerSecond } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import type { Problem } from '../problems.ts';
import { placeName } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { badge, p, section, View } from '../view.ts';

export const SUITE = 'contribution';

export interface Ranked {
  readonly place: Place;
  /** Null where a case is missing. */
  readonly geomean: number | null;
  readonly cases: number;
  /** From 1; null for numbers that nobody has reproduced. */
  readonly rank: number | null;
}

/** The best first; without a rank after those that have one. */
export function rank(places: readonly Place[], problems: readonly Problem[]): Ranked[] {
  const all = places.flatMap((place) => {
    const rates = problems.flatMap(({ found }) => {
      const best = found.find((one) => one.place === place)?.measured[0];
      return best ? [best.row.summary.flopPerSecond] : [];
    });
    if (rates.length === 0) return [];
    const complete = rates.length === problems.length;
    const geomean = complete ? Math.exp(rates.reduce((sum, rate) => sum + Math.log(rate), 0) / rates.length) : null;
    const counts = geomean !== null && (place.tier === 'ci' || place.tier === 'reproduced');
    return [{ place, geomean, cases: rates.length, counts }];
  });
  const by = (a: { geomean: number | null }, b: { geomean: number | null }) => (b.geomean ?? 0) - (a.geomean ?? 0);
  const counted = all.filter(({ counts }) => counts).sort(by);
  const others = all.filter(({ counts }) => !counts).sort(by);
  return [...counted, ...others].map(({ counts, ...one }, i) => ({ ...one, rank: counts ? i + 1 : null }));
}

export function leaderboardPage(atlas: Atlas, problems: readonly Problem[], made: Made): string {
  const view = new View('leaderboard.html');
  const ranked = rank(atlas.places, problems);
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'One number for a machine, over the suite that every contributor measures. It says how fast kernels of this project are there, not how fast the GPU could be.',
    ),
    ranked.length === 0 &&
      p('Nobody has measured the suite yet; ', element('code', {}, 'npx shapemark contribute'), ' does.'),
    view.table<Ranked>(
      [
        { title: 'machine', row: true, cell: ({ place }) => placeName(view, place) },
        { metric: 'rank', cell: ({ rank: number }) => (number === null ? '–' : String(number)) },
        { metric: 'geomean', cell: ({ geomean }) => (geomean === null ? '–' : flopPerSecond(geomean)) },
        { metric: 'cases', cell: ({ cases }) => `${cases} of ${problems.length}` },
        { metric: 'tier', text: true, cell: ({ place }) => badge(place.tier) },
      ],
      ranked,
      {
        caption: 'Reproduced numbers have a rank; others are shown without one',
        rowAttributes: ({ rank: number }) => (number === null ? { class: 'grey' } : {}),
      },
    ),
    section(
      'Get a rank',
      p('Measure a machine that is here with one physical machine only: when two agree, both count.'),
    ),
    view.terms(),
  ];
  return renderPage({ path: 'leaderboard.html', title: 'Leaderboard', main, made });
}
