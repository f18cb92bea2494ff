/**
 * Streams whose truth is known, made from real noise: residuals of real histories around their running median, drawn in
 * blocks so that outliers, skew and short correlation survive. All series of a panel are drawn with the same indices, so
 * that shifts common to a run survive too.
 */

import { median } from '../../src/stats/centre.ts';
import { below, type Random } from '../../src/stats/random.ts';
import type { CostSeries, Panel } from './histories.ts';

const RUNNING_MEDIAN = 15;
const MIN_LENGTH = 140;
const MAX_LENGTH = 400;

/** Each value less the median of the 15 around it: no trend or lasting step is left, outliers and short spells are. */
export function residuals(cost: Float64Array): Float64Array {
  const reach = RUNNING_MEDIAN >> 1;
  return cost.map((value, i) => {
    const around = [...cost.subarray(Math.max(0, i - reach), i + reach + 1)].filter((other) => !Number.isNaN(other));
    return value - median(around);
  });
}

/** A panel in which nothing ever changed. */
export function nullPanel(panel: Panel, block: number, random: Random): Panel {
  const length = panel.series[0]?.cost.length ?? 0;
  const indices = blockIndices(length, Math.min(MAX_LENGTH, Math.max(MIN_LENGTH, length)), block, random);
  return { ...panel, series: panel.series.map(({ name, cost }) => ({ name, cost: drawn(residuals(cost), indices) })) };
}

/** Indices of a moving-block bootstrap: whole blocks from random places, one after another. */
export function blockIndices(source: number, length: number, block: number, random: Random): number[] {
  const size = Math.min(block, source);
  const indices: number[] = [];
  while (indices.length < length) {
    const start = below(source - size + 1, random);
    for (let i = 0; i < size && indices.length < length; i++) indices.push(start + i);
  }
  return indices;
}

function drawn(source: Float64Array, indices: readonly number[]): Float64Array {
  return Float64Array.from(indices, (index) => source[index] ?? Number.NaN);
}

/** The series from point `at` on costing 1 + size times as much. */
export function withStep({ name, cost }: CostSeries, at: number, size: number): CostSeries {
  return { name, cost: cost.map((value, i) => (i >= at ? value + Math.log1p(size) : value)) };
}
