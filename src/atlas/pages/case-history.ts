/** Histories of a case: drawn where a machine moved, with the points as a table. */
import { bandOf } from '../../judge/history/band.ts';
import { COUNTED } from '../../judge/history/check.ts';
import { noticesOn } from '../../record/notices.ts';
import type { MeasuredRow } from '../../record/row.ts';
import { isFinding, type ReportedSeries } from '../../report/check-report.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { dayOf, type HistoryPoint, historyChart } from '../../report/history-svg.ts';
import { change, counted, percent, seconds } from '../../report/si.ts';
import { type Atlas, kernelOf, type Latest, type Verdicts } from '../atlas.ts';
import { machinePath } from '../paths.ts';
import type { Problem } from '../problems.ts';
import { drawing, p, quiet, section, shortCommits, type View, verdictMark } from '../view.ts';

/** Histories that one page draws; the others are listed. */
const MOST_HISTORIES = 8;
/** Rows of a history's table; the oldest are left out. */
const MOST_POINTS = 120;

type Measured = Latest<MeasuredRow>;

export function historySection(atlas: Atlas, problem: Problem, verdicts: Verdicts, view: View): Child {
  const all = problem.found
    .flatMap(({ measured }) => measured)
    .flatMap((one): History[] => {
      const series = verdicts.of(one);
      return series && series.points >= 3 ? [{ one, series }] : [];
    });
  // What changed or may have, worst first; without any, the fastest kernel that people use.
  const told = all.filter(({ series }) => isFinding(series)).sort((a, b) => rank(a.series) - rank(b.series));
  const moved = told.filter(({ series }) => series.changes.length > 0 || series.verdict === 'unclear');
  const leading = new Set(problem.found.map(({ measured }) => measured[0]));
  const still = all.filter(({ one }) => leading.has(one));
  const shown = [...moved, ...(moved.length === 0 ? still.slice(0, 1) : [])].slice(0, MOST_HISTORIES);
  const rest = [...told, ...all.filter(({ series }) => !isFinding(series))].filter((one) => !shown.includes(one));
  if (all.length === 0) return section('History', p('Too few runs yet for a history: it begins with the third.'));
  return section(
    'History',
    told.length === 0 &&
      p(`No lasting change on any machine${smallest(all.map(({ series }) => series.minimalDetectableEffect))}.`),
    quiet(
      'Times without what all cases of a run have in common. The band is the rule that judged: five points in a row above it confirm a slowdown.',
    ),
    shown.map(({ one, series }) => historyFigure(atlas, { one, series, verdicts, view })),
    restList(rest, view),
  );
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
      { caption: 'Histories that are not drawn' },
    ),
  );
}

function smallest(effects: readonly (number | null)[]): string {
  const known = effects.flatMap((effect) => effect ?? []);
  return known.length === 0 ? '' : `; the smallest that would have shown is ${percent(Math.min(...known))}`;
}

interface History {
  readonly one: Measured;
  readonly series: ReportedSeries;
}

interface Told extends History {
  readonly verdicts: Verdicts;
  readonly view: View;
}

function historyFigure(atlas: Atlas, { one, series, verdicts, view }: Told): Child {
  const judged = verdicts.trackOf(series);
  const column = judged?.track.columnIndex(series.series);
  if (!judged || column === undefined) return undefined;
  const kernel = kernelOf(one.row);
  const points = bandOf(judged, column).flatMap((point): HistoryPoint[] => {
    const run = judged.track.runs[point.run];
    if (!run) return [];
    const { facts } = run;
    const record = { ...one.head, startedAt: facts.startedAt, environment: withDriver(one, facts.surroundings.driver) };
    return [{ ...point, id: facts.id, noticed: noticesOn(atlas.notices, { record, kernel }).length > 0 }];
  });
  const place = `${kernel} on ${one.head.machine}`;
  const about = `${place}: ${counted(points.length, 'run')}, ${series.verdict}: ${shortCommits(series.reason)}`;
  return element(
    'figure',
    { class: 'history' },
    element(
      'figcaption',
      {},
      view.link(machinePath(one.head.machine), place),
      ' · ',
      verdictMark(series.verdict),
      ` · ${shortCommits(series.reason)}`,
    ),
    drawing(`History of ${place}`, historyChart(points, series.changes, about)),
    pointsTable(points, series.changes, place, view),
  );
}

function withDriver({ head }: Measured, driver: string | undefined) {
  const { environment } = head;
  return { ...environment, adapter: { ...environment.adapter, driver: driver ?? environment.adapter.driver } };
}

/** The same in words: scripts read it to name the point under the pointer. */
function pointsTable(
  points: readonly HistoryPoint[],
  changes: Told['series']['changes'],
  place: string,
  view: View,
): Child {
  const shown = points.slice(-MOST_POINTS);
  const rows = shown.map(({ id, cost, bounds, noticed }) => {
    const from = changes.find(({ run }) => run === id);
    const said = changes.find(({ confirmedBy }) => confirmedBy === id);
    const level = bounds ? change(Math.exp(cost - bounds.level) - 1) : '';
    const words = [
      ...(from ? [`${from.direction} from here`] : []),
      ...(said ? ['confirmed here'] : []),
      ...(noticed ? ['notice'] : []),
    ].join(', ');
    return `<tr><td>${dayOf(id)} ${id.replace(/^.*-/, '')}<td>${seconds(Math.exp(cost))}<td>${level}<td>${words}`;
  });
  return element(
    'details',
    {},
    element(
      'summary',
      {},
      `${shown.length === points.length ? 'All' : 'The last'} ${counted(shown.length, 'point')} as a table`,
    ),
    element(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': `Points of ${place}` },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { scope: 'col' }, 'run'),
            view.head('time'),
            element('th', { scope: 'col' }, 'from its level'),
            element('th', { scope: 'col' }, 'said'),
          ),
        ),
        // End tags of cells may be left out, and these are most of a page.
        { markup: `<tbody>${rows.join('')}</tbody>` },
      ),
    ),
  );
}
