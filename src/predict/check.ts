/** Compares predictions with measured rates: values, and how well each predictor orders the cases of a kernel. */
import type { Problem } from '../gemm/problem.ts';
import type { Tile } from '../kernel/program.ts';
import { median } from '../stats/centre.ts';
import { rankCorrelation } from '../stats/rank-correlation.ts';
import { roofline } from './roofline.ts';
import { tileQuantization, waveQuantization } from './tiles.ts';

/** A measured case as far as predictions need it. */
export interface MeasuredCase {
  readonly id: string;
  readonly machine: string;
  readonly kernel: string;
  readonly problem: Problem;
  readonly tile: Pick<Tile, 'm' | 'n'>;
  readonly flopPerSecond: number;
  /** Peaks measured on that machine. */
  readonly peak: { readonly flopPerSecond: number; readonly bytesPerSecond: number };
  /** Units that run workgroups, where the GPU is known. */
  readonly units?: number;
}

/** Predictors of the rate in FLOP/s, from simple to detailed; `work` assumes time proportional to FLOP. */
export const PREDICTORS = ['work', 'roofline', 'tiles', 'tiles-roofline', 'tiles-waves-roofline'] as const;
export type Predictor = (typeof PREDICTORS)[number];

export interface CheckedCase {
  readonly id: string;
  readonly machine: string;
  readonly kernel: string;
  readonly measured: number;
  /** Absent where the machine's units are unknown. */
  readonly predicted: Readonly<Partial<Record<Predictor, number>>>;
}

/** How one kernel's cases on one machine are ordered by each predictor: Spearman's coefficient, null if undefined. */
export interface KernelCheck {
  readonly machine: string;
  readonly kernel: string;
  readonly cases: number;
  readonly rankCorrelation: Readonly<Record<Predictor, number | null>>;
  /** Typical error of a rate after the predictions are scaled to fit: 0.1 for 10 %. Null without predictions. */
  readonly misses: Readonly<Record<Predictor, number | null>>;
}

export interface PredictionCheck {
  readonly cases: readonly CheckedCase[];
  readonly kernels: readonly KernelCheck[];
}

export function checkPredictions(measured: readonly MeasuredCase[]): PredictionCheck {
  const cases = measured.map(checkedCase);
  const groups = new Map<string, CheckedCase[]>();
  for (const one of cases) {
    const key = `${one.machine}/${one.kernel}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return { cases, kernels: [...groups.values()].map(kernelCheck) };
}

function checkedCase(one: MeasuredCase): CheckedCase {
  const { id, machine, kernel, problem, tile, peak, units, flopPerSecond } = one;
  const { tiles, efficiency } = tileQuantization(problem, tile);
  const bound = (share: number) =>
    roofline(problem, { ...peak, flopPerSecond: peak.flopPerSecond * share }).flopPerSecond;
  return {
    id,
    machine,
    kernel,
    measured: flopPerSecond,
    predicted: {
      work: peak.flopPerSecond,
      roofline: bound(1),
      tiles: peak.flopPerSecond * efficiency,
      'tiles-roofline': bound(efficiency),
      ...(units && { 'tiles-waves-roofline': bound(efficiency * waveQuantization(tiles, units).efficiency) }),
    },
  };
}

function kernelCheck(cases: readonly CheckedCase[]): KernelCheck {
  const of = (judge: (predicted: readonly number[], measured: readonly number[]) => number | null) => {
    const judged = PREDICTORS.map((predictor) => {
      const pairs = cases.filter(({ predicted }) => predicted[predictor] !== undefined);
      return [
        predictor,
        judge(
          pairs.map(({ predicted }) => predicted[predictor] ?? Number.NaN),
          pairs.map(({ measured }) => measured),
        ),
      ] as const;
    });
    return Object.fromEntries(judged) as Record<Predictor, number | null>;
  };
  return {
    machine: cases[0]?.machine ?? '',
    kernel: cases[0]?.kernel ?? '',
    cases: cases.length,
    rankCorrelation: of(rankCorrelation),
    misses: of(missOf),
  };
}

/** Median distance of ln(measured / predicted) from its own median. */
function missOf(predicted: readonly number[], measured: readonly number[]): number | null {
  if (predicted.length === 0) return null;
  const logs = measured.map((rate, i) => Math.log(rate / (predicted[i] ?? Number.NaN)));
  const fit = median(logs);
  return Math.expm1(median(logs.map((log) => Math.abs(log - fit))));
}
