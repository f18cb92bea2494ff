/**
 * E-divisive with Student's t-test in place of permutations, in overlapping windows, as Apache Otava (formerly Hunter) does it: split
 * where the energy statistic is largest, keep what is significant at 10 times the p-value, then remove the least significant
 * change until all that remain are (arXiv 2301.03034; the statistic is Matteson & James, arXiv 1306.4933).
 */
import { studentTwoSided } from './student.ts';

const WINDOW = 50;
const STEP = WINDOW / 2;
/** Changes further back than this were reported long ago. */
const HISTORY = 100;

export interface ChangePoint {
  readonly index: number;
  /** Mean after less mean before. */
  readonly size: number;
}

/** Splits of windows that are complete, by start: more points do not change them. */
export type KnownWindows = Map<number, readonly number[]>;

/** Change points in the last points of `values`, known at its end. The series grows from call to call, `known` with it. */
export function recentChangePoints(values: Float64Array, maxPValue: number, known: KnownWindows): ChangePoint[] {
  const first = Math.max(0, Math.floor((values.length - HISTORY) / STEP) * STEP);
  return changePoints(values, maxPValue, first, known);
}

export function changePoints(
  values: Float64Array,
  maxPValue: number,
  first = 0,
  known: KnownWindows = new Map(),
): ChangePoint[] {
  const weak = new Set<number>();
  for (let start = first; start < values.length; ) {
    const found = known.get(start) ?? splitsFrom(values, start, maxPValue * 10);
    if (start + WINDOW <= values.length) known.set(start, found);
    for (const index of found) weak.add(index);
    start = Math.max(start + STEP, ...found);
  }
  return significant(
    values,
    first,
    [...weak].sort((a, b) => a - b),
    maxPValue,
  );
}

function splitsFrom(values: Float64Array, start: number, maxPValue: number): number[] {
  return splits(values.subarray(start, start + WINDOW), maxPValue).map((index) => index + start);
}

/** Drops the least significant change until all are significant between their neighbours. */
function significant(values: Float64Array, first: number, indices: number[], maxPValue: number): ChangePoint[] {
  for (;;) {
    const tests = indices.map((index, i) =>
      test(values, indices[i - 1] ?? first, index, indices[i + 1] ?? values.length),
    );
    const worst = tests.reduce((at, { p }, i) => (p > (tests[at]?.p ?? -1) ? i : at), 0);
    if ((tests[worst]?.p ?? 0) < maxPValue) return indices.map((index, i) => ({ index, size: tests[i]?.shift ?? 0 }));
    indices.splice(worst, 1);
  }
}

/** Significant splits of one window, found one at a time: each splits the piece where the statistic is largest. */
function splits(values: Float64Array, maxPValue: number): number[] {
  if (values.length < 4) return [];
  const sums = distanceSums(values);
  const found: number[] = [];
  const open: [number, number][] = [[0, values.length]];
  for (let piece = open.pop(); piece; piece = open.pop()) {
    const [from, to] = piece;
    const at = bestSplit(sums, values.length + 1, from, to);
    if (at === null || test(values, from, at, to).p >= maxPValue) continue;
    found.push(at);
    open.push([from, at], [at, to]);
  }
  return found.sort((a, b) => a - b);
}

/** Prefix sums over both indices of |x_i − x_j|. */
function distanceSums(values: Float64Array): Float64Array {
  const side = values.length + 1;
  const sums = new Float64Array(side * side);
  for (let i = 1; i < side; i++) {
    let row = 0;
    for (let j = 1; j < side; j++) {
      row += Math.abs((values[i - 1] as number) - (values[j - 1] as number));
      sums[i * side + j] = (sums[(i - 1) * side + j] as number) + row;
    }
  }
  return sums;
}

function bestSplit(sums: Float64Array, side: number, from: number, to: number): number | null {
  const block = (a: number, b: number, c: number, d: number) =>
    (sums[b * side + d] as number) -
    (sums[a * side + d] as number) -
    (sums[b * side + c] as number) +
    (sums[a * side + c] as number);
  let [best, at]: [number, number | null] = [Number.NEGATIVE_INFINITY, null];
  for (let tau = from + 2; tau <= to - 2; tau++) {
    const n = tau - from;
    const within = block(from, tau, from, tau) / (n * (n - 1));
    for (let end = tau + 2; end <= to; end++) {
      const m = end - tau;
      const between = (2 * block(from, tau, tau, end)) / (n * m);
      const q = ((n * m) / (n + m)) * (between - within - block(tau, end, tau, end) / (m * (m - 1)));
      if (q > best) [best, at] = [q, tau];
    }
  }
  return at;
}

/** Pooled two-sample t-test of the points on either side of a split. */
function test(values: Float64Array, from: number, at: number, to: number): { p: number; shift: number } {
  const [n, m] = [at - from, to - at];
  if (n < 2 || m < 2) return { p: 1, shift: 0 };
  const [left, right] = [moments(values, from, at), moments(values, at, to)];
  const pooled = (left.squares + right.squares) / (n + m - 2);
  const shift = right.mean - left.mean;
  return { p: studentTwoSided(shift / Math.sqrt(pooled * (1 / n + 1 / m)), n + m - 2), shift };
}

function moments(values: Float64Array, from: number, to: number): { mean: number; squares: number } {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] as number;
  const mean = sum / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += ((values[i] as number) - mean) ** 2;
  // Equal values have no spread; the ratio then decides by the shift alone.
  return { mean, squares: Math.max(squares, 1e-18) };
}
