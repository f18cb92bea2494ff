import { activationScale, bitsOf } from './formats/scale.ts';
import type { AccumulatorFormat, OutputFormat, Problem } from './problem.ts';

/** Unit roundoff: the largest relative error of rounding to nearest. */
const UNIT_ROUNDOFF: Readonly<Record<AccumulatorFormat | OutputFormat, number>> = {
  f32: 2 ** -24,
  f16: 2 ** -11,
  bf16: 2 ** -8,
};

/** Significant bits of a product that f32 holds without rounding. */
const EXACT_PRODUCT_BITS = 24;

/**
 * Largest max |Δ| / rms that a right kernel may show against the f64 reference on dequantized operands.
 *
 * Sums. Adding k products one after the other rounds k times, by at most u of a partial sum that grows like √i. The errors
 * are nearly independent, so their sum is u·√(k/6) of rms (probabilistic analysis, Higham and Mary 2019) and its maximum over
 * many elements about six times that, 2.5·u·√k. The budget allows 6·u·√k, and never more than the worst case k·u·Σ|a·b|,
 * which is k·√k·u of rms. Every other order of summation (tiles, lanes, trees, fused multiply-add) does better.
 *
 * Roundings of a value as large as the result itself: the final sum; each product, unless it is exact in the accumulator
 * (two 16-bit operands in f32); decoding a scaled weight; decoding a scaled activation, and rounding the product of two
 * tensor scales. Each costs at most u of the largest element, and that is
 * `peak` times the rms. Doubled, because WGSL allows the neighbouring value too.
 *
 * Output. Rounding to f16 or bf16 adds one such term with the output's own u.
 *
 * What it must catch: a sum kept in f16 where f32 was promised. At k = 2880 that is off by 3e-2 and this budget is 2e-5;
 * with f16 output, {@link rmsErrorBudget} is the sharper test.
 */
export function errorBudget(problem: Problem): number {
  const { format, shape } = problem;
  const { k } = shape;
  const peak = peakOverRms(k);
  const growth = Math.min(6 * Math.sqrt(k), k * Math.sqrt(k));
  const accumulated = UNIT_ROUNDOFF[format.acc] * (growth + 2 * peak * elementRoundings(problem));
  return accumulated + 2 * peak * outputRoundoff(problem);
}

/**
 * Largest rms(Δ) / rms over a sample of a few hundred elements or more. The same reasoning without the factors for the
 * worst element: twice the sequential √(k/6), and one full u for each rounding.
 */
export function rmsErrorBudget(problem: Problem): number {
  const { format, shape } = problem;
  const growth = 2 * Math.sqrt(shape.k / 6);
  return UNIT_ROUNDOFF[format.acc] * (growth + elementRoundings(problem)) + outputRoundoff(problem);
}

/** Roundings that an element of C or its products meet besides the additions of the sum. */
function elementRoundings(problem: Problem): number {
  const { format, scale } = problem;
  const significant = (bits: number) => (bits === 32 ? 24 : 11);
  const exact =
    !scale &&
    significant(bitsOf(format.a)) + significant(bitsOf(format.w)) <= EXACT_PRODUCT_BITS &&
    format.acc === 'f32';
  return 1 + (exact ? 0 : 1) + (scale ? 1 : 0) + (activationScale(problem) ? 2 : 0);
}

/** An accumulator is stored as it is when the output has the same format. */
function outputRoundoff({ format }: Problem): number {
  return format.out === 'f32' || format.out === format.acc ? 0 : UNIT_ROUNDOFF[format.out];
}

/**
 * Largest element of C over its rms. Sums of many products are Gaussian: below 7 in 10^11 elements. With k = 1 an element is
 * one product, at most 12 times the rms for the generator's distributions; the tail in between shrinks like 1/√k.
 */
function peakOverRms(k: number): number {
  return 7 + 8 / Math.sqrt(k);
}
