/**
 * Rank lost behind a ReLU. Of n hidden units each is on with probability ½, independently; fewer than m of them on means
 * that a map through them cannot keep rank m: P(Bin(n,½) < m) = 2⁻ⁿ · Σ_{i<m} C(n,i).
 *
 * At n = 2m this is ½ − C(2m,m)/2^(2m+1), which RISES to ½ with m; it falls exponentially only for n/m > 2.
 */

export interface RankLoss {
  readonly probability: number;
  /** For probabilities below the smallest double. */
  readonly log10: number;
}

/** The sum is exact up to here; beyond, its terms would have thousands of digits. */
const EXACT_UNITS = 20_000;

/**
 * P(Bin(`units`,½) < `rank`): correctly rounded from the exact sum for up to 20,000 units; beyond, logarithms of factorials
 * leave a relative error of about n·ln n·1e-16.
 *
 * @throws RangeError unless both are integers, units ≥ 1, rank ≥ 0
 */
export function rankLoss(units: number, rank: number): RankLoss {
  if (!Number.isSafeInteger(units) || units < 1) throw new RangeError(`expected a number of units, got ${units}`);
  if (!Number.isSafeInteger(rank) || rank < 0) throw new RangeError(`expected a rank, got ${rank}`);
  if (rank === 0) return { probability: 0, log10: Number.NEGATIVE_INFINITY };
  if (rank > units) return { probability: 1, log10: 0 };
  if (units <= EXACT_UNITS) return exact(units, rank);
  const log = logBelow(units, rank);
  return { probability: Math.exp(log), log10: log / Math.LN10 };
}

/** Σ_{i<rank} C(units,i): the numerator over 2^units. */
export function rankLossNumerator(units: number, rank: number): bigint {
  const n = BigInt(units);
  let term = 1n;
  let sum = 0n;
  for (let i = 0n; i < BigInt(rank); i += 1n) {
    sum += term;
    term = (term * (n - i)) / (i + 1n);
  }
  return sum;
}

function exact(units: number, rank: number): RankLoss {
  const sum = rankLossNumerator(units, rank);
  const bits = sum.toString(16).length * 4;
  // 64 leading bits with a sticky last one round to a double exactly as the whole number would.
  const shift = BigInt(Math.max(0, bits - 64));
  const sticky = sum & ((1n << shift) - 1n) ? 1n : 0n;
  const leading = Number((sum >> shift) | sticky);
  const exponent = Number(shift) - units;
  return { probability: timesPowerOfTwo(leading, exponent), log10: Math.log10(leading) + exponent * Math.log10(2) };
}

/** In two steps, since 2^exponent alone may underflow where the product does not. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/** ln P(Bin(n,½) < m), from the largest term outwards. */
function logBelow(n: number, m: number): number {
  if (2 * m > n + 1) return Math.log1p(-Math.exp(logBelow(n, n - m + 1)));
  const first = m - 1;
  const largest = logFactorial(n) - logFactorial(first) - logFactorial(n - first) - n * Math.LN2;
  let ratio = 1;
  let sum = 1;
  for (let i = first; i > 0 && ratio > sum * 1e-18; i -= 1) {
    ratio *= i / (n - i + 1);
    sum += ratio;
  }
  return largest + Math.log(sum);
}

/** Stirling's series; only for the large n that the exact sum leaves, and their small parts summed up. */
function logFactorial(n: number): number {
  if (n < 32) {
    let log = 0;
    for (let i = 2; i <= n; i += 1) log += Math.log(i);
    return log;
  }
  const inverse = 1 / n;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}
