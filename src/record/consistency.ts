/** Whether a record's numbers follow from each other: samples → visits → summary, shape → work → rates. */
import { isElementFormat } from '../gemm/formats/registry.ts';
import { pairRefusal } from '../gemm/formats/scale.ts';
import type { Problem } from '../gemm/problem.ts';
import { bytes, bytesWritten, flop } from '../gemm/shape.ts';
import { mad, median } from '../stats/centre.ts';
import { summarize } from '../stats/summary.ts';
import { idContradictions } from './case-id.ts';
import { ceilings } from './ceilings.ts';
import { machineName } from './machine.ts';
import { notServedContradictions } from './not-served.ts';
import type { MeasuredRow, Row, Visit } from './row.ts';
import type { RunRecord } from './schema.ts';

/** Two numbers of 5 significant digits, one derived from others of 5: four roundings of half a unit in the worst digit. */
const TOLERANCE = 2.5e-4;

/** All contradictions, as sentences; empty for a consistent record. */
export function contradictions(record: RunRecord): string[] {
  return [...recordContradictions(record), ...record.cases.flatMap((row) => rowContradictions(row, record))];
}

function recordContradictions(record: RunRecord): string[] {
  const found: string[] = [];
  const expected = machineName(record.environment);
  if (record.machine !== expected)
    found.push(`machine is "${record.machine}"; its adapter and system make it "${expected}"`);
  for (const id of repeated(record.cases.map((row) => row.id))) found.push(`two rows have the id ${id}`);
  for (const index of repeated(record.processes.map((process) => String(process.index)))) {
    found.push(`two processes have the index ${index}`);
  }
  if (record.notServed) found.push(...notServedContradictions(record.notServed, record.cases));
  return found;
}

function rowContradictions(row: Row, record: RunRecord): string[] {
  const processes = new Set(record.processes.map((process) => process.index));
  const found = [
    ...idContradictions(row),
    ...workContradictions(row),
    ...row.visits.flatMap(visitContradictions),
    ...repeated(row.visits.map((visit) => String(visit.process))).map((index) => `process ${index} visited it twice`),
    ...row.visits
      .filter((visit) => !processes.has(visit.process))
      .map((visit) => `process ${visit.process} is not in the record`),
  ];
  if (row.status === 'measured') found.push(...summaryContradictions(row, record));
  if (row.status === 'skipped' && row.visits.length > 0) found.push('a skipped row has visits');
  return found.map((sentence) => `${row.id}: ${sentence}`);
}

function workContradictions(row: Row): string[] {
  const { shape, groups, format, scale } = row;
  if (groups) {
    const rows = groups.rows.reduce((sum, count) => sum + count, 0);
    if (rows !== shape.m || groups.rows.length !== groups.experts || shape.batch !== 1) {
      return [`${groups.experts} experts with ${rows} rows in ${groups.rows.length} groups do not make m=${shape.m}`];
    }
  } else if (shape.m === 0) return ['m is 0'];
  const blockScaled = !isElementFormat(format.w);
  if (blockScaled !== (scale !== undefined)) return [`w=${format.w} ${blockScaled ? 'lacks' : 'has'} a block scale`];
  const mixed = pairRefusal(format);
  if (mixed !== undefined) return [mixed];
  const problem = problemOf(row);
  const found: string[] = [];
  if (!near(row.flop, flop(problem))) found.push(`flop is ${row.flop}; the shape makes it ${flop(problem)}`);
  if (!near(row.bytes, bytes(problem)))
    found.push(`bytes is ${row.bytes}; shape and formats make it ${bytes(problem)}`);
  return found;
}

/** The GEMM of a row. */
export function problemOf({ shape, layout, groups, format, scale, bias }: Row): Problem {
  return { shape, layout, format, bias, ...(groups && { groups }), ...(scale && { scale }) };
}

function visitContradictions(visit: Visit): string[] {
  if (!visit.samples) return [];
  const of = `process ${visit.process}`;
  const [centre, spread] = [median(visit.samples), mad(visit.samples)];
  if (visit.samples.length !== visit.count)
    return [`${of}: count is ${visit.count}, samples are ${visit.samples.length}`];
  const found: string[] = [];
  if (!near(visit.medianSeconds, centre))
    found.push(`${of}: medianSeconds is ${visit.medianSeconds}, of the samples ${centre}`);
  if (Math.abs(visit.mad - spread) > TOLERANCE * centre)
    found.push(`${of}: mad is ${visit.mad}, of the samples ${spread}`);
  return found;
}

function summaryContradictions(row: MeasuredRow, record: RunRecord): string[] {
  const { summary, visits, verify } = row;
  if (visits.length === 0) return ['measured, but without visits'];
  const expected = summarize(visits.map((visit) => visit.medianSeconds));
  const work = { ...row, bytesWritten: bytesWritten(problemOf(row)), matrixUnits: row.kernel.matrixUnits };
  const shares = ceilings(work, summary.medianSeconds, record.peaks);
  const checks: [string, number | undefined, number | undefined][] = [
    ['medianSeconds', summary.medianSeconds, expected.median],
    ['intervalSeconds[0]', summary.intervalSeconds[0], expected.interval[0]],
    ['intervalSeconds[1]', summary.intervalSeconds[1], expected.interval[1]],
    ['processes', summary.processes, visits.length],
    ['samples', summary.samples, visits.reduce((sum, visit) => sum + visit.count, 0)],
    ['flopPerSecond', summary.flopPerSecond, row.flop / summary.medianSeconds],
    ['bytesPerSecond', summary.bytesPerSecond, row.bytes / summary.medianSeconds],
    ['ofPeak', summary.ofPeak, summary.ofPeak === undefined ? undefined : shares.ofPeak],
    ['ofRoofline', summary.ofRoofline, summary.ofRoofline === undefined ? undefined : shares.ofRoofline],
  ];
  const found = checks
    .filter(([, stated, derived]) => stated !== derived && !near(stated ?? Number.NaN, derived ?? Number.NaN))
    .map(([name, stated, derived]) => `summary.${name} is ${stated}; the rest of the row makes it ${derived}`);
  if (summary.intervalKind !== expected.kind)
    found.push(`intervalKind is ${summary.intervalKind} for ${visits.length} processes`);
  if (verify.kernelError !== null && verify.kernelError > verify.budget) {
    found.push(`measured, though its error ${verify.kernelError} is over the budget ${verify.budget}`);
  }
  if (verify.kernelError === null && !record.environment.adapter.simulated) found.push('measured, but never verified');
  return found;
}

function near(stated: number, derived: number): boolean {
  return Math.abs(stated - derived) <= TOLERANCE * Math.abs(derived);
}

/** Values that occur more than once, each once. */
export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
