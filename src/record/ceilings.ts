/** What a measured time means beside the device's ceilings. */
import type { Format } from '../gemm/problem.ts';
import type { MeasuredRow } from './row.ts';
import type { Peak } from './schema.ts';

export interface Ceilings {
  /** Share of the measured multiply-add rate of the accumulator's format, 0…1. */
  readonly ofPeak?: number;
  /** Share of the roofline: min(peak, arithmetic intensity × measured bandwidth). */
  readonly ofRoofline?: number;
  readonly launchBound?: boolean;
}

/** A launch under this many empty dispatches measures the launch, not the kernel. */
export const LAUNCH_BOUND_FACTOR = 5;

/** Path of the peak a GEMM is held against: the arithmetic it accumulates in, or the matrix units if its kernel uses them. */
export function peakPath(format: Pick<Format, 'acc'>, matrixUnits = false): string {
  return matrixUnits ? `f16-matrix-acc-${format.acc}` : `${format.acc}-fma`;
}

/** Rates and shares are stored with 5 significant digits each. */
const SAME_SHARE = 2.5e-4;

/**
 * The measured ceiling that a row's `ofPeak` is a share of. Which one it is depends on the kernel, so it is told by the share
 * itself; the accumulator's own comes first. Undefined where the row has no share.
 */
export function ceilingOf(
  { format, summary }: Pick<MeasuredRow, 'format' | 'summary'>,
  peaks: readonly Peak[],
): Peak | undefined {
  const { ofPeak, flopPerSecond: rate } = summary;
  if (ofPeak === undefined) return undefined;
  const fits = ({ flopPerSecond }: Peak) =>
    flopPerSecond !== undefined && Math.abs(rate / flopPerSecond / ofPeak - 1) < SAME_SHARE;
  const own = peaks.find(({ path }) => path === peakPath(format));
  return own && fits(own) ? own : peaks.find(fits);
}

/**
 * Shares of the ceilings that were measured; a ceiling that was not leaves its share out.
 *
 * @param work FLOP and compulsory bytes of one launch, and whether its kernel multiplies on matrix units
 * @param seconds of one launch
 */
export function ceilings(
  work: {
    readonly flop: number;
    readonly bytes: number;
    readonly format: Pick<Format, 'acc'>;
    readonly matrixUnits?: boolean;
  },
  seconds: number,
  peaks: readonly Peak[],
): Ceilings {
  const of = (path: string) => peaks.find((peak) => peak.path === path);
  const rate = work.flop / seconds;
  const peak = of(peakPath(work.format, work.matrixUnits))?.flopPerSecond;
  const bandwidth = of('copy')?.bytesPerSecond;
  const launch = of('launch')?.launchSeconds;
  return {
    ...(peak !== undefined && { ofPeak: rate / peak }),
    ...(peak !== undefined &&
      bandwidth !== undefined && { ofRoofline: rate / Math.min(peak, (work.flop / work.bytes) * bandwidth) }),
    ...(launch !== undefined && seconds < LAUNCH_BOUND_FACTOR * launch && { launchBound: true }),
  };
}
