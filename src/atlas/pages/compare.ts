/** Two machines or two commits beside each other: a small script reads the data of both. Without it, all machines beside one. */
import { formatOf, WEIGHT_FORMATS } from '../../gemm/formats/registry.ts';
import type { Row } from '../../record/row.ts';
import { type Attributes, type Child, element } from '../../report/document/markup.ts';
import { type Atlas, type Place, problemOf } from '../atlas.ts';
import { type Made, renderPage } from '../shell.ts';
import { titleOf } from '../site/case-title.ts';
import { code, p, section, sectionAt, View } from '../view.ts';
import { type Beside, besideOne, labelOf } from './beside.ts';

export function comparePage(atlas: Atlas, beside: Beside, made: Made): string {
  const { places } = atlas;
  const view = new View('compare.html');
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'Two machines, or one machine twice for two of its runs: how fast B is relative to A, case by case.',
    ),
    choices(places),
    element('div', { id: 'listed', hidden: '' }, section('Case by case', element('div', { id: 'result' }))),
    section(
      'How to read it',
      p(
        'Every case has one number, ',
        view.term('ratio'),
        ': above 1 B is faster. Beside it the ',
        view.term('rate', 'rates'),
        ' or, of two runs, ',
        view.term('time', 'times'),
        ', the ',
        view.term('kernel', 'kernels'),
        ' that were the fastest, and whether the ',
        view.term('apart'),
        ' are apart. Many cases are put together by their ',
        view.term('meanRatio'),
        '.',
      ),
      p(
        'Open is a case whose intervals overlap, or have none: it counts neither as faster nor as slower. Equal cases of several suites count once.',
      ),
      p('Two runs are medians of single runs, which is no verdict: ', code('shapemark compare A B'), ' gives one.'),
    ),
    sectionAt('beside', 'All machines beside one', ...besideOne(beside, view)),
    view.terms(),
  ];
  const shows = [...new Set(places.flatMap(({ latest }) => latest.map(({ row }) => row)).flatMap(shownAs))];
  return renderPage({ path: 'compare.html', title: 'Compare', scripts: ['compare'], shows, main, made });
}

/** Texts that the script makes of a case. */
const shownAs = (row: Row): string[] => [titleOf(problemOf(row)), row.phase];

/** Hidden until there is a script. By name, so that the systems of one GPU stand beside each other; the first two places at first. */
function choices(places: readonly Place[]): Child {
  const named = places
    .map((place) => ({ place, label: labelOf(place) }))
    .sort((one, other) => one.label.localeCompare(other.label, 'en', { numeric: true }));
  const options = (first: Place | undefined) =>
    named.map(({ place, label }) =>
      element('option', { value: place.machine, ...(place === first && { selected: '' }) }, label),
    );
  const choice = (id: string, text: string, inner: Child, more: Attributes = {}) =>
    element(
      'span',
      { class: 'choice' },
      element('label', { for: id }, text),
      element('select', { id, ...more }, inner),
    );
  const bits = Object.fromEntries(WEIGHT_FORMATS.map((name) => [name, formatOf(name).bits]));
  return element(
    'div',
    { id: 'compare', hidden: '' },
    element(
      'p',
      { class: 'field' },
      choice('a', 'A', options(places[0])),
      choice('b', 'B', options(places[1])),
      element('button', { id: 'swap', type: 'button' }, 'Swap'),
    ),
    element(
      'p',
      { class: 'field', id: 'commits', hidden: '' },
      choice('run-a', 'A: run', []),
      choice('run-b', 'B: run', []),
    ),
    element(
      'p',
      { class: 'field' },
      choice('suite', 'suite', []),
      choice('phase', 'phase', []),
      choice('format', 'weights', [], { 'data-bits': JSON.stringify(bits) }),
      choice('kernel', 'kernel', []),
      element(
        'span',
        { class: 'choice' },
        element('label', { for: 'words' }, 'words'),
        element('input', { id: 'words', type: 'search', autocomplete: 'off', placeholder: 'o_proj 1x2880 …' }),
      ),
    ),
    element('p', { id: 'summary', role: 'status' }),
  );
}
