/** The correctness map: for each kernel and format, on each machine, the largest error of any case relative to its budget. */
import { type Child, element } from '../../report/document/markup.ts';
import { formatText } from '../../report/labels.ts';
import { counted, percent } from '../../report/si.ts';
import { type Atlas, isMeasured, kernelOf, type Place } from '../atlas.ts';
import { casesRun, failedCases } from '../failures.ts';
import { type HeatCell, heatLegend, heatTable, OF_BUDGET } from '../heat.ts';
import { machinePath } from '../paths.ts';
import { errorShare, problemLink } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { p, quiet, section, View } from '../view.ts';
import { type FailedCase, type FailureGroup, failureGroups } from './failure-groups.ts';

/** Cells that one table of one page can hold; a larger map has a page a format. */
const MOST_CELLS = 1600;
/** Cases of a line that are not folded away. */
const MOST_OPEN = 6;
/** Failed cases that are listed. */
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
  const failures = atlas.places.reduce((sum, place) => sum + failedCases(place).length, 0);
  const ran = atlas.places.reduce((sum, place) => sum + casesRun(place), 0);
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'A kernel that is fast and wrong is worth nothing, and on GPUs that happens without any error. Every kernel is compared with an f64 reference before it is timed, every element of it, and once more afterwards.',
    ),
    p(
      `${counted(failures, 'case')} failed of ${counted(ran, 'different case')} on ${counted(atlas.places.length, 'machine')}: on each, a case that several suites have counts once.`,
    ),
    failedSection(atlas.places, view),
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

function failedSection(places: readonly Place[], view: View): Child {
  const groups = failureGroups(places);
  let room = MOST_FAILED;
  const shown = groups.flatMap((group) => {
    const cases = group.cases.slice(0, room);
    room -= cases.length;
    return cases.length === 0 ? [] : [{ ...group, cases }];
  });
  const all = groups.reduce((sum, { cases }) => sum + cases.length, 0);
  const listed = shown.reduce((sum, { cases }) => sum + cases.length, 0);
  return element(
    'div',
    { id: 'failed' },
    section(
      'Failed cases',
      groups.length === 0 && p('None.'),
      failedTable(shown, view),
      all > listed && quiet(`${counted(all - listed, 'more case')} are on the pages of machines.`),
    ),
  );
}

/** Machines are named once for all cases that they fail alike. */
function failedTable(groups: readonly FailureGroup[], view: View): Child {
  return view.table<FailureGroup>(
    [
      {
        title: 'machines',
        row: true,
        cell: ({ places }) =>
          places.map(({ machine, title, where }, i) => [
            i > 0 ? ', ' : '',
            view.link(`${machinePath(machine)}#failed`, `${title} (${where})`),
          ]),
      },
      { title: 'reason', cell: ({ reason }) => element('span', { class: 'bad' }, reason) },
      { title: 'cases', wide: true, cell: ({ cases }) => caseList(cases, view) },
    ],
    groups,
    {
      caption:
        'Cases that gave a wrong answer or none; machines that fail the same ones for the same reason are one line',
    },
  );
}

function caseList(cases: readonly FailedCase[], view: View): Child {
  const items = cases.map(({ row, details }) => [
    problemLink(view, row),
    ` ${formatText(row)}, `,
    kernelOf(row),
    details.length === 0 ? '' : `: ${details[0]}`,
    details.length > 1 && element('span', { class: 'quiet' }, ' (differs a little from machine to machine)'),
  ]);
  const list = (some: readonly Child[]) =>
    element(
      'ul',
      { class: 'plain' },
      some.map((item) => element('li', {}, item)),
    );
  if (items.length <= MOST_OPEN) return list(items);
  const folded = element(
    'details',
    {},
    element('summary', {}, `${items.length - MOST_OPEN} more`),
    list(items.slice(MOST_OPEN)),
  );
  return [list(items.slice(0, MOST_OPEN)), folded];
}
