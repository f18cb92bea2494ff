/** Texts and columns of measured rows, the same on every page. */
import type { MeasuredRow, Row } from '../record/row.ts';
import { type Child, element } from '../report/document/markup.ts';
import { formatText, shapeText } from '../report/labels.ts';
import { bytesPerSecond, flopPerSecond, percent } from '../report/si.ts';
import { type Atlas, kernelOf, type Latest, noticesOf, type Place, problemOf } from './atlas.ts';
import type { HeatCell } from './heat.ts';
import { casePath, machinePath } from './paths.ts';
import type { Column, View } from './view.ts';

export function rateText({ summary }: Pick<MeasuredRow, 'summary'>): string {
  return flopPerSecond(summary.flopPerSecond);
}

/** A rate beside others, with its share of the highest of them. */
export function rateCell(row: Pick<MeasuredRow, 'summary'>, share: number): HeatCell {
  return { share, text: [rateText(row), ' ', element('small', {}, percent(share))] };
}

/** `±2.1 %`, or the range where there is no interval. */
export function spreadText({ summary }: Pick<MeasuredRow, 'summary'>): string {
  const { medianSeconds, intervalSeconds, intervalKind, processes } = summary;
  if (processes === 1) return '1 process';
  const half = (intervalSeconds[1] - intervalSeconds[0]) / 2 / medianSeconds;
  return intervalKind === 'range' ? `range ±${percent(half)}` : `±${percent(half)}`;
}

export function problemText(row: Row): string {
  return `${row.name} ${shapeText(row)}`;
}

/** The name of a problem, leading to its page. @param machine whose line there is meant */
export function problemLink(view: View, row: Row, machine?: string): Child {
  const path = casePath(problemOf(row));
  return view.link(machine === undefined ? path : `${path}#${machine}`, problemText(row));
}

export function errorShare({ kernelError, budget }: MeasuredRow['verify']): number | null {
  return kernelError === null || budget === 0 ? null : kernelError / budget;
}

/** Notices of a row, as marks with their text behind. */
export function noticeMarks(atlas: Pick<Atlas, 'notices'>, one: Latest): Child {
  return noticesOf(atlas, one).map(({ text }) => [' ', element('abbr', { class: 'warn', title: text }, '⚠ notice')]);
}

/** What a case is. */
export function identity(view: View, machine: string): Column<Latest<MeasuredRow>>[] {
  return [
    { title: 'case', row: true, cell: ({ row }) => problemLink(view, row, machine) },
    { title: 'format', cell: ({ row }) => formatText(row) },
  ];
}

/** What was measured of it. */
export function measures(atlas: Atlas): Column<Latest<MeasuredRow>>[] {
  return [
    { metric: 'kernel', text: true, cell: (one) => [kernelOf(one.row), noticeMarks(atlas, one)] },
    { metric: 'rate', cell: ({ row }) => rateText(row) },
    { metric: 'interval', cell: ({ row }) => spreadText(row) },
    { metric: 'bandwidth', cell: ({ row }) => bytesPerSecond(row.summary.bytesPerSecond) },
    {
      metric: 'roofline',
      cell: ({ row }) => (row.summary.ofRoofline === undefined ? '–' : percent(row.summary.ofRoofline)),
    },
    {
      metric: 'error',
      cell: ({ row }) => {
        const share = errorShare(row.verify);
        return share === null ? '–' : percent(share);
      },
    },
  ];
}

/** A machine as a row is headed: its name, and below it what tells it from others of that name. */
export function placeName(view: View, { machine, title, where }: Place): Child {
  return [view.link(machinePath(machine), title), element('br', {}), element('span', { class: 'quiet small' }, where)];
}
