/** Better-aligned shapes nearby, and their predicted gain. */
import type { Problem } from '../gemm/problem.ts';
import { powerOfTwoDivisor } from './alignment.ts';
import { type Prediction, predict, type Target } from './rate.ts';

export interface Neighbour {
  readonly dimension: 'm' | 'n' | 'k';
  readonly value: number;
  /** value − the shape's. */
  readonly distance: number;
  readonly divisor: number;
  readonly prediction: Prediction;
  /** Predicted FLOP/s over that of the shape, minus 1: the gain per parameter or token. */
  readonly rateGain: number;
  /** Predicted seconds over the shape's own, minus 1: negative is faster although the work differs. */
  readonly timeChange: number;
}

/** Alignments worth having: 16-byte loads of 16-bit numbers, then up to the widest tiles. */
const ALIGNMENTS = [8, 16, 32, 64, 128, 256] as const;

/**
 * For every alignment better than the dimension's own, the nearest multiple below and above; closest first. Grouped shapes
 * have no neighbours in m, which routing decides.
 */
export function neighbours(problem: Problem, dimension: Neighbour['dimension'], target: Target): Neighbour[] {
  if (dimension === 'm' && problem.groups) return [];
  const own = problem.shape[dimension];
  const better = ALIGNMENTS.filter((alignment) => alignment > powerOfTwoDivisor(own));
  const values = new Set(better.flatMap((step) => [Math.floor(own / step) * step, Math.ceil(own / step) * step]));
  const before = predict(problem, target);
  return [...values]
    .filter((value) => value > 0)
    .map((value) => {
      const prediction = predict({ ...problem, shape: { ...problem.shape, [dimension]: value } }, target);
      return {
        dimension,
        value,
        distance: value - own,
        divisor: powerOfTwoDivisor(value),
        prediction,
        rateGain: prediction.flopPerSecond / before.flopPerSecond - 1,
        timeChange: prediction.seconds / before.seconds - 1,
      };
    })
    .sort((one, other) => Math.abs(one.distance) - Math.abs(other.distance) || one.value - other.value);
}
