/** One record as a document: its rows by suite and phase, rows without a time, and provenance. */

import type { Calibration } from '../record/beside/calibration.ts';
import { USUAL_ENGINE } from '../record/environment.ts';
import { type NotServed, servedPart } from '../record/not-served.ts';
import type { MeasuredRow, Row, Summary } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { median } from '../stats/centre.ts';
import { alike } from './alike.ts';
import { type Block, type Document, lines, type Section, type Span, section } from './document/document.ts';
import { type ColumnOf, column, groupedTable, type Quantity, tableOf } from './document/table.ts';
import { ceilingPaths, ceilingText, formatText, peaksToName, peakText, shapeText } from './labels.ts';
import { BANDWIDTH, CODE, COUNT, ERROR, FIGURES, PERCENT, RATE, SECONDS, TEXT } from './quantities.ts';
import { counted, percent, processesText, scaled, seconds, secondsBetween } from './si.ts';

/** Where columns and words are explained; the same line under every table. */
export const READING = 'columns, flags and verdicts are explained in docs/reading.md';

/** A row of a run has ten columns, so its table is wider than prose. */
export const RUN_WIDTH = 120;

/** One observation has no spread. */
const ONE_PROCESS = '1 process';

/** Half the 95 % interval, or the range where there is none. */
const SPREAD: Quantity<Summary> = {
  align: 'right',
  show: ({ medianSeconds, intervalSeconds: [low, high], intervalKind, processes }) => {
    if (processes === 1) return ONE_PROCESS;
    return intervalKind === 'range'
      ? secondsBetween(low, high).replace(/ .*/, '')
      : `±${percent((high - low) / 2 / medianSeconds)}`;
  },
};

/** A column of what only a measured row has. */
function measured<V>(
  title: string,
  quantity: Quantity<V>,
  of: (row: MeasuredRow) => V | null | undefined,
): ColumnOf<Row> {
  return column(title, quantity, (row: Row) => (row.status === 'measured' ? of(row) : null));
}

/** @param peaks ceilings to name beside a share of one */
export function rowColumns(peaks: RunRecord['peaks'] = []): ColumnOf<Row>[] {
  return [
    column('GEMM', TEXT, ({ name }) => name),
    column('m×n×k', TEXT, shapeText),
    column('format', TEXT, formatText),
    column('kernel', TEXT, ({ kernel }) => kernel.name ?? kernel.requested),
    measured('time', SECONDS, ({ summary }) => summary.medianSeconds),
    measured('spread', SPREAD, ({ summary }) => summary),
    measured('rate', RATE, ({ summary }) => summary.flopPerSecond),
    measured('bandwidth', BANDWIDTH, ({ summary }) => summary.bytesPerSecond),
    measured('peak', FIGURES, (row) => peakText(row, peaks)),
    measured('error', ERROR, ({ verify }) => verify.kernelError),
  ];
}

/** @param calibration the latest of the record's machine and unit, to say how small a change could be seen there */
export function runDocument(record: RunRecord, calibration?: Calibration): Document {
  const { rows, notServed } = servedPart(record);
  const numbers = rows.filter((row) => row.status === 'measured');
  const columns = rowColumns(peaksToName(numbers, record));
  const flags = ({ warnings }: Row) => ({ flags: warnings.map(({ code }) => code) });
  return {
    summary: summaryText(record, rows, notServed),
    sections: [
      ...section(undefined, groupedTable(columns, byPhase(numbers), flags)),
      ...failedSection(rows, record),
      ...skippedSection(rows),
      ...notServedSection(notServed),
      ...section('notes', lines(warningLines(numbers))),
      ...section(
        undefined,
        lines([...originLines(record, numbers), ...detectableLines(calibration), READING], 'quiet'),
      ),
    ],
  };
}

/** Rows under the suite and phase they belong to, in the order of the record. */
export function byPhase<R extends Pick<Row, 'suite' | 'phase'>>(rows: readonly R[]): { title: string; rows: R[] }[] {
  const titleOf = ({ suite, phase }: R) => `${suite} / ${phase}`;
  return [...new Set(rows.map(titleOf))].map((title) => ({
    title,
    rows: rows.filter((row) => titleOf(row) === title),
  }));
}

const CASE = column('case', CODE, ({ id }: Row) => id);

/** Each failed case with the command that repeats it alone. */
function failedSection(rows: readonly Row[], record: RunRecord): Section[] {
  const failed = rows.filter(({ status }) => status === 'failed');
  const details = (row: Row) => ({ details: [absenceText(row)], command: commandFor(row, record) });
  return section('failed', tableOf([CASE], failed, details));
}

/** Each reason once, with the first of its cases. */
function skippedSection(rows: readonly Row[]): Section[] {
  const groups = alike(rows.filter(isAbsent), reasonOf).filter(([{ status }]) => status === 'skipped');
  const told = groups.map(([first, ...others]) => ({ ...first, others: others.length }));
  const table = tableOf([CASE], told, ({ others, ...row }) => ({
    details: [[...absenceText(row), ...(others > 0 ? [` (and ${counted(others, 'more case')})`] : [])]],
  }));
  return section('skipped', table);
}

type AbsentRow = Exclude<Row, MeasuredRow>;
const isAbsent = (row: Row): row is AbsentRow => row.status !== 'measured';

/** What the budget left out has one reason, though each case needs a time of its own. */
function reasonOf({ status, reason, detail }: Pick<AbsentRow, 'status' | 'reason' | 'detail'>): string {
  return reason === 'budget' ? reason : [status, reason, detail].join();
}

/** Why there is no number. */
export function absenceText(row: Row): (string | Span)[] {
  if (row.status === 'measured') return [];
  const reason: Span = { text: row.reason, tone: row.status === 'failed' ? 'bad' : 'warn' };
  return row.detail ? [reason, `: ${row.detail}`] : [reason];
}

/** Cases of `kernels: all` that are not served: one line for the kernels that share a rule and the cases it excludes. */
export function notServedSection({ kernels }: NotServed): Section[] {
  const groups = alike(kernels, ({ rule, problems }) => `${rule} ${problems.join()}`).map((group) => ({
    ...group[0],
    kernels: group.map(({ kernel }) => kernel),
  }));
  const columns: ColumnOf<(typeof groups)[number]>[] = [
    column('rule', TEXT, ({ rule }) => rule),
    column('cases each', COUNT, ({ problems }) => problems.length),
    column('kernels', TEXT, ({ kernels: names }) => names.join(', ')),
  ];
  return section('not served, on any device', tableOf(columns, groups)).map((one) => ({ ...one, folded: true }));
}

export function countNotServed({ kernels }: NotServed): number {
  return kernels.reduce((sum, { problems }) => sum + problems.length, 0);
}

/** The command that measures one row alone, as the record's run did. */
export function commandFor(row: Row, { settings, environment }: RunRecord): string {
  const asked = settings.suites.find((suite) => /([^\\/]+?)(\.ya?ml)?$/i.exec(suite)?.[1] === row.suite) ?? row.suite;
  return [
    `shapemark run ${asked} --filter '${row.id}'`,
    ...(environment.engine === USUAL_ENGINE ? [] : [`--engine ${environment.engine}`]),
    ...(settings.adapter === 'auto' ? [] : [`--adapter ${settings.adapter}`]),
  ].join(' ');
}

/** Each kind of warning once, with the number of rows that carry it. */
function warningLines(rows: readonly Row[]): (string | Span)[][] {
  const warnings = rows.flatMap((row) => row.warnings);
  return alike(warnings, ({ code }) => code).map((group) => {
    const [{ code, message }] = group;
    return [{ text: code, tone: 'warn' }, ` (${counted(group.length, 'row')}): ${message}`];
  });
}

const ENDED = {
  target: 'all intervals reached the target width',
  budget: 'the budget was spent',
  processes: 'all processes were done',
  interrupted: 'the run was interrupted',
} as const;

function summaryText(record: RunRecord, rows: readonly Row[], notServed: NotServed): string {
  const count = (status: Row['status']) => rows.filter((row) => row.status === status).length;
  const unserved = countNotServed(notServed);
  const counts = [
    ...(['measured', 'skipped', 'failed'] as const).map((status) => `${count(status)} ${status}`),
    ...(unserved > 0 ? [`${unserved} not served`] : []),
  ];
  return `${counts.join(', ')}; ended because ${ENDED[record.ended]}${budgetText(record)}`;
}

/** Provenance of the numbers, and references of the columns. */
export function originLines(record: RunRecord, measured: readonly MeasuredRow[]): string[] {
  const { machine, environment, timer, peaks, processes } = record;
  const { adapter } = environment;
  const several = measured.filter(({ summary }) => summary.processes > 1);
  const kinds = new Set(several.map(({ summary }) => summary.intervalKind));
  const paths = [...ceilingPaths(measured, record)];
  const spread = [
    ...(kinds.has('confidence-95') ? ['± is the 95 % interval of the median over processes'] : []),
    ...(kinds.has('range') ? ['a…b is the range over processes, too few for an interval'] : []),
    ...(several.length < measured.length ? [`${ONE_PROCESS} is one observation, whose uncertainty is unknown`] : []),
  ];
  const clock = timer.kind === 'gpu' ? 'device timestamps' : `wall clock (${timer.reason ?? 'no device clock'})`;
  return [
    ...(spread.length > 0 ? [`spread: ${spread.join('; ')}`] : []),
    `machine: ${machine} (${adapter.description || adapter.device})`,
    `timer: ${clock}, resolution ${seconds(timer.resolutionSeconds)}; ${processesText(processes.length)}; cold operands unless marked hot`,
    ...(paths.length > 0 ? [`peak: share of ${paths.length === 1 ? paths[0] : 'the peak named beside it'}`] : []),
    `peaks measured in this run: ${peaks.map(ceilingText).join(', ') || 'none'}`,
    ...driftLines(record),
  ];
}

/** The budget, and the effect of a larger one where it can be chosen: the contribution has the same for everybody. */
function budgetText({ ended, settings: { budgetSeconds, suites } }: RunRecord): string {
  const isContribution = suites.join() === 'contribution';
  return ended === 'budget' && budgetSeconds !== null
    ? ` (${budgetSeconds} s${isContribution ? '' : '; a larger --budget gives narrower intervals'})`
    : '';
}

/** An effect that no number of processes finds counts as infinite. */
function detectableLines(calibration: Calibration | undefined): string[] {
  const effects = calibration?.cases.map((item) => item.minimalDetectableEffect ?? Number.POSITIVE_INFINITY) ?? [];
  if (!calibration || effects.length === 0) return [];
  const [middle, largest] = [median(effects), Math.max(...effects)].map((effect) =>
    Number.isFinite(effect) ? percent(effect) : 'no size',
  );
  return [
    `calibration ${calibration.id}: compare finds a slowdown of ${middle} 9 times in 10 (noisiest case: ${largest})`,
  ];
}

/** Drift of the sentinel that is reported. */
const DRIFT_WORTH_SAYING = 0.05;

/** The drift of the machine's speed according to the sentinel; nothing if negligible. */
export function driftLines({ processes }: RunRecord): string[] {
  const readings = processes.flatMap((process) => process.sentinel);
  const swing = (values: number[]) => (values.length > 1 ? Math.max(...values) / Math.min(...values) - 1 : 0);
  const [alu, copy] = [swing(readings.map((r) => r.aluSeconds)), swing(readings.map((r) => r.copySeconds))];
  if (Math.max(alu, copy) < DRIFT_WORTH_SAYING) return [];
  return [
    `sentinel: the machine's own speed varied by ${percent(alu)} (arithmetic) and ${percent(copy)} (copy) during the run`,
  ];
}

/** Where the wall time went, by phase. */
export function profileBlocks({ profile }: RunRecord): Block[] {
  const { total = 0, kernels = 0, measuring = 0, ...phases } = profile;
  const columns: ColumnOf<readonly [string, number]>[] = [
    column('phase', TEXT, ([name]) => name),
    column('wall time', SECONDS, ([, value]) => value),
    column('share', PERCENT, ([, value]) => (total > 0 ? value / total : null)),
  ];
  const ran = `kernels ran for ${scaled(kernels, 's')}, ${percent(kernels / measuring)} of the measuring time`;
  return [tableOf(columns, Object.entries({ ...phases, measuring, total })), ...(measuring > 0 ? [lines([ran])] : [])];
}
