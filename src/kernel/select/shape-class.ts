/** Shape classes: problems that share one tuned choice. */
import type { Problem } from '../../gemm/problem.ts';
import { longestRows } from '../text/choice.ts';

/** From this ratio of n to k (or k to n) on, the ratio decides the technique. */
const LOPSIDED = 4;
/** Up to this many rows each power of two is a class of its own; beyond, all problems fill any tile. */
const MOST_ROWS = 512;

/**
 * The class of a problem: equal text for problems that are expected to need the same kernel, tile and thread:
 *
 * - `m`: rows that one B serves, up to a power of two (1, 2, 3…4, 5…8, … 257…512, more): how often a weight is reused
 * - `nk`: n·k up to a power of four: how many workgroups there are, and which cache B fits
 * - `form`: `wide` (n ≥ 4k), `deep` (k ≥ 4n) or `even`: whether to split k
 * - `align`: the largest of 32, 8, 4, 1 that divides n and k: which vector loads stay within a row
 * - `kind`: `single`, `batched` or `grouped`
 * - layout and number formats
 *
 * Bias, block scale rule and operand values do not change the work and are left out.
 */
export function shapeClass(problem: Problem): string {
  const { shape, layout, format, groups } = problem;
  const { n, k, batch } = shape;
  const form = n >= LOPSIDED * k ? 'wide' : k >= LOPSIDED * n ? 'deep' : 'even';
  const align = [32, 8, 4].find((unit) => n % unit === 0 && k % unit === 0) ?? 1;
  const kind = groups ? 'grouped' : batch > 1 ? 'batched' : 'single';
  const { w, a, acc, out } = format;
  return [
    `m=${rowBucket(longestRows(problem))}`,
    `nk=4^${Math.ceil(Math.log2(n * k) / 2)}`,
    `form=${form}`,
    `align=${align}`,
    `kind=${kind}`,
    `layout=${layout}`,
    `w=${w}`,
    `a=${a}`,
    `acc=${acc}`,
    `out=${out}`,
  ].join('/');
}

/** Most rows of a problem in the same class; Infinity for the last one. */
export function mostRows(problem: Problem): number {
  const rows = Math.max(1, longestRows(problem));
  return rows > MOST_ROWS ? Number.POSITIVE_INFINITY : 2 ** Math.ceil(Math.log2(rows));
}

function rowBucket(rows: number): string {
  if (rows > MOST_ROWS) return `${MOST_ROWS + 1}+`;
  const most = 2 ** Math.ceil(Math.log2(Math.max(1, rows)));
  const least = Math.floor(most / 2) + 1;
  return least >= most ? String(most) : `${least}..${most}`;
}
