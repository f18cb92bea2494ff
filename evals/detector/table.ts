/** What the evaluation of detectors prints: usual settings, equal false-alarm rates, whole frontiers, each file on its own. */
import { type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { FIGURES, TEXT } from '../../src/report/quantities.ts';
import { OURS } from './detectors.ts';
import type { LabelScore } from './labels.ts';
import { type Score, SIZES } from './score.ts';

export interface Entry extends Score {
  readonly name: string;
  /** The setting that finds most among those with no more false alarms than ours; null if there is none. */
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

interface Line {
  readonly name: string;
  /** Null if no setting of an alternative has as few false alarms as ours. */
  readonly score: Score | null;
}

const percent = (share: number) => (100 * share).toFixed(0);
const scored = (title: string, of: (score: Score) => string): ColumnOf<Line> =>
  column(title, FIGURES, ({ score }) => score && of(score));

const COLUMNS: readonly ColumnOf<Line>[] = [
  column('detector', TEXT, ({ name }) => name),
  column('setting', FIGURES, ({ score }) => (score === null ? 'none is as quiet' : settingText(score.setting))),
  scored('false alarms', ({ falseAlarmsPer1000 }) => falseAlarmsPer1000.toFixed(2)),
  ...SIZES.map((size) => {
    const step = String(Math.round(100 * size));
    return scored(`${step} %`, ({ found }) => (found[step] ?? []).map(percent).join(' / '));
  }),
  scored('by chance', ({ chance }) => percent(chance)),
  scored('withdrawn', ({ real, injected }) => `${percent(real.withdrawn)} / ${percent(injected.withdrawn)}`),
  scored('not lasting', ({ real, injected }) => `${percent(real.notLasting)} / ${percent(injected.notLasting)}`),
];

/** 1 − 1e-8, as it was written, and not 0.99999999. */
function settingText(setting: number): string {
  const rest = 1 - setting;
  return rest > 0 && rest < 1e-3 ? `1 − ${rest.toExponential(0)}` : String(setting);
}

const MARKS: readonly ColumnOf<{ readonly name: string; readonly labels: LabelScore }>[] = [
  column('detector', TEXT, ({ name }) => name),
  ...(['precision', 'recall', 'f1'] as const).map((measure) =>
    column(measure, FIGURES, ({ labels }: { labels: LabelScore }) => labels[measure].toFixed(2)),
  ),
];

const LEGEND =
  'False alarms are per 1000 points in which nothing changes. A column with a step size has the share of such steps found within 5 / 15 points ' +
  'of the first, in %; "by chance" is the share found within 5 points where there is no step. "Withdrawn" are alarms that the detector itself ' +
  'takes back, or no longer raises with 20 more points; "not lasting" are alarms of which the next 10 points show less than half. Both ' +
  'are shares in %, of the histories as they are / of streams with one step.';

export function detectorSections({ detectors, series, half, byFile }: Evaluation): Section[] {
  const alternatives = detectors.filter(({ name }) => name !== OURS);
  // Usual settings of one detector share its frontier, which JSON has once for each of them.
  const families = [...new Map(detectors.map((one) => [familyOf(one.name), one])).values()];
  const marked = detectors.flatMap(({ name, labels }) => (labels ? [{ name, labels }] : []));
  return [
    ...section(
      undefined,
      text(`${series} series${half === 'all' ? '' : `, the half "${half}"`}. ${LEGEND}`),
      table(detectors.map((score) => ({ name: score.name, score }))),
    ),
    ...section(
      'With no more false alarms than ours',
      table(alternatives.map(({ name, atMatchedRate }) => ({ name, score: atMatchedRate }))),
    ),
    ...section('Ours, file by file', table(byFile.map((score) => ({ name: score.file, score })))),
    ...section(
      'All settings, from lax to strict',
      table(families.flatMap(({ name, frontier }) => frontier.map((score) => ({ name: familyOf(name), score })))),
    ),
    ...section('Labelled changes, within 5 points', tableOf(MARKS, marked)),
  ];
}

/** `ratio-110` and `ratio-150` are one detector. */
export function familyOf(name: string): string {
  return name.replace(/-\d+$/, '');
}

function table(rows: readonly Line[]) {
  return tableOf(COLUMNS, rows);
}
