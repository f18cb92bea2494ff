/** Converts the outcome of a run to parts of the record: rows, visits, peaks, processes. */
import { vendorPeak } from '../../engine/gpus/known-gpus.ts';
import { type DeviceFacts, sourceName } from '../../engine/port.ts';
import { bytes, bytesWritten, flop } from '../../gemm/shape.ts';
import { onMatrixUnits } from '../../kernel/program.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { ceilings, type Work } from '../../record/ceilings.ts';
import type { ContenderVisit, FinishedProcess, VisitResult } from '../../record/journal/journal.ts';
import type { KernelChoice, Row, Summary, Verify, Visit, Warning } from '../../record/row.ts';
import type { Peak, ProcessFacts, RunRecord } from '../../record/schema.ts';
import { mad, median } from '../../stats/centre.ts';
import { summarize } from '../../stats/summary.ts';
import { cacheFor } from '../worker/cache.ts';
import type { PeakFacts } from '../worker/peaks.ts';
import type { Contender } from '../worker/protocol.ts';
import { type CaseOutcome, type Measurement, served, unserved } from './measurement.ts';
import type { FinishedVisit } from './progress.ts';
import { type CacheFacts, rowWarnings } from './warnings.ts';

type Part = 'timer' | 'peaks' | 'processes' | 'ended' | 'profile' | 'notServed' | 'cases';
/** The parts of the record that come from measuring; the caller adds identity, environment and settings. */
export type MeasuredParts = Pick<RunRecord, Part>;

export interface Context {
  readonly kernels: KernelSet;
  /** When the run began, for process start times. */
  readonly startedAt: Date;
  readonly hostStartSeconds: number;
  readonly replication: 'process' | 'device';
  /** Fewest processes that were wanted. */
  readonly wanted: number;
}

export function toRecord(measurement: Measurement, context: Context): MeasuredParts {
  const { processes, ended, cases } = measurement;
  const timer = processes[0]?.timer;
  if (!timer) throw new Error('a record needs at least one process');
  const peaks = measurement.peaks ? peaksOf(measurement.peaks, measurement.facts) : [];
  return {
    timer,
    peaks,
    processes: processes.map((process) => processOf(process, context)),
    ended,
    profile: profileOf(measurement),
    notServed: unserved(cases),
    cases: served(cases).map((outcome) => rowOf(outcome, peaks, measurement, context)),
  };
}

/** Measured peaks, with the vendor's figure of the path if the GPU is known. */
export function peaksOf(peaks: PeakFacts, facts: DeviceFacts): Peak[] {
  const { f32FlopPerSecond, f16FlopPerSecond, matrixFlopPerSecond } = peaks;
  const { copyBytesPerSecond, readBytesPerSecond, launchSeconds } = peaks;
  const measured: Peak[] = [
    { path: 'f32-fma', flopPerSecond: f32FlopPerSecond },
    ...(f16FlopPerSecond === null ? [] : [{ path: 'f16-fma', flopPerSecond: f16FlopPerSecond }]),
    ...(matrixFlopPerSecond === null ? [] : [{ path: 'f16-matrix-acc-f32', flopPerSecond: matrixFlopPerSecond }]),
    { path: 'copy', bytesPerSecond: copyBytesPerSecond },
    ...(readBytesPerSecond === undefined ? [] : [{ path: 'read', bytesPerSecond: readBytesPerSecond }]),
    { path: 'launch', launchSeconds },
  ];
  return measured.map((peak) => {
    const vendor = vendorPeak(facts, peak.path);
    return vendor ? { ...peak, vendor } : peak;
  });
}

function processOf(process: FinishedProcess, context: Context): ProcessFacts {
  const { index, orderSeed, seconds, sentinel, deaths, startSeconds } = process;
  return {
    index,
    orderSeed,
    startedAt: new Date(context.startedAt.getTime() + (startSeconds - context.hostStartSeconds) * 1e3).toISOString(),
    seconds,
    replication: context.replication,
    sentinel,
    ...(deaths.length > 0 && { lost: deaths.join('; ') }),
  };
}

/** Wall seconds by phase, summed over the run; `kernels` is device time inside `measuring`. */
function profileOf({ cases, processes, wallSeconds }: Measurement): Record<string, number> {
  const profile: Record<string, number> = {
    // A resumed run counts the processes before the interruption too, as it does their phases.
    total: Math.max(
      wallSeconds,
      processes.reduce((sum, { seconds }) => sum + seconds, 0),
    ),
    open: 0,
    operands: 0,
    compile: 0,
    verify: 0,
    measuring: 0,
    kernels: 0,
  };
  for (const process of processes) profile.open = (profile.open ?? 0) + process.openSeconds;
  for (const visit of cases.flatMap((outcome) => outcome.visits)) {
    for (const [phase, seconds] of Object.entries(visit.result?.profile ?? {}))
      profile[phase] = (profile[phase] ?? 0) + seconds;
  }
  return profile;
}

function rowOf(outcome: CaseOutcome, peaks: readonly Peak[], measurement: Measurement, context: Context): Row {
  const { case: item, entry, refusal } = outcome;
  const { shape, layout, groups, format, scale, bias } = item.problem;
  const outcomes = outcome.visits.flatMap((visit) => {
    const contender = visit.result?.contenders[0];
    return contender && contender.status === 'measured' ? [{ visit, contender }] : [];
  });
  const visits = outcomes.map(({ visit, contender }) => visitOf(visit, contender, measurement.processes));
  const first = outcome.visits[0]?.result;
  const common = {
    id: item.id,
    series: item.series,
    suite: item.suite,
    phase: item.phase,
    name: item.name,
    shape,
    layout,
    ...(groups && { groups }),
    format,
    ...(scale && { scale }),
    bias,
    distribution: item.distribution,
    seed: item.seed,
    kernel: { ...kernelOf(item.kernel, entry?.contenders[0], context.kernels), ...fillsOf(outcomes) },
    ...(item.robustness && { robustness: item.robustness }),
    operands: { mode: item.operands, ...(first && operandsOf(first)) },
    flop: flop(item.problem),
    bytes: bytes(item.problem),
    visits,
    warnings: [] as Warning[],
    from: item.from,
  };
  const verify = verifyOf(outcomes.map(({ contender }) => contender));
  const failure = refusal ?? (visits.length === 0 || !verify ? NOT_MEASURED : null);
  if (failure) {
    const { reason, detail } = failure;
    if (failure.status === 'skipped') return { status: 'skipped', ...common, reason, detail };
    return { status: 'failed', ...common, reason, detail, ...(verify && { verify }) };
  }
  const work = { ...common, bytesWritten: bytesWritten(item.problem), matrixUnits: common.kernel.matrixUnits };
  const summary = summaryOf(work, visits, peaks);
  const warnings = rowWarnings({
    outcome,
    contenders: outcomes.map(({ contender }) => contender),
    summary,
    wanted: context.wanted,
    ended: measurement.ended,
    bytesRead: work.bytes - work.bytesWritten,
    cache: cacheOf(measurement),
  });
  return { status: 'measured', ...common, warnings, verify: verify as Verify, summary };
}

function cacheOf({ facts, coldBytes, maxSets }: Measurement): CacheFacts | null {
  return facts.simulated ? null : { ...cacheFor(facts), coldBytes, maxSets };
}

const NOT_MEASURED: Refusal = {
  status: 'skipped',
  reason: 'budget',
  detail: 'the budget ended before this case was measured',
};

function visitOf(visit: FinishedVisit, contender: ContenderVisit, processes: readonly FinishedProcess[]): Visit {
  const { samples, wallSamples, warmUp, clock, repeats, pipelineSeconds } = contender;
  const { firstDispatchSeconds, rejectedReadings, toSentinel } = contender;
  const readings = processes.find((process) => process.index === visit.process)?.sentinel ?? [];
  const before = visit.sentinel;
  // Readings are on the worker's clock; a process that was resumed or lost a worker had several.
  const at = readings.findIndex((reading) => reading.atSeconds === before?.atSeconds);
  const after = before ? readings.slice(at + 1).find((reading) => reading.atSeconds > before.atSeconds) : undefined;
  return {
    process: visit.process,
    medianSeconds: median(samples),
    mad: mad(samples),
    count: samples.length,
    wallSeconds: median(wallSamples),
    clock,
    repeats,
    pipelineSeconds,
    firstDispatchSeconds,
    warmup: warmUp,
    ...(rejectedReadings > 0 && { rejectedReadings }),
    ...(before && { sentinel: { before, ...(after && { after }) } }),
    ...(toSentinel && { toSentinel }),
    samples,
  };
}

/** The worst of all visits: one wrong corner in one process is a wrong kernel. */
function verifyOf(contenders: readonly ContenderVisit[]): Verify | null {
  const checks = contenders.flatMap((contender) => contender.verification ?? []);
  const first = checks[0];
  if (!first) return null;
  const simulated = first.checkedPoints === 0;
  return {
    kernelError: simulated ? null : Math.max(...checks.map((check) => check.kernelError)),
    formatError: simulated ? null : first.formatError,
    budget: first.budget,
    checked: checks.reduce((most, check) => Math.max(most, check.checkedPoints), 0),
    referenceDelta: Math.max(...checks.map((check) => check.referenceDelta)),
    again: checks.every((check) => check.again),
    ...digestOf(checks),
  };
}

/** Null where visits disagree. */
export function digestOf(checks: readonly { readonly digest?: string }[]): Pick<Verify, 'digest'> {
  const digests = new Set(checks.flatMap(({ digest }) => digest ?? []));
  return digests.size === 0 ? {} : { digest: digests.size === 1 ? ([...digests][0] ?? null) : null };
}

function summaryOf(row: Work, visits: readonly Visit[], peaks: readonly Peak[]): Summary {
  const { median: medianSeconds, interval, kind } = summarize(visits.map((visit) => visit.medianSeconds));
  return {
    medianSeconds,
    intervalSeconds: interval,
    intervalKind: kind,
    processes: visits.length,
    samples: visits.reduce((sum, visit) => sum + visit.count, 0),
    flopPerSecond: row.flop / medianSeconds,
    bytesPerSecond: row.bytes / medianSeconds,
    ...ceilings(row, medianSeconds, peaks),
  };
}

const operandsOf = ({ sets, bytesPerSet, panels }: VisitResult) => ({ sets, bytesPerSet, ...(panels && { panels }) });

/** Time to fill textures, which no sample includes. */
function fillsOf(
  outcomes: readonly { readonly contender: ContenderVisit }[],
): Pick<KernelChoice, 'textureFillSeconds'> {
  const fills = outcomes.flatMap(({ contender }) => contender.textureFillSeconds ?? []);
  if (fills.length === 0) return {};
  const of = (operand: 'a' | 'b') => {
    const seconds = fills.flatMap((fill) => fill[operand] ?? []);
    return seconds.length > 0 ? { [operand]: median(seconds) } : {};
  };
  return { textureFillSeconds: { ...of('a'), ...of('b') } };
}

function kernelOf(requested: string, contender: Contender | undefined, set: KernelSet): KernelChoice {
  if (contender?.source.kind !== 'wgsl') return { requested, ...(contender && { name: sourceName(contender.source) }) };
  const { program } = contender.source;
  const technique = set.kernels.find((kernel) => kernel.name === program.kernel)?.technique;
  const { kernel: name, kernelHash: hash, tile, thread, workgroup } = program;
  const matrixUnits = onMatrixUnits(program);
  const tuned = contender.tuning && { tuning: contender.tuning };
  const chosen = { tile, thread, workgroup, ...(matrixUnits && { matrixUnits }), ...tuned };
  return { requested, name, hash, ...(technique && { technique }), ...chosen };
}
