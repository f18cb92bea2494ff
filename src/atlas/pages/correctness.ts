/** The correctness map: for each kernel and format, on each machine, the largest error of any case relative to its budget. */
import { type Child, element } from '../../report/document/markup.ts';
import { formatText } from '../../report/labels.ts';
import { counted, percent } from '../../report/si.ts';
import { type Atlas, isMeasured, kernelOf, type Latest, type Place } from '../atlas.ts';
import { casesRun, failedCases } from '../failures.ts';
import { type HeatCell, heatLegend, heatTable, OF_BUDGET } from '../heat.ts';
import { machinePath } from '../paths.ts';
import { errorShare, problemLink } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { p, section, View } from '../view.ts';

/** Cells that one table of one page can hold; a larger map has a page a format. */
const MOST_CELLS = 1600;
/** Failed rows that are listed. */
const MOST_FAILED = 120;

interface Cell {
  worst: number;
  /** Of cases without a number; those that several suites have once. */
  readonly failed: Set<string>;
}

interface Line {
  readonly kernel: string;
  readonly format: string;
  readonly cells: Map<Place, Cell>;
}

export function correctnessPages(atlas: Atlas, made: Made): Map<string, string> {
  const path = 'correctness.html';
  const view = new View(path);
  const lines = linesOf(atlas);
  const formats = [...new Set(lines.map(({ format }) => format))];
  const pages = new Map<string, string>();
  const isLarge = lines.length * atlas.places.length > MOST_CELLS;
  const pathOf = (format: string) => `correctness/${format.replace(/[^A-Za-z0-9-]+/g, '-')}.html`;
  const failures = atlas.places.flatMap((place) => failedCases(place).map((one) => ({ place, one })));
  const ran = atlas.places.reduce((sum, place) => sum + casesRun(place), 0);
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'A kernel that is fast and wrong is worth nothing, and on GPUs that happens without any error. Every kernel is compared with an f64 reference before it is timed, every element of it, and once more afterwards.',
    ),
    p(
      `${counted(failures.length, 'case')} failed of ${counted(ran, 'different case')} on ${counted(atlas.places.length, 'machine')}: on each, a case that several suites have counts once.`,
    ),
    element(
      'div',
      { id: 'failed' },
      section('Failed cases', failedTable(failures, view), failures.length === 0 && p('None.')),
    ),
    section(
      'Kernels and machines',
      !isLarge && heatLegend(OF_BUDGET),
      isLarge
        ? element(
            'ul',
            {},
            formats.map((format) =>
              element(
                'li',
                {},
                view.link(pathOf(format), format),
                ` · ${counted(lines.filter((line) => line.format === format).length, 'kernel')}`,
                failedOf(lines, format) > 0 &&
                  element('span', { class: 'bad' }, ` · ${failedOf(lines, format)} failed`),
              ),
            ),
          )
        : formats.map((format) => [element('h3', {}, format), mapTable(atlas, format, lines, view)]),
    ),
    view.terms(),
  ];
  pages.set(path, renderPage({ path, title: 'Which kernels are right, and where', main, made }));
  if (isLarge)
    for (const format of formats) pages.set(pathOf(format), formatPage(atlas, format, lines, pathOf(format), made));
  return pages;
}

const failedOf = (lines: readonly Line[], format: string): number =>
  lines
    .filter((line) => line.format === format)
    .reduce((all, { cells }) => [...cells.values()].reduce((sum, { failed }) => sum + failed.size, all), 0);

function formatPage(atlas: Atlas, format: string, lines: readonly Line[], path: string, made: Made): string {
  const view = new View(path);
  const trail = [{ title: 'Correctness', path: 'correctness.html' }];
  const main = [heatLegend(OF_BUDGET), mapTable(atlas, format, lines, view), view.terms()];
  return renderPage({ path, title: `Errors of kernels for ${format}`, trail, main, made });
}

function linesOf({ places }: Atlas): Line[] {
  const lines = new Map<string, Line>();
  for (const place of places) {
    for (const one of place.latest) {
      if (one.row.status === 'skipped') continue;
      const [kernel, format] = [kernelOf(one.row), formatText(one.row).replace(/ \+bias| hot/g, '')];
      const key = `${format} ${kernel}`;
      const line = lines.get(key) ?? { kernel, format, cells: new Map<Place, Cell>() };
      lines.set(key, line);
      const cell = line.cells.get(place) ?? { worst: 0, failed: new Set<string>() };
      line.cells.set(place, cell);
      if (isMeasured(one)) cell.worst = Math.max(cell.worst, errorShare(one.row.verify) ?? 0);
      else cell.failed.add(one.row.series);
    }
  }
  return [...lines.values()].sort((a, b) => (a.kernel < b.kernel ? -1 : 1));
}

function mapTable({ places }: Atlas, format: string, all: readonly Line[], view: View): Child {
  const lines = all.filter((line) => line.format === format);
  const shown = places.filter((place) => lines.some(({ cells }) => cells.has(place)));
  return heatTable({
    ...{ name: `Errors for ${format}`, scale: OF_BUDGET, corner: 'kernel' },
    caption: ['Largest ', view.term('error'), ' of any case'],
    heads: shown.map((place) => ({
      head: [view.link(machinePath(place.machine), place.title), element('br', {}), place.where],
      title: `${place.title}, ${place.where}`,
    })),
    rows: lines.map(({ kernel, cells }) => ({
      head: kernel,
      cells: shown.map((place) => mapCell(cells.get(place))),
    })),
  });
}

function mapCell(cell: Cell | undefined): HeatCell {
  if (!cell) return { none: true };
  if (cell.failed.size > 0) return { failed: element('a', { href: '#failed' }, `✕ ${cell.failed.size} failed`) };
  return { share: cell.worst, text: cell.worst === 0 ? 'exact' : percent(cell.worst) };
}

interface Failure {
  readonly place: Place;
  readonly one: Latest;
}

/** What one kernel got wrong in one case, on all machines that say the same of it. */
function failedTable(failures: readonly Failure[], view: View): Child {
  const alike = new Map<string, Failure[]>();
  for (const failure of failures) {
    const { reason, detail } = whyOf(failure.one.row);
    const key = [failure.one.row.series, kernelOf(failure.one.row), reason, detail].join();
    alike.set(key, [...(alike.get(key) ?? []), failure]);
  }
  return view.table<Failure[]>(
    [
      { title: 'case', row: true, cell: ([first]) => first && problemLink(view, first.one.row) },
      { title: 'format', cell: ([first]) => first && formatText(first.one.row) },
      { metric: 'kernel', text: true, cell: ([first]) => first && kernelOf(first.one.row) },
      {
        title: 'machines',
        wide: true,
        cell: (all) =>
          all.map(({ place: { machine, title, where } }, i) => [
            i > 0 ? ', ' : '',
            view.link(machinePath(machine), `${title} (${where})`),
          ]),
      },
      { title: 'reason', wide: true, cell: ([first]) => first && whyCell(first.one.row) },
    ],
    [...alike.values()].slice(0, MOST_FAILED),
    { caption: 'Cases that gave a wrong answer or none' },
  );
}

const whyOf = (row: Latest['row']) => ('reason' in row ? row : { reason: '', detail: undefined });

function whyCell(row: Latest['row']): Child {
  const { reason, detail } = whyOf(row);
  return [element('span', { class: 'bad' }, reason), detail === undefined ? '' : `: ${detail}`];
}
