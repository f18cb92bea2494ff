/** What a measured time means beside the device's ceilings. */
import type { Format } from '../gemm/problem.ts';
import type { MeasuredRow } from './row.ts';
import type { Peak } from './schema.ts';

export interface Ceilings {
  /** Share of the measured multiply-add rate of the accumulator's format, 0…1. */
  readonly ofPeak?: number;
  /** Share of the roofline: min(peak, arithmetic intensity × bandwidth of traffic as this launch has it). */
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
 * The measured ceiling that a row's `ofPeak` is a share of. The row's own comes first; records that do not say which kernels
 * use matrix units tell it by the share itself. Undefined where the row has no share.
 */
export function ceilingOf(
  { format, kernel, summary }: Pick<MeasuredRow, 'format' | 'kernel' | 'summary'>,
  peaks: readonly Peak[],
): Peak | undefined {
  const { ofPeak, flopPerSecond: rate } = summary;
  if (ofPeak === undefined) return undefined;
  const fits = ({ flopPerSecond }: Peak) =>
    flopPerSecond !== undefined && Math.abs(rate / flopPerSecond / ofPeak - 1) < SAME_SHARE;
  const own = peaks.find(({ path }) => path === peakPath(format, kernel.matrixUnits));
  return own && fits(own) ? own : peaks.find(fits);
}

/**
 * Bytes per second that memory gives to traffic of which this share is written. A copy writes half of what it moves, so with r
 * and c the measured rates of reads and of copies, a byte read takes 1/r and a byte written 2/c − 1/r; what writes more
 * than half is held to the copy. Records without a rate of reads hold everything to it.
 */
export function bandwidth(peaks: readonly Peak[], writtenShare: number): number | undefined {
  const of = (path: string) => peaks.find((peak) => peak.path === path)?.bytesPerSecond;
  const [copy, read] = [of('copy'), of('read')];
  if (copy === undefined || read === undefined) return copy;
  const share = Math.min(writtenShare, 0.5);
  return 1 / ((1 - 2 * share) / read + (2 * share) / copy);
}

/** What a launch has to do, and with what. */
export interface Work {
  readonly flop: number;
  /** Compulsory traffic, and how much of it is C. */
  readonly bytes: number;
  readonly bytesWritten: number;
  readonly format: Pick<Format, 'acc'>;
  /** Whether its kernel multiplies on matrix units. */
  readonly matrixUnits?: boolean | undefined;
}

/**
 * Shares of the ceilings that were measured; a ceiling that was not leaves its share out.
 *
 * @param seconds of one launch
 */
export function ceilings(work: Work, seconds: number, peaks: readonly Peak[]): Ceilings {
  const of = (path: string) => peaks.find((peak) => peak.path === path);
  const rate = work.flop / seconds;
  const peak = of(peakPath(work.format, work.matrixUnits))?.flopPerSecond;
  const bytesPerSecond = bandwidth(peaks, work.bytesWritten / work.bytes);
  const launch = of('launch')?.launchSeconds;
  return {
    ...(peak !== undefined && { ofPeak: rate / peak }),
    ...(peak !== undefined &&
      bytesPerSecond !== undefined && { ofRoofline: rate / Math.min(peak, (work.flop / work.bytes) * bytesPerSecond) }),
    ...(launch !== undefined && seconds < LAUNCH_BOUND_FACTOR * launch && { launchBound: true }),
  };
}
