/** What the evaluation prints: usual settings, matched false-alarm rates, whole frontiers, and each file on its own. */
import { OURS } from './contestants.ts';
import type { LabelScore } from './labels.ts';
import { type Score, SIZES } from './score.ts';

export interface Entry extends Score {
  readonly name: string;
  /** The setting of an alternative that finds most among those that raise no more false alarms than ours; null when none does. */
  readonly atMatchedRate: Score | null;
  readonly frontier: readonly Score[];
  /** Alarms per 1000 points of the histories as they are, true changes included. */
  readonly rawAlarmsPer1000: number;
  readonly labels?: LabelScore;
}

export interface FileScore extends Score {
  readonly file: string;
}

export interface Evaluation {
  readonly half: string;
  /** Number of series scored. */
  readonly series: number;
  readonly detectors: readonly Entry[];
  readonly byFile: readonly FileScore[];
}

const COLUMNS = [
  ['setting', 9],
  ['FA/1000', 8],
  ...SIZES.map((size) => [`${Math.round(100 * size)} %`, 9] as const),
  ['chance', 8],
  ['delay', 6],
  ['withdrawn', 10],
  ['not lasting', 12],
] as const;
const NAME = 18;

export function table({ detectors, series, half, byFile }: Evaluation): string {
  const alternatives = detectors.filter(({ name }) => name !== OURS);
  const families = detectors.filter((one, i) => detectors.findIndex(({ frontier }) => frontier === one.frontier) === i);
  const marks = detectors.flatMap(({ name, labels }) => (labels ? [labelLine(name, labels)] : []));
  return [
    `${series} series (${half}); steps found within 5/15 points, in %;`,
    'alarms withdrawn and not lasting: on the histories as they are / on streams with one step, in %',
    line(
      '',
      COLUMNS.map(([title]) => title),
    ),
    ...detectors.map((one) => line(one.name, cells(one))),
    '',
    'at no more false alarms than ours:',
    ...alternatives.map((one) => line(one.name, cells(one.atMatchedRate))),
    '',
    'ours, file by file:',
    ...byFile.map((one) => line(one.file, cells(one))),
    '',
    'from lax to strict:',
    ...families.flatMap(({ name, frontier }) => frontier.map((one) => line(name, cells(one)))),
    ...(marks.length > 0 ? ['', 'labelled changes, margin 5:', ...marks] : []),
  ].join('\n');
}

function cells(one: Score | null): string[] {
  if (one === null) return ['', 'cannot be as quiet'];
  const percent = (share: number) => (100 * share).toFixed(0);
  return [
    String(one.setting),
    one.falseAlarmsPer1000.toFixed(2),
    ...SIZES.map((size) => (one.found[String(Math.round(100 * size))] ?? []).map(percent).join('/')),
    (100 * one.chance).toFixed(1),
    one.medianDelay === null ? '-' : String(one.medianDelay),
    `${percent(one.real.withdrawn)}/${percent(one.injected.withdrawn)}`,
    `${percent(one.real.notLasting)}/${percent(one.injected.notLasting)}`,
  ];
}

function line(name: string, row: readonly string[]): string {
  return name.padEnd(NAME) + row.map((cell, i) => cell.padStart(COLUMNS[i]?.[1] ?? 0)).join('');
}

function labelLine(name: string, { precision, recall, f1 }: LabelScore): string {
  const parts = [`precision ${precision.toFixed(2)}`, `recall ${recall.toFixed(2)}`, `F1 ${f1.toFixed(2)}`];
  return name.padEnd(NAME) + parts.join('  ');
}
