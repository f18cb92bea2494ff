/** What `explain --check` prints. */
import {
  type CheckedCase,
  type KernelCheck,
  PREDICTORS,
  type PredictionCheck,
  type Predictor,
} from '../../predict/check.ts';
import { type Document, type Section, section, text } from '../document/document.ts';
import { type ColumnOf, column, type Quantity, tableOf } from '../document/table.ts';
import { COUNT, FIGURES, PERCENT, RATE, TEXT } from '../quantities.ts';

const WORDS: Readonly<Record<Predictor, string>> = {
  work: 'work alone',
  roofline: 'roofline',
  tiles: 'tiles',
  'tiles-roofline': 'both',
  'tiles-waves-roofline': 'and waves',
};

/** A column for each predictor. */
function perPredictor(
  quantity: Quantity<number>,
  of: (kernel: KernelCheck) => Readonly<Record<Predictor, number | null>>,
) {
  return PREDICTORS.map((one) => column(WORDS[one], quantity, (kernel: KernelCheck) => of(kernel)[one]));
}

const CORRELATION: Quantity<number> = { align: 'right', show: (value) => value.toFixed(2).replace('-', '−') };
const KERNEL: ColumnOf<KernelCheck> = column('kernel', TEXT, ({ kernel }) => kernel);
const CORRELATIONS: readonly ColumnOf<KernelCheck>[] = [
  KERNEL,
  column('cases', COUNT, ({ cases }) => cases),
  ...perPredictor(CORRELATION, ({ rankCorrelation }) => rankCorrelation),
];
const MISSES: readonly ColumnOf<KernelCheck>[] = [KERNEL, ...perPredictor(PERCENT, ({ misses }) => misses)];

const RATES: readonly ColumnOf<CheckedCase>[] = [
  column('case', TEXT, ({ id }) => shortened(id)),
  column('predicted', RATE, predictionOf),
  column('measured', RATE, ({ measured }) => measured),
  column('ratio', FIGURES, (one) => (one.measured / predictionOf(one)).toFixed(2)),
];

export function checkPage({ cases, kernels }: PredictionCheck): Document {
  const machines = [...new Set(kernels.map(({ machine }) => machine))];
  const rates = (machine: string) =>
    tableOf(
      RATES,
      cases.filter((one) => one.machine === machine),
    );
  return {
    title: 'Predictions and measurements',
    lead: `${cases.length} cases of ${machines.length === 1 ? 'one machine' : `${machines.length} machines`}, the latest measurement of each.`,
    sections: [
      ...machines.flatMap((machine) => correlations(machine, kernels)),
      ...machines.flatMap((machine) => section(`${machine}: rates`, rates(machine))),
    ],
  };
}

function correlations(machine: string, kernels: readonly KernelCheck[]): Section[] {
  const own = kernels.filter((kernel) => kernel.machine === machine);
  const legend =
    'Rank correlation: 1 orders every pair as measured; 0: no better than chance. Empty: too few cases, all predictions equal, or an unknown number of units.';
  return section(
    `${machine}: rank correlation of predicted and measured rates`,
    tableOf(CORRELATIONS, own),
    text('Typical error of a rate after a kernel’s predictions are scaled to fit:'),
    tableOf(MISSES, own),
    text(legend),
  );
}

function predictionOf({ predicted }: CheckedCase): number {
  return predicted['tiles-waves-roofline'] ?? predicted['tiles-roofline'] ?? Number.NaN;
}

/** An id shortened from the left, since its last parts are distinctive. */
function shortened(id: string): string {
  const most = 62;
  return id.length <= most ? id : `…${id.slice(-(most - 1))}`;
}
