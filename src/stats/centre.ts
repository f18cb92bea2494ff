/** Location and scale. */

/** Standard deviations of a normal distribution in one median absolute deviation. */
export const MAD_TO_SIGMA = 1.4826;

/** NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Middle value, or the mean of the two middle ones. NaN of no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Median absolute deviation from the median, unscaled. */
export function mad(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}

export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** The value up to which half of all weight lies, null of none. Sorts in place: histories have many. */
export function weightedMedian(values: Weighted[]): number | null {
  const half = values.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  for (const { value, weight } of values.sort((a, b) => a.value - b.value)) {
    passed += weight;
    if (passed >= half) return value;
  }
  return null;
}

/** Of sorted values, by linear interpolation. NaN of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
