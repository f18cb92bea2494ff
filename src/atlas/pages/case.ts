/**
 * A case: all kernels and machines of one problem. The history of a machine is drawn where it moved; elsewhere its row says how small
 * a change would have shown.
 */

import type { MeasuredRow } from '../../record/row.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { commandFor } from '../../report/run.ts';
import { intensity, percent, scaled } from '../../report/si.ts';
import { type Atlas, kernelOf, type Latest, type Verdicts } from '../atlas.ts';
import { wrongMark } from '../failures.ts';
import { casePath, filterOf, machinePath, suitePath } from '../paths.ts';
import type { Found, Problem } from '../problems.ts';
import { measures, placeName } from '../rows.ts';
import { type Made, renderPage } from '../shell.ts';
import { badge, type Column, code, facts, quiet, section, View, verdictMark } from '../view.ts';
import { historySection } from './case-history.ts';
import { kernelHeat } from './kernel-heat.ts';

type Measured = Latest<MeasuredRow>;
interface Line {
  readonly found: Found;
  readonly one: Measured;
}

export function casePage(atlas: Atlas, problem: Problem, verdicts: Verdicts, made: Made): string {
  const { row } = problem;
  const path = casePath(problem.problem);
  const view = new View(path);
  const seconds = ({ measured }: Found) => measured[0]?.row.summary.medianSeconds ?? Number.POSITIVE_INFINITY;
  const lines = [...problem.found].sort((a, b) => seconds(a) - seconds(b)).flatMap(bestLines);
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'On every GPU that was measured. Suite ',
      view.link(suitePath(row.suite), row.suite),
      `, ${row.phase}.`,
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
        caption: 'Fastest kernel of each machine, and what best selects; the fastest machine first',
        rowAttributes: ({ found, one }) => (found.measured[0] === one ? { id: found.place.machine } : {}),
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
    title: `${row.name} ${shapeText(row)} ${formatText(row)}`,
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
      cell: ({ found: { place } }) => placeName(view, place),
    },
    ...measures(atlas).map(
      ({ cell, ...column }): Column<Line> => ({
        ...column,
        cell: ({ one, found: { place } }) => [
          cell(one),
          column.metric === 'kernel' && wrongMark(place, kernelOf(one.row), view),
        ],
      }),
    ),
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
  const all = found.flatMap(({ place, failed, measured }) =>
    // A machine without a number has its line here.
    failed.map((one, i) => ({ place, one, id: measured.length === 0 && i === 0 ? place.machine : undefined })),
  );
  if (all.length === 0) return undefined;
  const items = all
    .slice(0, 40)
    .map(({ place, id, one: { row } }) =>
      element(
        'li',
        { id },
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
