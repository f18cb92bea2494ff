/** What `explain --check` prints. */
import {
  type CheckedCase,
  type KernelCheck,
  PREDICTORS,
  type PredictionCheck,
  type Predictor,
} from '../../predict/check.ts';
import { type Document, type Section, text } from '../document/document.ts';
import { type ColumnOf, column, tableOf } from '../document/table.ts';
import { COUNT, FIGURES, PERCENT, RATE, TEXT } from '../quantities.ts';

const WORDS: Readonly<Record<Predictor, string>> = {
  work: 'work alone',
  roofline: 'roofline',
  tiles: 'tiles',
  'tiles-roofline': 'both',
  'tiles-waves-roofline': 'and waves',
};

const CORRELATIONS: readonly ColumnOf<KernelCheck>[] = [
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('cases', COUNT, ({ cases }) => cases),
  ...PREDICTORS.map((predictor) =>
    column(WORDS[predictor], FIGURES, ({ rankCorrelation }: KernelCheck) =>
      rankCorrelation[predictor]?.toFixed(2).replace('-', '−'),
    ),
  ),
];

const MISSES: readonly ColumnOf<KernelCheck>[] = [
  column('kernel', TEXT, ({ kernel }) => kernel),
  ...PREDICTORS.map((predictor) => column(WORDS[predictor], PERCENT, ({ misses }: KernelCheck) => misses[predictor])),
];

const RATES: readonly ColumnOf<CheckedCase>[] = [
  column('case', TEXT, ({ id }) => shortened(id)),
  column('predicted', RATE, predictionOf),
  column('measured', RATE, ({ measured }) => measured),
  column('ratio', FIGURES, (one) => (one.measured / predictionOf(one)).toFixed(2)),
];

export function checkPage({ cases, kernels }: PredictionCheck): Document {
  const machines = [...new Set(kernels.map(({ machine }) => machine))];
  return {
    title: 'Predictions beside measurements',
    lead: `${cases.length} cases of ${machines.length === 1 ? 'one machine' : `${machines.length} machines`}, the latest measurement of each.`,
    sections: [
      ...machines.map((machine) => correlations(machine, kernels)),
      ...machines.map((machine) => ({
        title: `${machine}: rates`,
        blocks: [
          tableOf(
            RATES,
            cases.filter((one) => one.machine === machine),
          ),
        ],
      })),
    ],
  };
}

function correlations(machine: string, kernels: readonly KernelCheck[]): Section {
  const own = kernels.filter((kernel) => kernel.machine === machine);
  return {
    title: `${machine}: rank correlation of predicted and measured rates`,
    blocks: [
      tableOf(CORRELATIONS, own),
      text('How far off a typical rate is once a kernel’s predictions are scaled to fit:'),
      tableOf(MISSES, own),
      text(
        'Rank correlation: 1 orders every pair as measured; 0: as good as a coin. Empty: too few cases, all predictions equal, or an unknown number of units.',
      ),
    ],
  };
}

function predictionOf({ predicted }: CheckedCase): number {
  return predicted['tiles-waves-roofline'] ?? predicted['tiles-roofline'] ?? Number.NaN;
}

/** An id without what the column has no room for: its last parts tell cases apart. */
function shortened(id: string): string {
  const most = 62;
  return id.length <= most ? id : `…${id.slice(-(most - 1))}`;
}
