import { canonicalJson, digest } from '../../gemm/digest.ts';
import type { Case } from './case.ts';

/**
 * A series is one line in a history: everything a suite chose that changes what is measured. Names are not part of it (a
 * renamed shape keeps its history, the same shape in two suites has one), nor are operand seeds (other values of the same
 * distribution), nor what the tuner picked for `best`: those are fields of a row.
 */

/** Increment when the meaning of a sample changes, so that old and new numbers are never in one series. */
export const DEFINITION = 1;

/** What one sample is: seconds per launch of launches that follow each other on one device queue. */
export const TIMING = 'seconds-per-launch/serial';

/** Hash of the definition, 16 hexadecimal digits. */
export function seriesOf(
  entry: Pick<Case, 'problem' | 'operands' | 'robustness' | 'distribution' | 'kernel' | 'sizes'>,
): string {
  const { shape, layout, groups, format, scale, bias } = entry.problem;
  const measured = {
    definition: DEFINITION,
    timing: TIMING,
    shape,
    layout,
    groups: groups?.rows,
    format,
    scale,
    bias,
    operands: entry.operands,
    robustness: entry.robustness,
    distribution: entry.distribution,
    kernel: entry.kernel,
    sizes: entry.sizes,
  };
  return digest(canonicalJson(measured)).slice(0, 16);
}
