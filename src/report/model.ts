/** What a report of one record says, before any layout: the terminal's table and the markdown one are both made from it. */
import type { Calibration } from '../record/calibration.ts';
import { type NotServed, servedPart } from '../record/not-served.ts';
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { median } from '../record/summary.ts';
import { ceilingPaths, ceilingText, formatText, peaksToName, peakText, shapeText } from './labels.ts';
import { bytesPerSecond, error, flopPerSecond, percent, scaled, seconds, secondsBetween } from './si.ts';

export const COLUMNS = [
  'GEMM',
  'm×n×k',
  'format',
  'kernel',
  'time',
  'spread',
  'rate',
  'bandwidth',
  'peak',
  'error',
] as const;
export type Column = (typeof COLUMNS)[number];
/** Columns of numbers, set flush right. */
export const NUMERIC: ReadonlySet<Column> = new Set(['time', 'spread', 'rate', 'bandwidth', 'peak', 'error']);

export interface ReportRow {
  readonly id: string;
  readonly cells: Readonly<Record<Column, string>>;
  /** Codes of the row's warnings. */
  readonly notes: readonly string[];
}

/** Where columns and words are explained; the same line under every table. */
export const READING = 'columns, flags and verdicts are explained in docs/reading.md';

/** A case without a number. */
export interface AbsentRow {
  readonly id: string;
  readonly status: 'skipped' | 'failed';
  readonly reason: string;
  readonly detail: string;
  /** Command that tries it again, alone. */
  readonly reproduce: string;
}

/** Cases that a kernel does not serve on any device. */
export interface UnservedRow {
  readonly kernel: string;
  readonly cases: number;
  readonly rule: string;
}

export interface Report {
  readonly groups: readonly { readonly title: string; readonly rows: readonly ReportRow[] }[];
  readonly absent: readonly AbsentRow[];
  /** What `kernels: all` asked of kernels in vain, one entry for a kernel and rule. */
  readonly notServed: readonly UnservedRow[];
  /** Each kind of warning once, with the number of rows that carry it. */
  readonly warnings: readonly { readonly code: string; readonly rows: number; readonly message: string }[];
  readonly footer: readonly string[];
}

/** @param calibration the latest of the record's machine and unit, to say how small a change could be seen there */
export function reportOf(record: RunRecord, calibration?: Calibration): Report {
  const { rows, notServed } = servedPart(record);
  const titles = [...new Set(rows.map(titleOf))];
  const measured = rows.filter((row) => row.status === 'measured');
  const peaks = peaksToName(measured, record);
  const groups = titles
    .map((title) => ({
      title,
      rows: measured.filter((row) => titleOf(row) === title).map((row) => rowOf(row, peaks)),
    }))
    .filter((group) => group.rows.length > 0);
  return {
    groups,
    absent: rows.flatMap((row) => absentOf(row, record)),
    notServed: unservedRows(notServed),
    warnings: warningsOf(measured),
    footer: [...footerOf(record, rows, notServed), ...detectableText(calibration)],
  };
}

export function unservedRows({ kernels }: NotServed): UnservedRow[] {
  return kernels.map(({ kernel, rule, problems }) => ({ kernel, rule, cases: problems.length }));
}

function titleOf(row: Row): string {
  return `${row.suite} / ${row.phase}`;
}

/** @param peaks ceilings to name beside a share */
function rowOf(row: MeasuredRow, peaks: RunRecord['peaks']): ReportRow {
  const { summary, verify } = row;
  return {
    id: row.id,
    cells: {
      GEMM: row.name,
      'm×n×k': shapeText(row),
      format: formatText(row),
      kernel: row.kernel.name ?? row.kernel.requested,
      time: seconds(summary.medianSeconds),
      spread: spreadText(summary),
      rate: flopPerSecond(summary.flopPerSecond),
      bandwidth: bytesPerSecond(summary.bytesPerSecond),
      peak: peakText(row, peaks),
      error: verify.kernelError === null ? '' : error(verify.kernelError),
    },
    notes: row.warnings.map((warning) => warning.code),
  };
}

function spreadText({
  medianSeconds,
  intervalSeconds: [low, high],
  intervalKind,
}: Extract<Row, { status: 'measured' }>['summary']): string {
  if (intervalKind === 'range') return secondsBetween(low, high).replace(/ .*/, '');
  return `±${percent((high - low) / 2 / medianSeconds)}`;
}

function absentOf(row: Row, record: RunRecord): AbsentRow[] {
  if (row.status === 'measured') return [];
  return [
    {
      id: row.id,
      status: row.status,
      reason: row.reason,
      detail: row.detail ?? '',
      reproduce: commandFor(row, record),
    },
  ];
}

/** The command that measures one row alone, as the record's run did. */
export function commandFor(row: Row, { settings, environment }: RunRecord): string {
  const asked = settings.suites.find((suite) => /([^\\/]+?)(\.ya?ml)?$/i.exec(suite)?.[1] === row.suite) ?? row.suite;
  return [
    `shapemark run ${asked} --filter '${row.id}'`,
    ...(environment.engine === 'webgpu' ? [] : [`--engine ${environment.engine}`]),
    ...(settings.adapter === 'auto' ? [] : [`--adapter ${settings.adapter}`]),
  ].join(' ');
}

function warningsOf(rows: readonly Row[]): Report['warnings'] {
  const byCode = new Map<string, { rows: number; message: string }>();
  for (const { code, message } of rows.flatMap((row) => row.warnings)) {
    byCode.set(code, { rows: (byCode.get(code)?.rows ?? 0) + 1, message: byCode.get(code)?.message ?? message });
  }
  return [...byCode].map(([code, entry]) => ({ code, ...entry }));
}

const ENDED = {
  target: 'intervals were narrow enough',
  budget: 'the budget was spent',
  processes: 'all processes were done',
  interrupted: 'the run was interrupted',
} as const;

function footerOf(record: RunRecord, cases: readonly Row[], notServed: NotServed): string[] {
  const { adapter } = record.environment;
  const { timer, peaks, processes, ended } = record;
  const unserved = unservedRows(notServed).reduce((sum, row) => sum + row.cases, 0);
  const count = (status: Row['status']) => cases.filter((row) => row.status === status).length;
  const kinds = new Set(cases.flatMap((row) => (row.status === 'measured' ? [row.summary.intervalKind] : [])));
  const spread = [
    ...(kinds.has('confidence-95') ? ['± is the 95 % interval of the median over processes'] : []),
    ...(kinds.has('range') ? ['a…b is the range over processes, too few for an interval'] : []),
  ];
  const measured = cases.filter((row) => row.status === 'measured');
  const paths = [...ceilingPaths(measured, record)];
  const clock = timer.kind === 'gpu' ? 'device timestamps' : `wall clock (${timer.reason ?? 'no device clock'})`;
  return [
    `${count('measured')} measured, ${count('skipped')} skipped, ${count('failed')} failed${unserved > 0 ? `, ${unserved} not served` : ''}; ended because ${ENDED[ended]}`,
    ...(spread.length > 0 ? [`spread: ${spread.join('; ')}`] : []),
    `machine: ${record.machine} (${adapter.description || adapter.device})`,
    `timer: ${clock}, resolution ${seconds(timer.resolutionSeconds)}; ${processes.length} processes; cold operands unless said`,
    ...(paths.length > 0
      ? [`peak: the share of ${paths.length === 1 ? paths[0] : 'the ceiling named beside it'}`]
      : []),
    `ceilings measured here: ${peaks.map(ceilingText).join(', ')}`,
    ...driftText(record),
    READING,
  ];
}

/** Effects that no number of processes finds are as large as can be. */
function detectableText(calibration: Calibration | undefined): string[] {
  const effects = calibration?.cases.map((item) => item.minimalDetectableEffect ?? Number.POSITIVE_INFINITY) ?? [];
  if (!calibration || effects.length === 0) return [];
  const [middle, largest] = [median(effects), Math.max(...effects)].map((effect) =>
    Number.isFinite(effect) ? percent(effect) : 'no size',
  );
  return [
    `compare finds a slowdown of ${middle} here 9 times in 10 (the noisiest case: ${largest}), says calibration ${calibration.id}`,
  ];
}

/** Sentinels may move by this much before anybody is told. */
const DRIFT_WORTH_SAYING = 0.05;

/** How far the sentinel says the machine's speed moved; nothing where that is too little to matter. */
export function driftText({ processes }: RunRecord): string[] {
  const readings = processes.flatMap((process) => process.sentinel);
  const swing = (values: number[]) => (values.length > 1 ? Math.max(...values) / Math.min(...values) - 1 : 0);
  const [alu, copy] = [swing(readings.map((r) => r.aluSeconds)), swing(readings.map((r) => r.copySeconds))];
  if (Math.max(alu, copy) < DRIFT_WORTH_SAYING) return [];
  return [
    `sentinel: the machine's own speed varied by ${percent(alu)} (arithmetic) and ${percent(copy)} (copy) during the run`,
  ];
}

/** Where the wall time went, one line a phase. */
export function profileLines(record: RunRecord): string[] {
  const { total = 0, kernels = 0, measuring = 0, ...phases } = record.profile;
  const line = (name: string, value: number, of: number) =>
    `${name.padEnd(12)}${seconds(value).padStart(9)}${of > 0 ? percent(value / of).padStart(8) : ''}`;
  return [
    ...Object.entries({ ...phases, measuring }).map(([name, value]) => line(name, value, total)),
    line('total', total, total),
    ...(measuring > 0
      ? [`kernels ran for ${scaled(kernels, 's')}, ${percent(kernels / measuring)} of the measuring phase`]
      : []),
  ];
}
