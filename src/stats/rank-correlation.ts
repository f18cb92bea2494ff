/**
 * Spearman's rank correlation, ties sharing the mean of their ranks: 1 when a prediction orders everything as measured.
 *
 * @returns null for fewer than three pairs, or when either side is constant
 */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length !== ys.length) throw new RangeError(`${xs.length} predictions for ${ys.length} measurements`);
  if (xs.length < 3) return null;
  const [a, b] = [ranks(xs), ranks(ys)];
  const middle = (xs.length + 1) / 2;
  let [product, squaresA, squaresB] = [0, 0, 0];
  a.forEach((rank, i) => {
    const [dx, dy] = [rank - middle, (b[i] ?? middle) - middle];
    product += dx * dy;
    squaresA += dx * dx;
    squaresB += dy * dy;
  });
  return squaresA === 0 || squaresB === 0 ? null : product / Math.sqrt(squaresA * squaresB);
}

/** Ranks from 1; equal values share their mean. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((one, other) => one.value - other.value);
  const result = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && order[end]?.value === order[start]?.value) end += 1;
    for (const { index } of order.slice(start, end)) result[index] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}
