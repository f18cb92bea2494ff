/** Stored records for `explain`: measurements to compare predictions with, and peaks to predict from. */
import { vendorFigures } from '../../engine/gpus/known-gpus.ts';
import type { Problem } from '../../gemm/problem.ts';
import { bytes, bytesWritten } from '../../gemm/shape.ts';
import type { MeasuredCase } from '../../predict/check.ts';
import type { Ceiling } from '../../predict/roofline.ts';
import { bandwidth, peakPath } from '../../record/ceilings.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { listRecords, readRecord } from '../../record/store/store.node.ts';

/** The latest measurement of every series on every machine. None if no record has a measured case with a tile and peaks. */
export function measuredCases(folder: string): MeasuredCase[] {
  const latest = new Map<string, MeasuredCase>();
  for (const record of records(folder)) {
    for (const row of record.cases) {
      const measured = row.status === 'measured' ? measuredCase(record, row) : undefined;
      if (measured) latest.set(`${record.machine} ${row.series}`, measured);
    }
  }
  return [...latest.values()];
}

/** Undefined without a basis for prediction: gpu.js has no tile, and the peaks of a scripted device are meaningless. */
function measuredCase({ machine, peaks, environment }: RunRecord, row: MeasuredRow): MeasuredCase | undefined {
  const { tile, name } = row.kernel;
  const problem = problemOf(row);
  const peak = peakOf(peaks, problem, row.kernel.matrixUnits);
  if (!tile || !name || !peak) return undefined;
  const units = vendorFigures(environment.adapter)?.units;
  return {
    id: row.id,
    machine,
    kernel: name,
    problem,
    tile,
    flopPerSecond: row.summary.flopPerSecond,
    peak,
    ...(units !== undefined && { units }),
  };
}

/** Oldest first. */
function records(folder: string): RunRecord[] {
  const all = listRecords(folder).map(readRecord);
  return all.sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1));
}

function peakOf(peaks: RunRecord['peaks'], problem: Problem, matrixUnits = false): Ceiling | undefined {
  const path = peakPath(problem.format, matrixUnits);
  const flopPerSecond = peaks.find((peak) => peak.path === path)?.flopPerSecond;
  const bytesPerSecond = bandwidth(peaks, bytesWritten(problem) / bytes(problem));
  return flopPerSecond === undefined || bytesPerSecond === undefined ? undefined : { flopPerSecond, bytesPerSecond };
}

/** The latest peaks of every machine, for the accumulator's format and this mix of traffic. */
export function measuredPeaks(folder: string, problem: Problem) {
  const latest = new Map<string, { readonly machine: string } & Ceiling>();
  for (const { machine, peaks } of records(folder)) {
    const peak = peakOf(peaks, problem);
    if (peak) latest.set(machine, { machine, ...peak });
  }
  return [...latest.values()];
}

function problemOf({ shape, layout, groups, format, scale, bias }: MeasuredRow): Problem {
  return { shape, layout, ...(groups && { groups }), format, ...(scale && { scale }), bias };
}
