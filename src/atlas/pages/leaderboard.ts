/** Machines ranked by the geometric mean over the suite that all of them measure; only reproduced numbers have a rank. */
import { type Child, element } from '../../report/document/markup.ts';
import { flopPerSecond } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import { machinePath } from '../paths.ts';
import type { Problem } from '../problems.ts';
import { renderPage } from '../shell.ts';
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

export function leaderboardPage(atlas: Atlas, problems: readonly Problem[], made: string): string {
  const view = new View('leaderboard.html');
  const ranked = rank(atlas.places, problems);
  const heads = [
    element('th', { scope: 'col' }, '#'),
    element('th', { scope: 'col' }, 'machine'),
    view.head('geomean', 'n'),
    view.head('cases', 'n'),
    view.head('tier'),
  ];
  const body = ranked.map(({ place, geomean, cases, rank: number }) =>
    element(
      'tr',
      { class: number === null ? 'grey' : undefined },
      element('td', { class: 'n' }, number === null ? '–' : String(number)),
      element(
        'th',
        { scope: 'row' },
        view.link(machinePath(place.machine), place.title),
        element('br', {}),
        element('span', { class: 'quiet small' }, place.where),
      ),
      element('td', { class: 'n' }, geomean === null ? '–' : flopPerSecond(geomean)),
      element('td', { class: 'n' }, `${cases} of ${problems.length}`),
      element('td', {}, badge(place.tier)),
    ),
  );
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'One number for a machine, over the suite that every contributor measures. It says how fast kernels of this project are there, not how fast the GPU could be.',
    ),
    ranked.length === 0 &&
      p('Nobody has measured the suite yet; ', element('code', {}, 'npx shapemark contribute'), ' does.'),
    ranked.length > 0 &&
      element(
        'div',
        { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Leaderboard' },
        element(
          'table',
          { class: 'wide' },
          element('caption', {}, 'Reproduced numbers have a rank; others are shown without one'),
          element('thead', {}, element('tr', {}, heads)),
          element('tbody', {}, body),
        ),
      ),
    section(
      'Get a rank',
      p('Measure a machine that is here with one physical machine only: when two agree, both count.'),
    ),
    view.terms(),
  ];
  return renderPage({ path: 'leaderboard.html', title: 'Leaderboard', main, made });
}
