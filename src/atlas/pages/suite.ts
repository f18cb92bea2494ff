/** A suite: machines × shapes, curves of searches, cliffs. A large one is cut into pages by phase, and by name and format. */
import { cliffsOf } from '../../judge/cliffs.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { counted } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import { type HeatCell, heatLegend, heatTable, OF_FASTEST } from '../heat.ts';
import { casePath, suitePath } from '../paths.ts';
import type { Problem } from '../problems.ts';
import { placeName, rateCell } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { p, quiet, section, View } from '../view.ts';
import { cliffTable } from './cliffs.ts';

/** Cells of a table of machines × shapes that a page can hold. */
const MOST_CELLS = 1800;

/** The pages of a suite, by path. */
export function suitePages(atlas: Atlas, suite: string, problems: readonly Problem[], made: Made): Map<string, string> {
  const parts = cut(problems);
  const path = suitePath(suite);
  const view = new View(path);
  const [only] = parts;
  const pages = new Map<string, string>();
  const list = () =>
    element(
      'ul',
      {},
      parts.map(({ title, problems: own }) =>
        element('li', {}, view.link(suitePath(suite, title), title), ` · ${counted(own.length, 'shape')}`),
      ),
    );
  const shapes = only && parts.length === 1 ? shapesTable(only.problems, view) : list();
  const main = [
    element(
      'p',
      { class: 'lead' },
      `${counted(problems.length, 'shape')} on ${counted(placesOf(problems).length, 'machine')}. Measure it: `,
      element('code', {}, `shapemark run ${suite}`),
    ),
    section('Machines and shapes', shapes),
    cliffsSection(atlas, suite, view),
    view.terms(),
  ];
  const trail = [{ title: 'Suites', path: 'suites.html' }];
  pages.set(path, renderPage({ path, title: `Suite ${suite}`, trail, main, made }));
  if (parts.length > 1) for (const part of parts) pages.set(suitePath(suite, part.title), partPage(suite, part, made));
  return pages;
}

interface Part {
  readonly title: string;
  readonly problems: readonly Problem[];
}

function partPage(suite: string, { title, problems }: Part, made: Made): string {
  const path = suitePath(suite, title);
  const view = new View(path);
  const trail = [
    { title: 'Suites', path: 'suites.html' },
    { title: suite, path: suitePath(suite) },
  ];
  const main = [shapesTable(problems, view), view.terms()];
  return renderPage({ path, title: `${suite}: ${title}`, trail, main, made });
}

function placesOf(problems: readonly Problem[]): Place[] {
  return [...new Set(problems.flatMap(({ found }) => found.map(({ place }) => place)))];
}

/** By phase, then by name, then by format, until each part fits a page; what is still too large is numbered. */
function cut(problems: readonly Problem[]): Part[] {
  const keys = [({ row }: Problem) => row.phase, ({ row }: Problem) => row.name, ({ row }: Problem) => row.format.w];
  const width = Math.max(1, placesOf(problems).length);
  const split = (part: Part, depth: number): Part[] => {
    const key = keys[depth];
    if (part.problems.length * width <= MOST_CELLS) return [part];
    if (!key) return numbered(part, Math.max(1, Math.floor(MOST_CELLS / width)));
    const groups = new Map<string, Problem[]>();
    for (const one of part.problems) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
    return [...groups].flatMap(([name, own]) =>
      split({ title: [part.title, name].filter((text) => text !== '').join(' '), problems: own }, depth + 1),
    );
  };
  return split({ title: '', problems }, 0);
}

function numbered({ title, problems }: Part, size: number): Part[] {
  const count = Math.ceil(problems.length / size);
  return Array.from({ length: count }, (_, i) => ({
    title: `${title} ${i + 1}`,
    problems: problems.slice(i * size, (i + 1) * size),
  }));
}

/** One table a phase: a machine a row, a shape a column. */
function shapesTable(problems: readonly Problem[], view: View): Child {
  const groups = new Map<string, Problem[]>();
  for (const one of problems) groups.set(one.row.phase, [...(groups.get(one.row.phase) ?? []), one]);
  return [
    quiet(
      'Rates of the fastest kernel, coloured by their ',
      view.term('ofMachines', 'share of the fastest'),
      ' machine of the column.',
    ),
    heatLegend(OF_FASTEST),
    [...groups].map(([phase, own]) => [element('h3', {}, phase), phaseTable(phase, own, view)]),
  ];
}

function phaseTable(phase: string, problems: readonly Problem[], view: View): Child {
  const heads = problems.map(({ problem, row }) => ({
    head: [
      view.link(casePath(problem), row.name),
      element('br', {}),
      shapeText(row),
      element('br', {}),
      formatText(row),
    ],
    title: `${row.name} ${shapeText(row)} ${formatText(row)}`,
  }));
  const best = problems.map(({ found }) => Math.min(...found.flatMap(({ measured }) => secondsOf(measured))));
  const cells = problems.map(({ found }) => new Map(found.map((one) => [one.place, one])));
  const score = (place: Place) =>
    problems.reduce(
      (sum, _, i) => sum + (best[i] ?? 0) / (secondsOf(cells[i]?.get(place)?.measured)[0] ?? Number.POSITIVE_INFINITY),
      0,
    );
  const places = placesOf(problems).sort((a, b) => score(b) - score(a));
  const rows = places.map((place) => ({
    head: placeName(view, place),
    cells: problems.map((_, i): HeatCell => {
      const one = cells[i]?.get(place);
      const [first] = one?.measured ?? [];
      if (first) return rateCell(first.row, (best[i] ?? 0) / first.row.summary.medianSeconds);
      return one ? { failed: '✕ failed' } : { none: true };
    }),
  }));
  return heatTable({
    ...{ name: `Machines and shapes, ${phase}`, scale: OF_FASTEST, corner: 'machine', heads, rows },
    caption: [view.term('rate'), ' by machine and shape, the fastest machine first'],
  });
}

const secondsOf = (measured: Problem['found'][number]['measured'] | undefined) =>
  (measured ?? []).slice(0, 1).map(({ row }) => row.summary.medianSeconds);

function cliffsSection(atlas: Atlas, suite: string, view: View): Child {
  const records = atlas.places.map((place) => ({
    ...place.head,
    cases: place.latest.filter(({ row }) => row.suite === suite).map(({ row }) => row),
  }));
  const cliffs = cliffsOf(records).filter(({ clear }) => clear);
  return section(
    'Cliffs',
    cliffs.length === 0
      ? p('No shape of this suite is clearly slower than a better-aligned neighbour.')
      : p('Sizes that are clearly slower than a better-aligned neighbour: intervals do not overlap.'),
    cliffTable(cliffs, view),
  );
}
