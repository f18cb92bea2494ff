/** Texts for table cells: shape, formats, share of a peak. */
import type { ElementFormat } from '../gemm/problem.ts';
import { ceilingOf } from '../record/ceilings.ts';
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { bytesPerSecond, flopPerSecond, percent, seconds } from './si.ts';

/** `41 %`, or `41 % f16-fma` if `peaks` are to be named. */
export function peakText(row: MeasuredRow, peaks: RunRecord['peaks']): string {
  const { ofPeak } = row.summary;
  if (ofPeak === undefined) return '';
  return [percent(ofPeak), ceilingOf(row, peaks)?.path ?? ''].join(' ').trimEnd();
}

/** `1×2880×4096`, batches in front, experts behind, the layout unless it is the usual nn. */
export function shapeText({ shape, groups, layout }: Pick<Row, 'shape' | 'groups' | 'layout'>): string {
  const touched = groups?.rows.filter((rows) => rows > 0).length ?? 0;
  const batch = shape.batch > 1 ? `${shape.batch}·` : '';
  const experts = groups ? ` in ${touched} of ${groups.experts}` : '';
  return `${batch}${shape.m}×${shape.n}×${shape.k}${experts}${layout === 'nn' ? '' : ` ${layout}`}`;
}

/** The format that is not written. */
const PLAIN: ElementFormat = 'f32';

/** Weights alone when all else is f32; then activations, accumulator and output as far as they differ. */
export function formatText({
  format,
  bias,
  operands,
  robustness,
}: Pick<Row, 'format' | 'bias' | 'robustness'> & { operands: { mode: string } }): string {
  const { w, a, acc, out } = format;
  const unlessPlain = (what: string, text: string) => (what === PLAIN ? '' : text);
  const rest = unlessPlain(acc, ` acc ${acc}`) + unlessPlain(out, `→${out}`);
  const extras = `${bias ? ' +bias' : ''}${operands.mode === 'hot' ? ' hot' : ''}${robustness === 'off' ? ' unchecked' : ''}`;
  return `${w === a ? w : `${w}·${a}`}${rest}${extras}`;
}

/** Names of the peaks that shares refer to. */
export function ceilingPaths(rows: readonly MeasuredRow[], { peaks }: RunRecord): ReadonlySet<string> {
  return new Set(rows.flatMap((row) => ceilingOf(row, peaks)?.path ?? []));
}

/** The record's peaks if rows refer to several of them; none if one line can name it. */
export function peaksToName(rows: readonly MeasuredRow[], record: RunRecord): RunRecord['peaks'] {
  return ceilingPaths(rows, record).size > 1 ? record.peaks : [];
}

/** `f32-fma 50.0 GFLOPS`. */
export function ceilingText(peak: RunRecord['peaks'][number]): string {
  if (peak.flopPerSecond !== undefined) return `${peak.path} ${flopPerSecond(peak.flopPerSecond)}`;
  if (peak.bytesPerSecond !== undefined) return `${peak.path} ${bytesPerSecond(peak.bytesPerSecond)}`;
  return `${peak.path} ${seconds(peak.launchSeconds ?? 0)}`;
}
