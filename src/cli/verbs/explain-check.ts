/** Stored measurements for `explain --check`: the latest of every series on every machine. */
import { resolve } from 'node:path';
import { vendorFigures } from '../../engine/known-gpus.ts';
import type { Problem } from '../../gemm/problem.ts';
import type { MeasuredCase } from '../../predict/check.ts';
import { peakPath } from '../../record/ceilings.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { listRecords, readRecord } from '../../record/store.node.ts';
import { NothingToDo } from '../exit.ts';
import type { Io } from '../io.ts';

/** @throws NothingToDo when no record holds a measured case with a tile and peaks to hold it against */
export function measuredCases(results: string, io: Io): MeasuredCase[] {
  const latest = new Map<string, MeasuredCase>();
  const records = listRecords(resolve(io.cwd, results)).map(readRecord);
  for (const record of records.sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1))) {
    for (const row of record.cases) {
      const measured = row.status === 'measured' ? measuredCase(record, row) : undefined;
      if (measured) latest.set(`${record.machine} ${row.series}`, measured);
    }
  }
  if (latest.size > 0) return [...latest.values()];
  throw new NothingToDo(`${results} holds no measurement to check predictions against; \`shapemark run\` makes one`);
}

/** Undefined where there is nothing to predict from: gpu.js has no tile, a scripted device no peaks that mean anything. */
function measuredCase({ machine, peaks, environment }: RunRecord, row: MeasuredRow): MeasuredCase | undefined {
  const { tile, name } = row.kernel;
  const flopPerSecond = peaks.find(({ path }) => path === peakPath(row.format))?.flopPerSecond;
  const bytesPerSecond = peaks.find(({ path }) => path === 'copy')?.bytesPerSecond;
  if (!tile || !name || flopPerSecond === undefined || bytesPerSecond === undefined) return undefined;
  const units = vendorFigures(environment.adapter)?.units;
  return {
    id: row.id,
    machine,
    kernel: name,
    problem: problemOf(row),
    tile,
    flopPerSecond: row.summary.flopPerSecond,
    peak: { flopPerSecond, bytesPerSecond },
    ...(units !== undefined && { units }),
  };
}

function problemOf({ shape, layout, groups, format, scale, bias }: MeasuredRow): Problem {
  return { shape, layout, ...(groups && { groups }), format, ...(scale && { scale }), bias };
}
