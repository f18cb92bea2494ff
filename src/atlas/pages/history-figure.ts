/** One history: its picture, and its points as a table. */
import { bandOf } from '../../judge/history/band.ts';
import { noticesOn } from '../../record/notices.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { ReportedSeries } from '../../report/check-report.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { dayOf, type HistoryPoint, historyChart } from '../../report/history-svg.ts';
import { change, counted, seconds } from '../../report/si.ts';
import { type Atlas, kernelOf, type Latest, type Verdicts } from '../atlas.ts';
import { machinePath } from '../paths.ts';
import { drawing, shortCommits, type View, verdictMark } from '../view.ts';

/** Rows of a history's table; the oldest are left out. */
const MOST_POINTS = 120;

type Measured = Latest<MeasuredRow>;

export interface History {
  readonly one: Measured;
  readonly series: ReportedSeries;
}

interface Told extends History {
  readonly verdicts: Verdicts;
  readonly view: View;
}

export function historyFigure(atlas: Atlas, { one, series, verdicts, view }: Told): Child {
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
    { class: 'history', 'data-machine': one.head.machine },
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
