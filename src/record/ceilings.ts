/** Relates a measured time to the peaks of the device. */
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

/** Path of the peak of a GEMM: its accumulator's format, or the matrix units if its kernel uses them. */
export function peakPath(format: Pick<Format, 'acc'>, matrixUnits = false): string {
  return matrixUnits ? `f16-matrix-acc-${format.acc}` : `${format.acc}-fma`;
}

/** Rates and shares are stored with 5 significant digits each. */
const SAME_SHARE = 2.5e-4;

/**
 * The peak that a row's `ofPeak` refers to. Records that do not state which kernels use matrix units are matched by the share
 * itself. Undefined if the row has no share.
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
 * Bandwidth of traffic with this share of writes. A copy writes half of its bytes, so with read bandwidth r and copy bandwidth c,
 * a byte read takes 1/r and a byte written 2/c − 1/r; traffic with more than half writes uses the copy bandwidth. Records without
 * a read bandwidth use the copy bandwidth.
 */
export function bandwidth(peaks: readonly Peak[], writtenShare: number): number | undefined {
  const of = (path: string) => peaks.find((peak) => peak.path === path)?.bytesPerSecond;
  const [copy, read] = [of('copy'), of('read')];
  if (copy === undefined || read === undefined) return copy;
  const share = Math.min(writtenShare, 0.5);
  return 1 / ((1 - 2 * share) / read + (2 * share) / copy);
}

/** Work of a launch. */
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
 * Shares of the measured peaks; a missing peak omits its share.
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
