/** What the evaluation prints: usual settings, matched false-alarm rates, whole frontiers, and each file on its own. */
import { type Document, lines, section } from '../../src/report/document/document.ts';
import { type ColumnOf, column, groupedTable, tableOf } from '../../src/report/document/table.ts';
import { FIGURES, TEXT } from '../../src/report/quantities.ts';
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

interface Line {
  readonly name: string;
  /** Null where no setting of an alternative is as quiet as ours. */
  readonly score: Score | null;
}

const percent = (share: number) => (100 * share).toFixed(0);
const scored = (title: string, of: (score: Score) => string): ColumnOf<Line> =>
  column(title, FIGURES, ({ score }) => score && of(score));

const COLUMNS: readonly ColumnOf<Line>[] = [
  column('detector', TEXT, ({ name }) => name),
  column('setting', FIGURES, ({ score }) => (score === null ? 'cannot be as quiet' : String(score.setting))),
  scored('FA/1000', ({ falseAlarmsPer1000 }) => falseAlarmsPer1000.toFixed(2)),
  ...SIZES.map((size) => {
    const step = String(Math.round(100 * size));
    return scored(`${step} %`, ({ found }) => (found[step] ?? []).map(percent).join('/'));
  }),
  scored('chance', ({ chance }) => (100 * chance).toFixed(1)),
  scored('delay', ({ medianDelay }) => String(medianDelay ?? '-')),
  scored('withdrawn', ({ real, injected }) => `${percent(real.withdrawn)}/${percent(injected.withdrawn)}`),
  scored('not lasting', ({ real, injected }) => `${percent(real.notLasting)}/${percent(injected.notLasting)}`),
];

const MARKS: readonly ColumnOf<{ readonly name: string; readonly labels: LabelScore }>[] = [
  column('detector', TEXT, ({ name }) => name),
  ...(['precision', 'recall', 'f1'] as const).map((measure) =>
    column(measure, FIGURES, ({ labels }: { labels: LabelScore }) => labels[measure].toFixed(2)),
  ),
];

export function evaluationDocument({ detectors, series, half, byFile }: Evaluation): Document {
  const alternatives = detectors.filter(({ name }) => name !== OURS);
  const families = detectors.filter((one, i) => detectors.findIndex(({ frontier }) => frontier === one.frontier) === i);
  const frontiers = families.flatMap(({ name, frontier }) => frontier.map((score) => ({ name, score })));
  const groups = [
    { title: 'usual settings', rows: detectors.map((score) => ({ name: score.name, score })) },
    {
      title: 'at no more false alarms than ours',
      rows: alternatives.map(({ name, atMatchedRate }) => ({ name, score: atMatchedRate })),
    },
    { title: 'ours, file by file', rows: byFile.map((score) => ({ name: score.file, score })) },
    { title: 'from lax to strict', rows: frontiers },
  ];
  return {
    sections: [
      ...section(
        undefined,
        lines([
          `${series} series (${half}); steps found within 5/15 points, in %;`,
          'alarms withdrawn and not lasting: on the histories as they are / on streams with one step, in %',
        ]),
        groupedTable(COLUMNS, groups),
      ),
      ...section(
        'labelled changes, margin 5',
        tableOf(
          MARKS,
          detectors.flatMap(({ name, labels }) => (labels ? [{ name, labels }] : [])),
        ),
      ),
    ],
  };
}
