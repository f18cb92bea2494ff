/**
 * Verification. A kernel's result is compared with f64 at chosen points (edges, corners, tile borders, a seeded sample) and, at
 * every element, with an independent kernel on the device that passed the same f64 check.
 */
import type { Point, Prepared } from '../../engine/port.ts';
import { errorBudget, rmsErrorBudget } from '../../gemm/budget.ts';
import { asElements } from '../../gemm/formats/registry.ts';
import type { Distribution, ElementFormat, Problem } from '../../gemm/problem.ts';
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
  /** Largest magnitudes that sums and C hold in their formats. */
  readonly largest: { readonly sums: number; readonly output: number };
  /** Largest rms(Δ) / rms over the points; null where they are too few for it. Sharper than `budget` for 16-bit outputs. */
  readonly rmsBudget: number | null;
}

/** Points from which on rms(Δ) is close to its expectation. */
const POINTS_FOR_RMS = 200;

export class WrongResult extends Error {}

/** The right result is beyond what the format of sums or of C holds, so infinity is what a right kernel gives. */
export class Overflow extends Error {}

export function expect(problem: Problem, seed: number, distribution: Distribution, macs: number): Expectation {
  const points = samplePoints(problem, seed, macs);
  const { exact, unquantized } = referenceAt(problem, seed, distribution, points);
  const rms = Math.max(rootMeanSquare(exact), expectedRms(problem, distribution) / 2);
  return {
    points,
    exact,
    rms,
    formatError: largestDifference(exact, unquantized) / rms,
    largest: { sums: largestOf(problem.format.acc), output: largestOf(problem.format.out) },
    budget: errorBudget(problem, distribution),
    rmsBudget: points.length >= POINTS_FOR_RMS ? rmsErrorBudget(problem, distribution) : null,
  };
}

/**
 * Checks sampled points in f64; returns max |Δ| / rms.
 *
 * @throws Overflow where an element that is not finite should be one that the format does not hold, and no other element is wrong
 * @throws WrongResult naming the worst element
 */
export async function checkPoints(prepared: Prepared, expectation: Expectation): Promise<number> {
  const values = await prepared.read(expectation.points);
  const over = overflowIn(values, expectation);
  if (over !== undefined) {
    const finite = values.map((value, i) => (Number.isFinite(value) ? value : (expectation.exact[i] ?? Number.NaN)));
    checkValues(finite, expectation);
    throw new Overflow(over);
  }
  return checkValues(values, expectation);
}

/**
 * What overflowed; undefined where nothing did, or something that had not to. C of a 16-bit format overflows where the right result is
 * beyond it. Sums in one do so anywhere in a case that has such results, since partial sums reach beyond what they end in.
 */
function overflowIn(values: Float64Array, { points, exact, largest }: Expectation): string | undefined {
  const beyond = [...values.keys()].filter((i) => !Number.isFinite(values[i]));
  const [first] = beyond;
  const isExpected = (i: number) => Math.abs(exact[i] ?? 0) > largest.output;
  if (first === undefined || !(beyond.every(isExpected) || exact.some((value) => Math.abs(value) > largest.sums)))
    return undefined;
  const point = points[first];
  const most = Math.min(largest.output, largest.sums);
  return `${beyond.length} of ${values.length} checked elements overflow: C[${point?.row},${point?.col}] is ${values[first]}, expected ${exact[first]}, and ${most} is the most`;
}

const largestOf = (format: ElementFormat) => asElements(format)?.largest ?? Number.POSITIVE_INFINITY;

function checkValues(values: Float64Array, expectation: Expectation): number {
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
  { budget, rms: expected, exact, largest }: Pick<Expectation, 'budget' | 'rms'> & Partial<Expectation>,
): Promise<{ readonly delta: number; readonly digest?: string | undefined }> {
  const { maxAbs, rms: found, nonFinite, worst, digest } = await prepared.difference(reference);
  const rms = Math.max(found, expected / 2);
  if (nonFinite > 0) {
    const most = Math.min(largest?.output ?? Number.POSITIVE_INFINITY, largest?.sums ?? Number.POSITIVE_INFINITY);
    const Kind = exact?.some((value) => Math.abs(value) > most) ? Overflow : WrongResult;
    throw new Kind(
      `${nonFinite} elements are NaN, infinite or were never written, one of them C[${worst.row},${worst.col}]`,
    );
  }
  const delta = rms > 0 ? maxAbs / rms : maxAbs;
  if (delta <= 2 * budget) return { delta, digest };
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
