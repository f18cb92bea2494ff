/** The page of a machine: what is fast on it, what changed, what is wrong. Also the page of `report --format html`, as one file. */

import { formatOf } from '../../gemm/formats/registry.ts';
import { noticesOn } from '../../record/notices.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { Child } from '../../report/document/markup.ts';
import { element } from '../../report/document/markup.ts';
import { ceilingText, formatText } from '../../report/labels.ts';
import { rooflineChart } from '../../report/roofline-svg.ts';
import { bytesPerSecond, counted, percent } from '../../report/si.ts';
import { type Atlas, byProblem, headlinesOf, kernelOf, type Latest, measuredOf, type Place } from '../atlas.ts';
import { failedCases, wrongMark } from '../failures.ts';
import { machineCsv, machinePath, machineSuitePath } from '../paths.ts';
import { identity, measures, problemLink, rateText, spreadText } from '../rows.ts';
import { type Made, type Page, renderPage } from '../shell.ts';
import { TIER_MEANS } from '../tier.ts';
import { badge, cards, code, drawing, type Figure, facts, p, quiet, section, sectionAt, View } from '../view.ts';
import { changesSection } from './changes.ts';
import { anchorOf, byPhase, fastSection, phaseTitle } from './fast.ts';
import { kernelHeat } from './kernel-heat.ts';
import { tuningSection } from './tuning.ts';

/** More are on pages of their own, one a suite. */
const MOST_PROBLEMS = 220;

export function machinePage(atlas: Atlas, place: Place, made: Made): string {
  const path = machinePath(place.machine);
  const view = new View(path);
  return renderPage({
    ...{ path, title: place.title, made },
    description: `GPU matrix multiplication on ${place.title}, ${place.where}: rates, intervals, history.`,
    trail: [{ title: 'GPUs', path: 'index.html' }],
    main: [machineMain(atlas, place, view), view.terms()],
  });
}

/** The pages that a large machine's tables are on, by path. */
export function machineSuitePages(atlas: Atlas, place: Place, made: Made): Map<string, string> {
  const pages = new Map<string, string>();
  if (!isLarge(place)) return pages;
  for (const [suite, rows] of bySuite(measuredOf(place))) {
    const path = machineSuitePath(place.machine, suite);
    const view = new View(path);
    const page: Page = {
      ...{ path, title: `${suite} on ${place.title}`, made },
      trail: [
        { title: 'GPUs', path: 'index.html' },
        { title: place.title, path: machinePath(place.machine) },
      ],
      main: [bestTables(atlas, place, rows, view), kernelHeat(rows, view), view.terms()],
    };
    pages.set(path, renderPage(page));
  }
  return pages;
}

/** All about a machine but its name and the definitions. */
export function machineMain(atlas: Atlas, place: Place, view: View): Child[] {
  const rows = measuredOf(place);
  const failed = failedCases(place);
  const isSplit = isLarge(place) && !view.alone;
  return [
    element('p', { class: 'lead' }, `${place.where} · `, badge(place.tier), ` ${TIER_MEANS[place.tier]}`),
    noticesOn(atlas.notices, { record: place.head }).map(({ text }) =>
      element('p', { class: 'note' }, `Notice: ${text}`),
    ),
    cards(figuresOf(place, view)),
    !view.alone && onThisPage(rows.length > 0, failed.length > 0),
    fastSection(place, rows, isSplit, view),
    changesSection(atlas, place, view),
    failed.length > 0 && failedSection(place, failed, view),
    rows.length > 0 && rooflineSection(place, rows, isSplit),
    !isSplit && section('Fastest kernel of each case', bestTables(atlas, place, rows, view)),
    !isSplit && kernelHeat(rows, view),
    tuningSection(place, view),
    aboutSection(place, view),
  ];
}

/** The answers that people come for, on one line: the page is long on a phone. */
function onThisPage(hasRows: boolean, hasFailed: boolean): Child {
  const links = [
    ...(hasRows ? [['fast', 'What is fast']] : []),
    ['changed', 'What changed'],
    ...(hasFailed ? [['failed', 'Wrong or failed']] : []),
    ['about', 'The machine and its records'],
  ];
  const items = links.map(([id, text = '']) => element('li', {}, element('a', { href: `#${id}` }, text)));
  return element('nav', { class: 'here', 'aria-label': 'On this page' }, element('ul', {}, items));
}

const isLarge = (place: Place) => byProblem(measuredOf(place)).size > MOST_PROBLEMS;

function bySuite(rows: readonly Latest<MeasuredRow>[]): Map<string, Latest<MeasuredRow>[]> {
  const suites = new Map<string, Latest<MeasuredRow>[]>();
  for (const one of rows) suites.set(one.row.suite, [...(suites.get(one.row.suite) ?? []), one]);
  return suites;
}

/** Decode first: what most people come for. */
function figuresOf(place: Place, view: View): Figure[] {
  const { wide, half, decode } = headlinesOf(place);
  const figure = (what: Child, big: string, { row }: Latest<MeasuredRow>): Figure => ({
    ...{ what, big: [big, isInterval(row) && [' ', element('small', {}, spreadText(row))]] },
    more: [problemLink(view, row, place.machine), ` ${formatText(row)}`, element('br', {}), trustIn(place, row, view)],
  });
  const bits = decode && formatOf(decode.row.format.w).bits;
  return [
    ...(decode
      ? [
          figure(
            view.term('decode', `${phaseTitle(decode.row)}, ${bits}-bit`),
            bytesPerSecond(decode.row.summary.bytesPerSecond),
            decode,
          ),
        ]
      : []),
    ...(wide ? [figure(view.term('wide'), rateText(wide.row), wide)] : []),
    ...(half ? [figure(view.term('half'), rateText(half.row), half)] : []),
  ];
}

/** A range or a single process is a caution, not a part of the number. */
const isInterval = (row: MeasuredRow): boolean => spreadText(row).startsWith('±');

/** The kernel, and how far its number can be trusted. */
function trustIn(place: Place, row: MeasuredRow, view: View): Child {
  const { ofRoofline } = row.summary;
  const wrong = wrongMark(place, kernelOf(row), view);
  return [
    `${kernelOf(row)} · `,
    !isInterval(row) && `${spreadText(row)} · `,
    ofRoofline !== undefined && `${percent(ofRoofline)} of roofline · `,
    'verified here',
    wrong !== undefined && [';', wrong],
    ' · ',
    view.term('tier', TIER_MEANS[place.tier]),
  ];
}

function rooflineSection({ title, head }: Place, rows: readonly Latest<MeasuredRow>[], isSplit: boolean): Child {
  const numbersAt = isSplit
    ? 'the pages of its suites, which “What is fast” leads to, have the numbers'
    : 'the tables below have the numbers';
  const newest = rows.filter((one) => one.head.id === head.id);
  const shown = (newest.length > 0 ? newest : rows).map(({ row }) => row);
  const older = rows.length - shown.length;
  const about = `Roofline of ${title}: rate over arithmetic intensity of ${counted(shown.length, 'case')}, under the peaks measured in the same run`;
  return section(
    'Roofline',
    quiet(
      `A case below the slope waits for memory, one below the flat line for arithmetic. Bars are intervals; ${numbersAt}.`,
      older > 0 && ` ${counted(older, 'case')} of older records, with other peaks, are left out of the picture.`,
    ),
    drawing('Roofline', rooflineChart(shown, head.peaks, about)),
  );
}

/** One table for each suite and phase, one row a problem: its fastest kernel. */
function bestTables(atlas: Atlas, { machine }: Place, rows: readonly Latest<MeasuredRow>[], view: View): Child {
  return byPhase(rows).map((one) => {
    const title = `${one.suite} / ${one.phase}`;
    const table = view.table([...identity(view, machine), ...measures(atlas)], one.best, {
      caption: `Fastest kernels, ${title}`,
    });
    return [element('h3', { id: view.alone ? undefined : anchorOf(one) }, title), table];
  });
}

function failedSection({ machine }: Place, failed: readonly Latest[], view: View): Child {
  return sectionAt(
    view.alone ? undefined : 'failed',
    'Wrong or failed',
    p(
      `${counted(failed.length, 'case')} gave no number; one that several suites have counts once. A wrong answer is never timed.`,
    ),
    view.table<Latest>(
      [
        { title: 'case', row: true, cell: ({ row }) => problemLink(view, row, machine) },
        { title: 'format', cell: ({ row }) => formatText(row) },
        { metric: 'kernel', text: true, cell: ({ row }) => kernelOf(row) },
        {
          title: 'reason',
          wide: true,
          cell: ({ row }) =>
            row.status === 'failed'
              ? [element('span', { class: 'bad' }, row.reason), row.detail === undefined ? '' : `: ${row.detail}`]
              : '',
        },
      ],
      failed.slice(0, 60),
      { caption: 'Cases without a number' },
    ),
  );
}

function aboutSection(place: Place, view: View): Child {
  const { head, records, units, machine } = place;
  const { adapter, runtime, dawn, shapemark } = head.environment;
  return sectionAt(
    view.alone ? undefined : 'about',
    'The machine and its records',
    facts([
      ['adapter', adapter.description || adapter.device],
      ['driver', adapter.driver],
      ['newest record', code(head.id)],
      ['records', `${records}, of ${counted(units.length, 'physical machine')}`],
      ['commit', head.commit ? code(head.commit.sha.slice(0, 12)) : 'unknown'],
      ['measured with', `shapemark ${shapemark}, ${runtime.name} ${runtime.version}, Dawn ${dawn ?? 'none'}`],
      ['peaks of that run', head.peaks.map(ceilingText).join(', ') || 'none'],
      ['name in the store', code(machine)],
    ]),
    p('Measure the same on yours: ', code('npx shapemark contribute')),
    !view.alone && p(view.link(machineCsv(machine), 'All latest rows as CSV')),
  );
}
