/**
 * Summary statistics of a record. The process is the unit of observation: the estimate is the median over processes of each
 * process's median, with a distribution-free interval.
 */
import { median } from './centre.ts';

export interface Estimate {
  readonly median: number;
  readonly interval: readonly [low: number, high: number];
  /** `range`: smallest and largest, because fewer than 6 processes cannot bound the median with 95 % confidence. */
  readonly kind: 'confidence-95' | 'range';
}

/** With n processes even the whole range contains the median with probability only 1 − 2^(1−n): 94 % for 5, 97 % for 6. */
export const MIN_PROCESSES_FOR_INTERVAL = 6;
/**
 * Nominal confidence of each look. A run may stop at several looks when its interval happens to be narrow, which costs up to
 * 3 % of coverage; this keeps a whole run between 93 and 96 % (`npm run eval coverage`).
 */
const CONFIDENCE = 0.96;

/** The median over processes, with its 95 % interval from 6 processes on and their range below that. */
export function summarize(perProcess: readonly number[]): Estimate {
  if (perProcess.length === 0) throw new RangeError('no processes to summarize');
  const sorted = ascending(perProcess);
  if (sorted.length < MIN_PROCESSES_FOR_INTERVAL) {
    return { median: median(sorted), interval: [at(sorted, 1), at(sorted, sorted.length)], kind: 'range' };
  }
  return { median: median(sorted), interval: medianInterval(sorted, CONFIDENCE), kind: 'confidence-95' };
}

/**
 * Distribution-free interval of the median from order statistics. [x(d), x(n+1−d)] covers with probability
 * 1 − 2·P(Bin(n, ½) < d), which jumps with d; interpolating between two neighbouring such intervals, with the weight of
 * Hettmansperger & Sheather (Statistics & Probability Letters 4, 1986), brings coverage close to `confidence` for any
 * continuous distribution.
 *
 * @param sorted ascending, at least 6 for 95 %
 */
export function medianInterval(sorted: readonly number[], confidence: number): [low: number, high: number] {
  const n = sorted.length;
  let depth = 1;
  while (depth + 1 <= n / 2 && coverage(n, depth + 1) >= confidence) depth++;
  const [outer, inner] = [coverage(n, depth), coverage(n, depth + 1)];
  const share = outer > inner ? Math.max(0, (outer - confidence) / (outer - inner)) : 0;
  const weight = ((n - depth) * share) / (depth + (n - 2 * depth) * share);
  return [
    (1 - weight) * at(sorted, depth) + weight * at(sorted, depth + 1),
    (1 - weight) * at(sorted, n + 1 - depth) + weight * at(sorted, n - depth),
  ];
}

/** Probability that the median lies between the d-th smallest and the d-th largest of n values. */
function coverage(n: number, d: number): number {
  let below = 0;
  for (let i = 0; i < d; i++) below += Math.exp(logBinomial(n, i) - n * Math.LN2);
  return 1 - 2 * below;
}

function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** The i-th smallest, counting from 1. */
function at(sorted: readonly number[], i: number): number {
  return sorted[i - 1] ?? Number.NaN;
}
