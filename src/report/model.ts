/** What a report of one record says, before any layout: the terminal's table and the markdown one are both made from it. */
import type { Calibration } from '../record/calibration.ts';
import type { Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { median } from '../record/summary.ts';
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

/** A case without a number. */
export interface AbsentRow {
  readonly id: string;
  readonly status: 'skipped' | 'failed';
  readonly reason: string;
  readonly detail: string;
  /** Command that tries it again, alone. */
  readonly reproduce: string;
}

export interface Report {
  readonly groups: readonly { readonly title: string; readonly rows: readonly ReportRow[] }[];
  readonly absent: readonly AbsentRow[];
  /** Each kind of warning once, with the number of rows that carry it. */
  readonly warnings: readonly { readonly code: string; readonly rows: number; readonly message: string }[];
  readonly footer: readonly string[];
}

/** @param calibration the latest of the record's machine and unit, to say how small a change could be seen there */
export function reportOf(record: RunRecord, calibration?: Calibration): Report {
  const titles = [...new Set(record.cases.map(titleOf))];
  const measured = record.cases.filter((row) => row.status === 'measured');
  const groups = titles
    .map((title) => ({ title, rows: measured.filter((row) => titleOf(row) === title).map(rowOf) }))
    .filter((group) => group.rows.length > 0);
  return {
    groups,
    absent: record.cases.flatMap((row) => absentOf(row, record)),
    warnings: warningsOf(measured),
    footer: [...footerOf(record), ...detectableText(calibration)],
  };
}

function titleOf(row: Row): string {
  return `${row.suite} / ${row.phase}`;
}

function rowOf(row: Extract<Row, { status: 'measured' }>): ReportRow {
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
      peak: summary.ofPeak === undefined ? '' : percent(summary.ofPeak),
      error: verify.kernelError === null ? '' : error(verify.kernelError),
    },
    notes: row.warnings.map((warning) => warning.code),
  };
}

/** `1×2880×4096`, batches in front, experts behind, the layout unless it is the usual nn. */
export function shapeText({ shape, groups, layout }: Pick<Row, 'shape' | 'groups' | 'layout'>): string {
  const touched = groups?.rows.filter((rows) => rows > 0).length ?? 0;
  const batch = shape.batch > 1 ? `${shape.batch}·` : '';
  const experts = groups ? ` in ${touched} of ${groups.experts}` : '';
  return `${batch}${shape.m}×${shape.n}×${shape.k}${experts}${layout === 'nn' ? '' : ` ${layout}`}`;
}

/** Weights alone when all else is f32; then activations, accumulator and output as far as they differ. */
export function formatText({
  format,
  bias,
  operands,
}: Pick<Row, 'format' | 'bias'> & { operands: { mode: string } }): string {
  const { w, a, acc, out } = format;
  const rest = [acc === 'f32' ? '' : ` acc ${acc}`, out === 'f32' ? '' : `→${out}`].join('');
  const extras = `${bias ? ' +bias' : ''}${operands.mode === 'hot' ? ' hot' : ''}`;
  return `${w === a ? w : `${w}·${a}`}${rest}${extras}`;
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

function footerOf(record: RunRecord): string[] {
  const { adapter } = record.environment;
  const { timer, peaks, processes, ended, cases } = record;
  const count = (status: Row['status']) => cases.filter((row) => row.status === status).length;
  const kinds = new Set(cases.flatMap((row) => (row.status === 'measured' ? [row.summary.intervalKind] : [])));
  const spread = [
    ...(kinds.has('confidence-95') ? ['± is the 95 % interval of the median over processes'] : []),
    ...(kinds.has('range') ? ['a…b is the range over processes, too few for an interval'] : []),
  ];
  const clock = timer.kind === 'gpu' ? 'device timestamps' : `wall clock (${timer.reason ?? 'no device clock'})`;
  return [
    `${count('measured')} measured, ${count('skipped')} skipped, ${count('failed')} failed; ended because ${ENDED[ended]}${budgetText(record)}`,
    ...(spread.length > 0 ? [`spread: ${spread.join('; ')}`] : []),
    `machine: ${record.machine} (${adapter.description || adapter.device})`,
    `timer: ${clock}, resolution ${seconds(timer.resolutionSeconds)}; ${processes.length} processes; cold operands unless said`,
    `peaks measured here: ${peaks.map(peakText).join(', ') || 'none'}`,
    ...driftText(record),
  ];
}

/** How much it was, and what more of it would give. */
function budgetText({ ended, settings: { budgetSeconds } }: RunRecord): string {
  return ended === 'budget' && budgetSeconds !== null
    ? ` (${budgetSeconds} s; a larger --budget gives narrower intervals)`
    : '';
}

function peakText(peak: RunRecord['peaks'][number]): string {
  if (peak.flopPerSecond !== undefined) return `${peak.path} ${flopPerSecond(peak.flopPerSecond)}`;
  if (peak.bytesPerSecond !== undefined) return `${peak.path} ${bytesPerSecond(peak.bytesPerSecond)}`;
  return `${peak.path} ${seconds(peak.launchSeconds ?? 0)}`;
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
