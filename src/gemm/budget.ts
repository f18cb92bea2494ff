import { asElements, type FormatName } from './formats/registry.ts';
import { activationScale } from './formats/scale.ts';
import { type Distribution, type Problem, partsOf } from './problem.ts';

/** Unit roundoff: the largest relative error of rounding to nearest. */
function roundoff(format: FormatName): number {
  return 2 ** -precision(format);
}

function precision(format: FormatName): number {
  return asElements(format)?.precision ?? Number.POSITIVE_INFINITY;
}

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
 * With outliers partial sums and the result are as much larger than the rms as the largest product is, in the worst element.
 *
 * What it must catch: a sum kept in f16 where f32 was promised. At k = 2880 that is off by 3e-2 and this budget is 2e-5;
 * with f16 output, {@link rmsErrorBudget} is the sharper test.
 */
export function errorBudget(problem: Problem, distribution: Distribution = 'normal'): number {
  const { format, shape } = problem;
  const { k } = shape;
  const peak = peakOverRms(k, distribution);
  const steep = peak / peakOverRms(k, 'normal');
  const growth = Math.min(6 * Math.sqrt(k) * steep, k * Math.sqrt(k) * steep);
  const accumulated = roundoff(format.acc) * (growth + 2 * peak * elementRoundings(problem));
  return accumulated + 2 * peak * outputRoundoff(problem);
}

/**
 * Largest rms(Δ) / rms over a sample of a few hundred elements or more. The same reasoning without the factors for the
 * worst element: twice the sequential √(k/6), and one full u for each rounding.
 */
export function rmsErrorBudget(problem: Problem, distribution: Distribution = 'normal'): number {
  const { format, shape } = problem;
  // The rms over a sample hangs on the few largest, where there are outliers.
  const steep = partsOf(distribution).name === 'outliers' ? 4 : 1;
  const growth = 2 * steep * Math.sqrt(shape.k / 6);
  return roundoff(format.acc) * (growth + elementRoundings(problem)) + outputRoundoff(problem);
}

/** Roundings that an element of C or its products meet besides the additions of the sum. */
function elementRoundings(problem: Problem): number {
  const { format, scale } = problem;
  const { a, w, acc } = format;
  const exact = !scale && precision(a) + precision(w) <= EXACT_PRODUCT_BITS && precision(acc) >= EXACT_PRODUCT_BITS;
  return 1 + (exact ? 0 : 1) + (scale ? 1 : 0) + (activationScale(problem) ? 2 : 0);
}

/** An accumulator is stored as it is when the output has the same format. */
function outputRoundoff({ format }: Problem): number {
  return precision(format.out) >= precision(format.acc) ? 0 : roundoff(format.out);
}

/**
 * Largest element of C over its rms. Sums of many products are Gaussian: below 7 in 10^11 elements. With k = 1 an element is
 * one product, at most 12 times the rms for the generator's distributions; the tail in between shrinks like 1/√k.
 */
function peakOverRms(k: number, distribution: Distribution): number {
  // Two outliers that meet are 32² times the usual product, which has an eighth of the rms of one product, at most 12 times itself.
  const largest = partsOf(distribution).name === 'outliers' ? (12 * 32 ** 2) / 9 : 8;
  return 7 + largest / Math.sqrt(k);
}
