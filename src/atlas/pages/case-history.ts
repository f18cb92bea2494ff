/** Histories of a case: drawn where a machine moved, with the points as a table. */
import { COUNTED } from '../../judge/history/check.ts';
import { isFinding } from '../../report/check-report.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { formatText } from '../../report/labels.ts';
import { counted, percent } from '../../report/si.ts';
import { type Atlas, kernelOf, type Verdicts } from '../atlas.ts';
import { casePath, historiesPath, machinePath, suitePath } from '../paths.ts';
import type { Problem } from '../problems.ts';
import { problemText } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { p, quiet, section, shortCommits, View, verdictMark } from '../view.ts';
import { type History, historyFigure } from './history-figure.ts';

/** Histories that one page draws; others that moved have pages of their own. */
const MOST_HISTORIES = 8;
export function historySection(atlas: Atlas, problem: Problem, verdicts: Verdicts, view: View): Child {
  const { all, told, drawn, rest } = historiesOf(problem, verdicts);
  if (all.length === 0) return section('History', p('Too few runs yet for a history: it begins with the third.'));
  const pages = Math.ceil(drawn.length / MOST_HISTORIES);
  return section(
    'History',
    told.length === 0 &&
      p(`No lasting change on any machine${smallest(all.map(({ series }) => series.minimalDetectableEffect))}.`),
    quiet(
      'Times without what all cases of a run have in common. The band is the rule that judged: five points in a row above it confirm a slowdown.',
    ),
    drawn.slice(0, MOST_HISTORIES).map((one) => historyFigure(atlas, { ...one, verdicts, view })),
    pages > 1 && pageList(problem.problem, pages, 1, view),
    restList(rest, view),
  );
}

/** Pages of the histories that moved and do not fit the page of the case, by path. */
export function historyPages(atlas: Atlas, problem: Problem, verdicts: Verdicts, made: Made): Map<string, string> {
  const { drawn } = historiesOf(problem, verdicts);
  const pages = new Map<string, string>();
  const count = Math.ceil(drawn.length / MOST_HISTORIES);
  const { suite, name } = problem.row;
  for (let page = 2; page <= count; page++) {
    const path = historiesPath(problem.problem, page);
    const view = new View(path);
    const own = drawn.slice((page - 1) * MOST_HISTORIES, page * MOST_HISTORIES);
    const main = [
      own.map((one) => historyFigure(atlas, { ...one, verdicts, view })),
      pageList(problem.problem, count, page, view),
      view.terms(),
    ];
    const trail = [
      { title: suite, path: suitePath(suite) },
      { title: name, path: casePath(problem.problem) },
    ];
    const title = `${problemText(problem.row)} ${formatText(problem.row)}: histories, page ${page} of ${count}`;
    pages.set(path, renderPage({ path, title, scripts: ['history'], trail, main, made }));
  }
  return pages;
}

function pageList(problem: string, count: number, current: number, view: View): Child {
  const links = Array.from({ length: count }, (_, i) => {
    const text = String(i + 1);
    if (i + 1 === current) return [' ', text];
    return [' ', view.link(i === 0 ? casePath(problem) : historiesPath(problem, i + 1), text)];
  });
  return p('Histories that moved, page', links, ` of ${count}`);
}

interface Histories {
  readonly all: readonly History[];
  /** Those with a finding, worst first. */
  readonly told: readonly History[];
  /** On this page and those that follow it. */
  readonly drawn: readonly History[];
  readonly rest: readonly History[];
}

/** What changed or may have is drawn, worst first; without any, the fastest kernel that people use. */
function historiesOf(problem: Problem, verdicts: Verdicts): Histories {
  const all = problem.found
    .flatMap(({ measured }) => measured)
    .flatMap((one): History[] => {
      const series = verdicts.of(one);
      return series && series.points >= 3 ? [{ one, series }] : [];
    });
  const told = all.filter(({ series }) => isFinding(series)).sort((a, b) => rank(a.series) - rank(b.series));
  const moved = told.filter(({ series }) => series.changes.length > 0 || series.verdict === 'unclear');
  const leading = new Set(problem.found.map(({ measured }) => measured[0]));
  const drawn = moved.length > 0 ? moved : all.filter(({ one }) => leading.has(one)).slice(0, 1);
  const rest = [...told, ...all.filter(({ series }) => !isFinding(series))].filter((one) => !drawn.includes(one));
  return { all, told, drawn, rest };
}

const rank = ({ verdict }: History['series']) => COUNTED.indexOf(verdict);

/** Histories that are not drawn, with what they say: those with a finding first. */
function restList(rest: readonly History[], view: View): Child {
  if (rest.length === 0) return undefined;
  const counts = COUNTED.flatMap((verdict) => {
    const count = rest.filter(({ series }) => series.verdict === verdict).length;
    return count === 0 ? [] : `${count} ${verdict}`;
  });
  return element(
    'details',
    {},
    element('summary', {}, `${counted(rest.length, 'more history', 'more histories')}: ${counts.join(', ')}`),
    view.table<History>(
      [
        {
          title: 'machine',
          row: true,
          cell: ({ one }) => view.link(machinePath(one.head.machine), one.head.machine),
        },
        { metric: 'kernel', text: true, cell: ({ one }) => kernelOf(one.row) },
        { metric: 'verdict', text: true, cell: ({ series }) => verdictMark(series.verdict) },
        { title: 'why', wide: true, cell: ({ series }) => shortCommits(series.reason) },
        { title: 'runs', cell: ({ series }) => String(series.points) },
      ],
      rest,
      {
        caption: 'Histories that are not drawn',
        rowAttributes: ({ one }) => ({ 'data-machine': one.head.machine }),
      },
    ),
  );
}

function smallest(effects: readonly (number | null)[]): string {
  const known = effects.flatMap((effect) => effect ?? []);
  return known.length === 0 ? '' : `; the smallest that would have shown is ${percent(Math.min(...known))}`;
}
