/**
 * Verification. A kernel's result is compared with f64 at chosen points (edges, corners, tile borders, a seeded sample) and, at
 * every element, with an independent kernel on the device that passed the same f64 check.
 */
import type { Point, Prepared } from '../../engine/port.ts';
import { errorBudget, rmsErrorBudget } from '../../gemm/budget.ts';
import type { Distribution, Problem } from '../../gemm/problem.ts';
import { expectedRms, referenceAt, samplePoints } from '../../gemm/reference.ts';

/** The expected result, computed once per case in f64; null on a scripted device, which computes nothing. */
export interface Expectation {
  readonly points: readonly Point[];
  readonly exact: Float64Array;
  /** Root mean square of C: of `exact`, or what is expected where so few points are small by chance. */
  readonly rms: number;
  /** max |Δ| / rms between dequantized and unquantized operands: what the number format itself costs. */
  readonly formatError: number;
  /** Largest max |Δ| / rms a right kernel may show. */
  readonly budget: number;
  /** Largest rms(Δ) / rms over the points; null where they are too few for it. Sharper than `budget` for 16-bit outputs. */
  readonly rmsBudget: number | null;
}

/** Points from which on rms(Δ) is close to its expectation. */
const POINTS_FOR_RMS = 200;

export interface Verification {
  /** max |Δ| / rms against f64 on dequantized operands, over `checkedPoints`. */
  readonly kernelError: number;
  readonly formatError: number;
  readonly budget: number;
  readonly checkedPoints: number;
  /** max |Δ| / rms against the reference kernel over every element, worst of all operand sets and of both checks. */
  readonly referenceDelta: number;
  /** Whether the answer was checked again after the last timed sample. */
  readonly again: boolean;
}

export class WrongResult extends Error {}

export function expect(problem: Problem, seed: number, distribution: Distribution, macs: number): Expectation {
  const points = samplePoints(problem, seed, macs);
  const { exact, unquantized } = referenceAt(problem, seed, distribution, points);
  const rms = Math.max(rootMeanSquare(exact), expectedRms(problem, distribution) / 2);
  return {
    points,
    exact,
    rms,
    formatError: largestDifference(exact, unquantized) / rms,
    budget: errorBudget(problem),
    rmsBudget: points.length >= POINTS_FOR_RMS ? rmsErrorBudget(problem) : null,
  };
}

/** Checks sampled points in f64; returns max |Δ| / rms or throws WrongResult naming the worst element. */
export async function checkPoints(prepared: Prepared, expectation: Expectation): Promise<number> {
  const values = await prepared.read(expectation.points);
  let [worst, at] = [0, 0];
  for (const [i, value] of values.entries()) {
    const error = Math.abs(value - (expectation.exact[i] ?? Number.NaN)) / expectation.rms;
    if (!(error <= worst)) [worst, at] = [Number.isNaN(error) ? Number.POSITIVE_INFINITY : error, i];
  }
  if (worst <= expectation.budget) {
    checkRms(values, expectation);
    return worst;
  }
  const point = expectation.points[at];
  throw new WrongResult(
    `C[${point?.row},${point?.col}] is ${values[at]}, expected ${expectation.exact[at]}: error ${worst.toPrecision(3)} of rms, budget ${expectation.budget.toPrecision(3)}`,
  );
}

function checkRms(values: Float64Array, { exact, rms, rmsBudget }: Expectation): void {
  const error = rootMeanSquare(values.map((value, i) => value - (exact[i] ?? Number.NaN))) / rms;
  if (rmsBudget === null || error <= rmsBudget) return;
  throw new WrongResult(
    `the error over ${values.length} elements is ${error.toPrecision(3)} of rms, budget ${rmsBudget.toPrecision(3)}: as if summed in a smaller format`,
  );
}

/**
 * Compares every element with the reference kernel's result; returns max |Δ| / rms or throws WrongResult. Twice the budget is
 * allowed, because the reference has an error too.
 */
export async function checkEverywhere(
  prepared: Prepared,
  reference: Prepared,
  { budget, rms: expected }: Pick<Expectation, 'budget' | 'rms'>,
): Promise<number> {
  const { maxAbs, rms: found, nonFinite, worst } = await prepared.difference(reference);
  const rms = Math.max(found, expected / 2);
  if (nonFinite > 0) {
    throw new WrongResult(
      `${nonFinite} elements are NaN, infinite or were never written, one of them C[${worst.row},${worst.col}]`,
    );
  }
  const delta = rms > 0 ? maxAbs / rms : maxAbs;
  if (delta <= 2 * budget) return delta;
  throw new WrongResult(
    `C[${worst.row},${worst.col}] differs from the reference kernel by ${delta.toPrecision(3)} of rms, budget ${(2 * budget).toPrecision(3)}`,
  );
}

function rootMeanSquare(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / Math.max(values.length, 1));
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let worst = 0;
  for (const [i, value] of a.entries()) worst = Math.max(worst, Math.abs(value - (b[i] ?? Number.NaN)));
  return worst;
}
