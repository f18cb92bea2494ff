/**
 * Operand values on the CPU: any element of A, B or the bias, as stored (rounded to its format and dequantized again) and
 * as drawn (before rounding). The device fills its buffers by the same rules (fill.ts).
 *
 * The index that the generator counts is the element's place in logical storage: dense, in the operand's layout, batches
 * or experts following each other, without any padding.
 */

import { blockLines, type Lines } from './block-lines.ts';
import { asElements, asScaled } from './formats/registry.ts';
import { activationScale, blockQuantizer, pairRefusal } from './formats/scale.ts';
import { integers, keysOf, rangeOf, TENSORS } from './generator.ts';
import type { ActivationFormat, BlockScale, Distribution, Problem, WeightFormat } from './problem.ts';
import { isTransposedA, isTransposedB, partsOf } from './problem.ts';
import { rowRanges, rows } from './shape.ts';

/** Where a line lies: the index of its first element, and the distance between neighbours along k. */
interface Place {
  readonly first: number;
  readonly stride: number;
}

/** A by row over all batch entries or experts. */
export function operandA(problem: Problem, seed: number, distribution: Distribution): Lines {
  const { k } = problem.shape;
  const draw = integers(keysOf(seed, TENSORS.a), distribution);
  const mixed = pairRefusal(problem.format);
  if (mixed) throw new RangeError(mixed);
  const quantizer = quantizerOf(problem.format.a, activationScale(problem), distribution);
  if (quantizer) {
    requireAlongK(problem, 'activations', problem.format.a);
    return blockLines(k, rows(problem), distribution, draw, quantizer);
  }
  const rounder = elementRounder(problem.format.a);
  if (!isTransposedA(problem.layout))
    return denseLines(k, distribution, draw, rounder, (row) => ({ first: row * k, stride: 1 }));
  const ranges = rowRanges(problem);
  const rangeOf = rangeFinder(ranges);
  return denseLines(k, distribution, draw, rounder, (row) => {
    const { first, end } = rangeOf(row);
    return { first: first * k + row - first, stride: end - first };
  });
}

/** B by column over all matrices: line = matrix·n + col. */
export function operandB(problem: Problem, seed: number, distribution: Distribution): Lines {
  const { n, k } = problem.shape;
  const draw = integers(keysOf(seed, TENSORS.b), distribution);
  const quantizer = quantizerOf(problem.format.w, problem.scale, distribution);
  if (quantizer) {
    requireAlongK(problem, 'weights', problem.format.w);
    return blockLines(k, n, distribution, draw, quantizer);
  }
  const place = isTransposedB(problem.layout)
    ? (line: number) => ({ first: line * k, stride: 1 })
    : (line: number) => ({ first: Math.floor(line / n) * n * k + (line % n), stride: n });
  return denseLines(k, distribution, draw, elementRounder(problem.format.w), place);
}

/** The quantizer of an operand in a scaled format; undefined where its elements stand for themselves. */
function quantizerOf(name: WeightFormat, scale: BlockScale | undefined, distribution: Distribution) {
  const format = asScaled(name);
  return format && scale && blockQuantizer(format, scale, distribution);
}

/**
 * @throws RangeError for blocks that would not run along k, and for activations in another scaled format than the weights
 */
export function requireAlongK({ layout, format }: Problem, what: 'weights' | 'activations', stored: string): void {
  const mixed = pairRefusal(format);
  if (mixed) throw new RangeError(mixed);
  if (layout !== 'nt') throw new RangeError(`${stored} ${what} have blocks along k and need layout nt, not ${layout}`);
}

/** Bias by matrix and column; zero where the problem has none. Exact in f32. */
export function biasAt(
  problem: Problem,
  seed: number,
  distribution: Distribution,
): (matrix: number, col: number) => number {
  if (!problem.bias) return () => 0;
  const draw = integers(keysOf(seed, TENSORS.bias), distribution);
  const unit = 2 ** biasExponent(problem.shape.k, distribution);
  const { n } = problem.shape;
  return (matrix, col) => draw(matrix * n + col) * unit;
}

/** Scales the bias to the size of the sum it joins, √k, as a power of two: a forgotten bias cannot hide in rounding noise. */
export function biasExponent(k: number, distribution: Distribution): number {
  const bits = 32 - Math.clz32(k - 1);
  const { amplitude } = partsOf(distribution);
  // As the sum, which has a factor of each operand.
  return rangeOf(distribution).exponent + Math.log2(amplitude) + ((bits + 1) >> 1);
}

/** Rounds a drawn integer to an element-wise format; the result is again an integer. */
export function elementRounder(format: ActivationFormat | WeightFormat): (integer: number) => number {
  return asElements(format)?.round ?? ((integer) => integer);
}

/** Finds the row range that holds a row, remembering the last one. */
export function rangeFinder<R extends { readonly first: number; readonly end: number }>(
  ranges: readonly R[],
): (row: number) => R {
  let last: R | undefined;
  return (row) => {
    if (last && row >= last.first && row < last.end) return last;
    last = ranges.find(({ first, end }) => row >= first && row < end);
    if (!last) throw new RangeError(`row ${row} lies outside the problem`);
    return last;
  };
}

function denseLines(
  k: number,
  distribution: Distribution,
  draw: (index: number) => number,
  round: (integer: number) => number,
  place: (line: number) => Place,
): Lines {
  const unit = 2 ** rangeOf(distribution).exponent;
  const at = (line: number, kk: number) => {
    const { first, stride } = place(line);
    return draw(first + kk * stride);
  };
  return {
    stored: (line, kk) => round(at(line, kk)) * unit,
    drawn: (line, kk) => at(line, kk) * unit,
    read(line, stored, drawn) {
      const { first, stride } = place(line);
      for (let kk = 0; kk < k; kk += 1) {
        const integer = draw(first + kk * stride);
        drawn[kk] = integer * unit;
        stored[kk] = round(integer) * unit;
      }
    },
  };
}
