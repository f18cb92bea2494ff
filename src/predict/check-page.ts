/** The page `explain --check` prints. */
import { flopPerSecond, percent } from '../report/si.ts';
import { type CheckedCase, type KernelCheck, PREDICTORS, type PredictionCheck } from './check.ts';
import { type Page, type Section, table, text } from './page.ts';

const WORDS = {
  work: 'work alone',
  roofline: 'roofline',
  tiles: 'tiles',
  'tiles-roofline': 'both',
  'tiles-waves-roofline': 'and waves',
} as const;

export function checkPage({ cases, kernels }: PredictionCheck): Page {
  const machines = [...new Set(kernels.map(({ machine }) => machine))];
  return {
    title: 'Predictions beside measurements',
    lead: `${cases.length} cases of ${machines.length === 1 ? 'one machine' : `${machines.length} machines`}, the latest measurement of each.`,
    sections: [
      ...machines.map((machine) => correlations(machine, kernels)),
      ...machines.map((machine) => measurements(machine, cases)),
    ],
  };
}

function correlations(machine: string, kernels: readonly KernelCheck[]): Section {
  const shown = (value: number | null) => (value === null ? '' : value.toFixed(2).replace('-', '−'));
  const rows = kernels
    .filter((kernel) => kernel.machine === machine)
    .map(({ kernel, cases, rankCorrelation }) => [
      kernel,
      String(cases),
      ...PREDICTORS.map((predictor) => shown(rankCorrelation[predictor])),
    ]);
  const misses = kernels
    .filter((kernel) => kernel.machine === machine)
    .map(({ kernel, misses: of }) => [
      kernel,
      ...PREDICTORS.map((predictor) => (of[predictor] === null ? '' : percent(of[predictor]))),
    ]);
  return {
    title: `${machine}: rank correlation of predicted and measured rates`,
    blocks: [
      table(['kernel', '>cases', ...PREDICTORS.map((predictor) => `>${WORDS[predictor]}`)], rows),
      text('How far off a typical rate is once a kernel’s predictions are scaled to fit:'),
      table(['kernel', ...PREDICTORS.map((predictor) => `>${WORDS[predictor]}`)], misses),
      text(
        'Rank correlation: 1 orders every pair as measured; 0: as good as a coin. Empty: too few cases, all predictions equal, or an unknown number of units.',
      ),
    ],
  };
}

function measurements(machine: string, cases: readonly CheckedCase[]): Section {
  const rows = cases
    .filter((one) => one.machine === machine)
    .map(({ id, predicted, measured }) => {
      const best = predicted['tiles-waves-roofline'] ?? predicted['tiles-roofline'] ?? Number.NaN;
      return [shortened(id), flopPerSecond(best), flopPerSecond(measured), (measured / best).toFixed(2)];
    });
  return {
    title: `${machine}: rates`,
    blocks: [table(['case', '>predicted', '>measured', '>ratio'], rows)],
  };
}

/** An id without what the column has no room for: its last parts tell cases apart. */
function shortened(id: string): string {
  const most = 62;
  return id.length <= most ? id : `…${id.slice(-(most - 1))}`;
}
