/**
 * A robust level from one observation per process. Processes come in modes: the same pipeline, recompiled, can be 20 % slower for
 * a whole process. The level is that of the fastest mode with at least a quarter of the processes, estimated by Tukey's biweight:
 * full weight near the level, none far from it. A process in another mode has no weight here but counts in the noise of every
 * decision.
 */
import { MAD_TO_SIGMA, median } from './centre.ts';

/** Biweight constant: 95 % as efficient as the mean for normal noise (Mosteller & Tukey, Data Analysis and Regression, 1977). */
const CUT = 4.685;
const STEPS = 12;
/** Share of observations that make a mode. */
const MODE_SHARE = 1 / 4;

/**
 * The level of one candidate.
 *
 * @param values logarithms of seconds, one a process, in any order; NaN of none
 * @param scale standard deviation within a mode; 0 for noise-free observations
 */
export function levelOf(values: ArrayLike<number>, scale: number): number {
  if (values.length === 0) return Number.NaN;
  let level = smallest(values, Math.ceil(values.length * MODE_SHARE));
  const reach = CUT * scale;
  if (reach <= 0) return level;
  for (let step = 0; step < STEPS; step++) {
    let [weights, sum] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const u = (value - level) / reach;
      if (u <= -1 || u >= 1) continue;
      const weight = (1 - u * u) ** 2;
      weights += weight;
      sum += weight * value;
    }
    const next = sum / weights;
    if (Math.abs(next - level) < 1e-3 * scale) return next;
    level = next;
  }
  return level;
}

/** The i-th smallest, counting from 1; cheaper than sorting for small i. */
function smallest(values: ArrayLike<number>, i: number): number {
  const least = new Float64Array(i).fill(Number.POSITIVE_INFINITY);
  for (let j = 0; j < values.length; j++) {
    const value = values[j] as number;
    let at = i - 1;
    if (value >= (least[at] as number)) continue;
    for (; at > 0 && value < (least[at - 1] as number); at--) least[at] = least[at - 1] as number;
    least[at] = value;
  }
  return least[i - 1] as number;
}

/** Standard deviation within a mode, from residuals that may include others: from the median magnitude; 0 of none. */
export function scaleOf(residuals: readonly number[]): number {
  return residuals.length === 0 ? 0 : MAD_TO_SIGMA * median(residuals.map(Math.abs));
}
