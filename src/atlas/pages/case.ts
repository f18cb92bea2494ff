/**
 * A case: all kernels and machines of one problem. The history of a machine is drawn where it moved; elsewhere its row says how small
 * a change would have shown.
 */

import { bandOf } from '../../judge/history/band.ts';
import { noticesOn } from '../../record/notices.ts';
import type { MeasuredRow } from '../../record/row.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { dayOf, type HistoryPoint, historyChart } from '../../report/history-svg.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { commandFor } from '../../report/run.ts';
import { change, counted, intensity, percent, scaled, seconds } from '../../report/si.ts';
import { type Atlas, kernelOf, type Latest, type Verdicts } from '../atlas.ts';
import { casePath, filterOf, machinePath, suitePath } from '../paths.ts';
import type { Found, Problem } from '../problems.ts';
import { measures } from '../rows.ts';
import { renderPage } from '../shell.ts';
import { badge, type Column, code, facts, p, quiet, section, View, verdictMark } from '../view.ts';
import { kernelHeat } from './kernel-heat.ts';

/** Histories that one page draws; those that moved come first. */
const MOST_HISTORIES = 8;
/** Rows of a history's table; the oldest are left out. */
const MOST_POINTS = 120;

type Measured = Latest<MeasuredRow>;
interface Line {
  readonly found: Found;
  readonly one: Measured;
}

export function casePage(atlas: Atlas, problem: Problem, verdicts: Verdicts, made: string): string {
  const { row } = problem;
  const path = casePath(problem.problem);
  const view = new View(path);
  const lines = problem.found.flatMap((found) => bestLines(found));
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      `${shapeText(row)}, ${formatText(row)} · `,
      view.link(suitePath(row.suite), row.suite),
      ` / ${row.phase}`,
    ),
    facts([
      [
        'computes',
        `C[${row.shape.m}, ${row.shape.n}] = A[${row.shape.m}, ${row.shape.k}] · B[${row.shape.k}, ${row.shape.n}]${row.shape.batch > 1 ? `, ${row.shape.batch} times` : ''}`,
      ],
      [
        'work',
        [
          scaled(row.flop, 'FLOP'),
          ' and ',
          scaled(row.bytes, 'B'),
          ', ',
          view.term('intensity'),
          ` ${intensity(row.flop / row.bytes)}`,
        ],
      ],
      ['from', row.from],
      ['filter', code(filterOf(problem.problem))],
    ]),
    section(
      'Machines',
      view.table(lineColumns(atlas, verdicts, view), lines, {
        caption: 'Fastest kernel of each machine, and what `best` selects',
      }),
    ),
    historySection(atlas, problem, verdicts, view),
    kernels(problem, view),
    failures(problem, view),
    reproduce(problem),
    view.terms(),
  ];
  const trail = [
    { title: 'Suites', path: 'suites.html' },
    { title: row.suite, path: suitePath(row.suite) },
  ];
  return renderPage({
    path,
    title: row.name,
    description: `${row.name} ${shapeText(row)} ${formatText(row)} on every GPU that was measured.`,
    scripts: ['history'],
    trail,
    main,
    made,
  });
}

/** The fastest kernel, and the one that `best` selects if it is another. */
function bestLines(found: Found): Line[] {
  const [fastest] = found.measured;
  if (!fastest) return [];
  const selected = found.measured.find(({ row }) => row.kernel.requested === 'best');
  return [fastest, ...(selected && kernelOf(selected.row) !== kernelOf(fastest.row) ? [selected] : [])].map((one) => ({
    found,
    one,
  }));
}

function lineColumns(atlas: Atlas, verdicts: Verdicts, view: View): Column<Line>[] {
  return [
    {
      title: 'machine',
      row: true,
      cell: ({ found: { place } }) => view.link(machinePath(place.machine), place.title, ' · ', place.where),
    },
    ...measures(atlas).map(({ cell, ...column }): Column<Line> => ({ ...column, cell: ({ one }) => cell(one) })),
    { metric: 'verdict', text: true, cell: ({ one }) => verdictMark(verdicts.of(one)?.verdict ?? 'not judged') },
    {
      metric: 'detectable',
      cell: ({ one }) => {
        const effect = verdicts.of(one)?.minimalDetectableEffect ?? null;
        return effect === null ? '–' : percent(effect);
      },
    },
    { metric: 'tier', text: true, cell: ({ found }) => badge(found.place.tier) },
  ];
}

function historySection(atlas: Atlas, problem: Problem, verdicts: Verdicts, view: View): Child {
  const all = problem.found
    .flatMap(({ measured }) => measured)
    .flatMap((one) => {
      const series = verdicts.of(one);
      return series && series.points >= 3 ? [{ one, series }] : [];
    });
  // What changed first; among the rest, the fastest kernel of each machine, since it is what people use.
  const moved = all.filter(({ series }) => series.changes.length > 0);
  const leading = new Set(problem.found.map(({ measured }) => measured[0]));
  const still = all.filter(({ one, series }) => series.changes.length === 0 && leading.has(one));
  const shown = [...moved, ...(moved.length === 0 ? still.slice(0, 1) : [])].slice(0, MOST_HISTORIES);
  const rest = all.length - shown.length;
  if (all.length === 0) return section('History', p('Too few runs yet for a history: it begins with the third.'));
  return section(
    'History',
    moved.length === 0 &&
      p(`No lasting change on any machine${smallest(all.map(({ series }) => series.minimalDetectableEffect))}.`),
    quiet(
      'Times without what all cases of a run have in common. The band is the rule that judged: five points in a row above it confirm a slowdown.',
    ),
    shown.map(({ one, series }) => historyFigure(atlas, { one, series, verdicts, view })),
    rest > 0 &&
      quiet(
        `${counted(rest, 'more history', 'more histories')} without a confirmed change: their rows above say how small a change would have shown.`,
      ),
  );
}

function smallest(effects: readonly (number | null)[]): string {
  const known = effects.flatMap((effect) => effect ?? []);
  return known.length === 0 ? '' : `; the smallest that would have shown is ${percent(Math.min(...known))}`;
}

interface Told {
  readonly one: Measured;
  readonly series: NonNullable<ReturnType<Verdicts['of']>>;
  readonly verdicts: Verdicts;
  readonly view: View;
}

function historyFigure(atlas: Atlas, { one, series, verdicts, view }: Told): Child {
  const judged = verdicts.trackOf(one.head);
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
  const about = `${place}: ${counted(points.length, 'run')}, ${series.verdict}: ${series.reason}`;
  return element(
    'figure',
    { class: 'history' },
    element(
      'figcaption',
      {},
      view.link(machinePath(one.head.machine), place),
      ' · ',
      verdictMark(series.verdict),
      ` · ${series.reason}`,
    ),
    historyChart(points, series.changes, about),
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

function kernels({ found }: Problem, view: View): Child {
  const several = found.filter(({ measured }) => new Set(measured.map(({ row }) => kernelOf(row))).size > 1);
  const named = new Map(several.map((one) => [one.place.machine, one]));
  if (named.size === 0) return undefined;
  if (named.size === 1)
    return kernelHeat(
      several.flatMap(({ measured }) => measured),
      view,
    );
  return machineHeat(several, view);
}

/** Kernels beside each other on several machines, in one table. */
function machineHeat(several: readonly Found[], view: View): Child {
  const names = [...new Set(several.flatMap(({ measured }) => measured.map(({ row }) => kernelOf(row))))].sort();
  const table = view.table<Found>(
    [
      { title: 'machine', row: true, cell: ({ place }) => view.link(machinePath(place.machine), place.title) },
      ...names.map(
        (name): Column<Found> => ({
          title: name,
          cell: ({ measured }) => {
            const one = measured.find(({ row }) => kernelOf(row) === name);
            const best = measured[0];
            if (!one || !best) return '·';
            return percent(best.row.summary.medianSeconds / one.row.summary.medianSeconds);
          },
        }),
      ),
    ],
    several,
    { caption: 'Rate of each kernel, of the fastest on the same machine' },
  );
  return section('Kernels', quiet(view.term('relative'), ' kernel of the machine.'), table);
}

function failures({ found }: Problem, view: View): Child {
  const all = found.flatMap(({ place, failed }) => failed.map((one) => ({ place, one })));
  if (all.length === 0) return undefined;
  const items = all
    .slice(0, 40)
    .map(({ place, one: { row } }) =>
      element(
        'li',
        {},
        view.link(machinePath(place.machine), place.title),
        `, ${kernelOf(row)}: `,
        row.status === 'failed' && element('span', { class: 'bad' }, row.reason),
        row.status === 'failed' && row.detail !== undefined && `: ${row.detail}`,
      ),
    );
  return section('Failed', element('ul', {}, items));
}

function reproduce({ found }: Problem): Child {
  const [one] = found.flatMap(({ measured, failed }) => [...measured, ...failed]);
  if (!one) return undefined;
  return section(
    'Measure it yourself',
    element('pre', { tabindex: 0 }, commandFor(one.row, { ...one.head, cases: [] })),
  );
}
