/** The start page: one line a machine, found by typing its name. */

import { type Child, element } from '../../report/document/markup.ts';
import { bytesPerSecond, counted, flopPerSecond } from '../../report/si.ts';
import { type Atlas, headlinesOf, kernelOf, type Latest, measuredOf, type Place } from '../atlas.ts';
import { failedCases } from '../failures.ts';
import { wordsFor } from '../filter-field.ts';
import { machinePath } from '../paths.ts';
import { placeName } from '../rows.ts';
import { type Made, type Page, renderPage } from '../shell.ts';
import { badge, type Column, p, quiet, section, View, verdictMark } from '../view.ts';
import { newestChanges } from './all-changes.ts';
import { standingOf } from './standing.ts';

export function startPage(atlas: Atlas, made: Made): string {
  const view = new View('index.html');
  const { places } = atlas;
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      `Matrix multiplication on WebGPU, measured on ${counted(places.length, 'machine')}: rates with intervals, what changed, and which kernels are wrong where.`,
    ),
    element(
      'p',
      { class: 'field', id: 'search', hidden: '', 'data-words': filtersOf(places) },
      element('label', { for: 'gpu' }, 'Your GPU'),
      element('input', { id: 'gpu', type: 'search', autocomplete: 'off', placeholder: 'RTX 4090, M4, Radeon …' }),
      element('span', { id: 'found', class: 'quiet small', role: 'status' }),
    ),
    places.length === 0 && p('There is no record yet.'),
    element(
      'div',
      { id: 'machines' },
      view.table(columns(view, atlas), places, { caption: 'The machines measured last come first.' }),
    ),
    newestChanges(atlas, view),
    section(
      'Your GPU is missing?',
      p(
        view.link('measure.html', 'Measure it in this browser'),
        ' in half a minute, or run ',
        element('code', {}, 'npx shapemark contribute'),
        ' for numbers that can be reproduced.',
      ),
    ),
    quiet('A rate is the best of its kind on that machine. The page of a machine has every case, with its interval.'),
    view.terms(),
  ];
  const page: Page = {
    path: 'index.html',
    title: 'shapemark',
    description: 'What is fast on your GPU: matrix multiplication on WebGPU, with intervals, history and correctness.',
    scripts: ['start'],
    main,
    made,
  };
  return renderPage(page);
}

/** What lines of machines' pages are found by, for the search: suites, phases, kernels, formats and their bits. */
function filtersOf(places: readonly Place[]): string {
  const rows = places.flatMap(measuredOf).map(({ row }) => row);
  const parts = rows.flatMap((row) => [row.suite, row.phase, kernelOf(row)]);
  return [...new Set([...parts, ...wordsFor(rows.map(({ format }) => format.w)).split(' ')])].join(' ').toLowerCase();
}

function columns(view: View, atlas: Atlas): Column<Place>[] {
  const headlines = new Map(atlas.places.map((place) => [place, headlinesOf(place)]));
  const of = (place: Place, name: 'wide' | 'half' | 'decode') => headlines.get(place)?.[name];
  const rate = (one: Latest | undefined) =>
    one?.row.status === 'measured' ? flopPerSecond(one.row.summary.flopPerSecond) : '–';
  return [
    {
      title: 'machine',
      row: true,
      cell: (place) => placeName(view, place),
    },
    { metric: 'wide', cell: (place) => rate(of(place, 'wide')) },
    { metric: 'half', cell: (place) => rate(of(place, 'half')) },
    {
      metric: 'decode',
      cell: (place) => {
        const best = of(place, 'decode');
        return best ? bytesPerSecond(best.row.summary.bytesPerSecond) : '–';
      },
    },
    {
      metric: 'verdict',
      text: true,
      cell: (place) => {
        const { found, otherwise, cases } = standingOf(atlas, place);
        if (found.length === 0) return verdictMark(otherwise);
        const told = found.map(({ verdict, count }, i) => [i > 0 && ', ', countOf(place, verdict, count, view)]);
        return [told, ` of ${cases}`];
      },
    },
    { metric: 'updated', cell: ({ head }) => head.startedAt.slice(0, 10) },
    { metric: 'tier', text: true, cell: ({ tier }) => badge(tier) },
  ];
}

/** `✕ failed 5`, leading to those cases. */
function countOf(place: Place, verdict: string, count: number, view: View): Child {
  const anchor = verdict === 'failed' && failedCases(place).length > 0 ? 'failed' : 'changed';
  return view.link(`${machinePath(place.machine)}#${anchor}`, verdictMark(verdict), ` ${count}`);
}
