/**
 * Whether what a compiler tells of kernels orders them as their rates do: Spearman's rank correlation of each figure with the
 * measured rate, over the kernels of a problem.
 */
import type { Inspection, InspectionRow } from '../../src/record/beside/inspection.ts';
import type { RunRecord } from '../../src/record/schema.ts';
import { rankCorrelation } from '../../src/stats/rank-correlation.ts';

type Compiled = Extract<InspectionRow, { status: 'compiled' }>;

/** More is predicted to be faster. Null where the compiler does not tell. */
type Predictor = (row: Compiled) => number | null;

const less = (value: number | null | undefined) => (value == null ? null : -value);

/**
 * Multiply-adds that a matrix instruction does for a lane: 16×16×16 in a subgroup of 32, up to a factor that differs between
 * chips and not between the kernels of one.
 */
const OF_MATRIX = 128;

export const PREDICTORS: Readonly<Record<string, Predictor>> = {
  'multiply-adds per instruction': ({ loop }) =>
    loop && (loop.multiplyAdds + OF_MATRIX * loop.matrix) / loop.instructions,
  'few spills': ({ spills }) => less(spills),
  'few registers': ({ registers }) => less(registers),
  occupancy: ({ occupancy }) => occupancy,
  'few memory operations a multiply-add': ({ loop }) =>
    loop && less(loop.memory / Math.max(1, loop.multiplyAdds + OF_MATRIX * loop.matrix)),
};

export interface Correlation {
  readonly gpu: string;
  /** The problem: id without the kernel. */
  readonly problem: string;
  readonly predictor: string;
  readonly kernels: number;
  /** −1…1; null for fewer than three kernels, or where one side is constant. */
  readonly correlation: number | null;
}

/** A kernel's place among those of its problem, 1 the fastest; ties share the mean. */
export interface Placed {
  readonly gpu: string;
  readonly problem: string;
  readonly kernel: string;
  readonly flopPerSecond: number;
  readonly multiplyAddsPerInstruction: number | null;
  readonly spills: number | null;
  readonly measuredPlace: number;
  /** By multiply-adds per instruction. */
  readonly predictedPlace: number | null;
}

interface Pair {
  readonly row: Compiled;
  readonly problem: string;
  readonly flopPerSecond: number;
}

const problemOf = (id: string) => id.replace(/\/kernel=[^/]*/, '');

/** Kernels that were both compiled and measured, by GPU and problem. */
function pairsOf(inspection: Inspection, record: Pick<RunRecord, 'cases'>): Pair[][] {
  const rates = new Map(
    record.cases.flatMap((row) => (row.status === 'measured' ? [[row.id, row.summary.flopPerSecond] as const] : [])),
  );
  const groups = new Map<string, Pair[]>();
  for (const row of inspection.kernels) {
    const flopPerSecond = rates.get(row.case);
    if (row.status !== 'compiled' || flopPerSecond === undefined) continue;
    const problem = problemOf(row.case);
    const key = `${row.gpu} ${problem}`;
    groups.set(key, [...(groups.get(key) ?? []), { row, problem, flopPerSecond }]);
  }
  return [...groups.values()];
}

export function correlationsOf(inspection: Inspection, record: Pick<RunRecord, 'cases'>): Correlation[] {
  return pairsOf(inspection, record).flatMap((pairs) =>
    Object.entries(PREDICTORS).map(([predictor, predict]) => {
      const told = pairs.flatMap(({ row, flopPerSecond }) => {
        const predicted = predict(row);
        return predicted === null ? [] : [{ predicted, flopPerSecond }];
      });
      const correlation = rankCorrelation(
        told.map(({ predicted }) => predicted),
        told.map(({ flopPerSecond }) => flopPerSecond),
      );
      const { gpu = '', problem = '' } = { gpu: pairs[0]?.row.gpu, problem: pairs[0]?.problem };
      return { gpu, problem, predictor, kernels: told.length, correlation };
    }),
  );
}

/** By measured rate, fastest first. */
export function placesOf(inspection: Inspection, record: Pick<RunRecord, 'cases'>): Placed[] {
  const predict = PREDICTORS['multiply-adds per instruction'] as Predictor;
  return pairsOf(inspection, record).flatMap((pairs) => {
    const rates = pairs.map(({ flopPerSecond }) => flopPerSecond);
    const predictions = pairs.flatMap(({ row }) => predict(row) ?? []);
    const placed = pairs.map(({ row, problem, flopPerSecond }) => {
      const predicted = predict(row);
      return {
        gpu: row.gpu,
        problem,
        kernel: row.kernel,
        flopPerSecond,
        multiplyAddsPerInstruction: predicted,
        spills: row.spills,
        measuredPlace: placeIn(rates, flopPerSecond),
        predictedPlace: predicted === null ? null : placeIn(predictions, predicted),
      };
    });
    return placed.sort((one, other) => one.measuredPlace - other.measuredPlace);
  });
}

function placeIn(values: readonly number[], value: number): number {
  const above = values.filter((other) => other > value).length;
  const alike = values.filter((other) => other === value).length;
  return above + (alike + 1) / 2;
}
