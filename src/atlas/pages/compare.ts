/** Two machines or two commits beside each other: a small script reads the data of both. Without it, all machines beside one. */
import { formatOf, WEIGHT_FORMATS } from '../../gemm/formats/registry.ts';
import type { MeasuredRow, Row } from '../../record/row.ts';
import { type Attributes, type Child, element } from '../../report/document/markup.ts';
import { type Atlas, fastestFirst, type Latest, measuredOf, type Place, problemOf } from '../atlas.ts';
import { isCold, isOneRow, ONE_ROW_TEXT } from '../one-row.ts';
import { placeName } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { titleOf } from '../site/case-title.ts';
import { geomean, workOf } from '../site/compare-data.ts';
import { type Column, code, p, quiet, section, View } from '../view.ts';

export function comparePage(atlas: Atlas, made: Made): string {
  const { places } = atlas;
  const view = new View('compare.html');
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'Two machines, or one machine twice for two of its runs: how fast B is relative to A, case by case.',
    ),
    choices(places),
    section('All machines beside one', ...besideOne(places, view)),
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
    view.terms(),
  ];
  const shows = [...new Set(places.flatMap(({ latest }) => latest.map(({ row }) => row)).flatMap(shownAs))];
  return renderPage({ path: 'compare.html', title: 'Compare', scripts: ['compare'], shows, main, made });
}

/** Texts that the script makes of a case. */
const shownAs = (row: Row): string[] => [titleOf(problemOf(row)), row.phase];

/** Hidden until there is a script. */
function choices(places: readonly Place[]): Child {
  const options = places.map(({ machine, title, where }) =>
    element('option', { value: machine }, `${title} · ${where}`),
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
      choice('a', 'A', options),
      choice('b', 'B', options),
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
        element('input', { id: 'words', type: 'search', autocomplete: 'off', placeholder: 'o_proj m=1 …' }),
      ),
    ),
    element('p', { id: 'summary', role: 'status' }),
  );
}

interface Group {
  readonly title: string;
  readonly holds: (row: MeasuredRow) => boolean;
}

/** What is limited by the same thing: rows and bits of weights. */
const GROUPS: readonly Group[] = [true, false].flatMap((isOne) =>
  [4, 8, 16, 32].map((bits) => ({
    title: `${bits}-bit, ${isOne ? '1 row' : 'more'}`,
    holds: (row: MeasuredRow) => isOneRow(row) === isOne && isCold(row) && formatOf(row.format.w).bits === bits,
  })),
);

type Best = ReadonlyMap<string, Latest<MeasuredRow>>;

/** The fastest row of each piece of work, which several suites may ask for. */
function bestOf(place: Place): Best {
  const best = new Map<string, Latest<MeasuredRow>>();
  for (const one of fastestFirst(measuredOf(place))) {
    const work = workOf(problemOf(one.row));
    if (!best.has(work)) best.set(work, one);
  }
  return best;
}

/** Every machine relative to the one with the most cases; the ratio of any two is that of their numbers, where cases are the same. */
function besideOne(places: readonly Place[], view: View): Child[] {
  const best = new Map(places.map((place) => [place, bestOf(place)]));
  const [reference] = [...places].sort((a, b) => (best.get(b)?.size ?? 0) - (best.get(a)?.size ?? 0));
  if (!reference || places.length < 2) return [p('There are no two machines to compare yet.')];
  const own = best.get(reference) ?? new Map();
  const groups = GROUPS.filter(({ holds }) => [...own.values()].some(({ row }) => holds(row)));
  const columns = groups.map(({ title, holds }): Column<Place> => {
    const problems = [...own].filter(([, { row }]) => holds(row));
    return { metric: 'meanRatio', title, cell: (place) => meanText(problems, best.get(place) ?? new Map()) };
  });
  return [
    quiet(
      'The ',
      view.term('meanRatio'),
      ` of the rates of B over those of A, where A is ${reference.title}, ${reference.where}; by bits of the weights and rows of activations, over the cases that both have measured, each once however many suites have it, with operands that no cache holds. ${ONE_ROW_TEXT}`,
    ),
    view.table<Place>([{ title: 'machine', row: true, cell: (place) => placeName(view, place) }, ...columns], places, {
      caption: `Rates relative to ${reference.title}`,
    }),
  ];
}

function meanText(problems: readonly (readonly [string, Latest<MeasuredRow>])[], theirs: Best): string {
  const ratios = problems.flatMap(([problem, { row }]) => {
    const other = theirs.get(problem);
    return other ? [row.summary.medianSeconds / other.row.summary.medianSeconds] : [];
  });
  return ratios.length === 0 ? '–' : `${geomean(ratios).toFixed(2)}×`;
}
