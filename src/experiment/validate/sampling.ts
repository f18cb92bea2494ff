/** The rules of sampling: what the settings say must be what the visits did. */
import { errorBudget } from '../../gemm/budget.ts';
import { samplePoints } from '../../gemm/reference.ts';
import { operandBytes } from '../../gemm/shape.ts';
import { MAX_REPEATS } from '../../measure/worker/timer.ts';
import { seriesOf } from '../../plan/case/series.ts';
import { readCaseId } from '../../record/case-id.ts';
import { problemOf } from '../../record/consistency.ts';
import type { MeasuredRow, Row, Visit } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { median } from '../../stats/centre.ts';
import { ask, atMost, type Finding, refuse, shown } from './finding.ts';

/** The warm-up predicts the length of a launch; a single visit may be off by this factor, most visits together by less. */
const VISIT_OFF = 8;
const RECORD_OFF = [0.75, 2] as const;
const ENOUGH_VISITS = 10;
const FEW_VISITS = 3;
const MANY_SHARE = 0.25;
/** The largest of three visits is 0.6 and more in honest runs on a busy machine. */
const LEAST_OF_WARM_UP = 0.3;
const LONG_LAUNCH = 1e-3;
/** Rounding of f32 alone makes an error of 3e-7 and more in so many sums. */
const INEXACT = { k: 256, checked: 100, error: 2e-8 };
/** Buffers begin and end at whole places. */
const [MOST_PADDING, PADDING] = [1.1, 1 << 16];
/** Digits that a record keeps. */
const TOLERANCE = 2.5e-4;

export function* samplingFindings(record: RunRecord): Generator<Finding> {
  const rows = record.cases.filter((row) => row.status === 'measured');
  yield* atMost(record.cases.flatMap((row) => [...caseFindings(row)]));
  yield* atMost(rows.flatMap((row) => [...verifyFindings(row, record)]));
  yield* atMost(rows.flatMap((row) => [...operandFindings(row, record)]));
  yield* atMost(rows.flatMap((row) => row.visits.flatMap((visit) => [...visitFindings(row, visit, record)])));
  yield* shortFindings(rows, record);
  yield* atMost(rows.flatMap((row) => [...warmUpFindings(row)]));
  yield* lengths(rows, record);
}

/** The series of a case follows from the row, unless the suite chose sizes, which the row does not keep apart. */
function* caseFindings(row: Row): Generator<Finding> {
  const { id, series, distribution, kernel, operands, robustness } = row;
  const { keys } = readCaseId(id);
  if (keys.has('tile') || keys.has('thread')) return;
  const chosen = { operands: operands.mode, distribution, kernel: kernel.requested, ...(robustness && { robustness }) };
  const expected = seriesOf({ problem: problemOf(row), ...chosen });
  if (series !== expected) yield refuse(`${id}: series is ${series}; the row makes it ${expected}`);
}

function* verifyFindings(row: MeasuredRow, { settings }: RunRecord): Generator<Finding> {
  const { id, verify, seed, format, shape } = row;
  const problem = problemOf(row);
  const budget = errorBudget(problem);
  if (Math.abs(verify.budget - budget) > TOLERANCE * budget)
    yield ask(`${id}: verify.budget is ${shown(verify.budget)}; it is ${shown(budget)} for this shape and format`);
  const isInexact = [format.w, format.a, format.acc].every((each) => each === 'f32') && shape.k >= INEXACT.k;
  if (isInexact && verify.checked >= INEXACT.checked && (verify.kernelError ?? 1) < INEXACT.error)
    yield ask(
      `${id}: verify.kernelError is ${verify.kernelError}; sums of ${shape.k} products in f32 are not as exact`,
    );
  const macs = settings.referenceMacs?.first;
  if (macs === undefined) return;
  const points = samplePoints(problem, seed, macs).length;
  if (verify.checked !== points)
    yield refuse(`${id}: ${verify.checked} elements checked; the settings make it ${points}`);
  if (verify.referenceDelta === null) yield ask(`${id}: not compared with an independent kernel`);
  if (!verify.again) yield ask(`${id}: not verified again after the last sample`);
}

function* operandFindings(row: MeasuredRow, { settings }: RunRecord): Generator<Finding> {
  const { id, operands, seed } = row;
  const { a, b, scales, aScales, bias } = operandBytes(problemOf(row));
  const each = a + b + scales + aScales + bias;
  const sets =
    operands.mode === 'hot' ? 1 : Math.max(1, Math.min(settings.maxSets, Math.ceil(settings.coldBytes / each)));
  if (operands.bytesPerSet !== undefined && operands.bytesPerSet < each)
    yield refuse(`${id}: bytesPerSet is ${operands.bytesPerSet}; the operands have ${each} bytes`);
  if (
    operands.bytesPerSet !== undefined &&
    operands.bytesPerSet > MOST_PADDING * each + PADDING &&
    operands.panels === undefined
  )
    yield ask(`${id}: bytesPerSet is ${operands.bytesPerSet}; the operands have ${each} bytes`);
  if (operands.sets !== undefined && operands.sets !== sets && operands.panels === undefined)
    yield ask(`${id}: ${operands.sets} operand sets; the settings make it ${sets}`);
  if (seed < 0) yield refuse(`${id}: seed is ${seed}`);
}

/** Seconds of a sample that the settings ask for. */
function wantedSeconds({ settings: { sampling }, timer }: RunRecord): number {
  return Math.max(sampling.minSampleSeconds, sampling.minQuanta * timer.resolutionSeconds);
}

function* visitFindings({ id }: MeasuredRow, visit: Visit, record: RunRecord): Generator<Finding> {
  const { minSamples, maxSamples, blocks } = record.settings.sampling;
  const { count, repeats, medianSeconds, process, clock, wallSeconds } = visit;
  const of = `${id}: process ${process}`;
  const most = blocks * Math.ceil(maxSamples / blocks);
  if (count > most || (count < minSamples && record.ended !== 'interrupted'))
    yield refuse(`${of}: ${count} samples; the settings allow ${minSamples} to ${most}`);
  if (minSamples >= blocks && count % blocks !== 0)
    yield refuse(`${of}: ${count} samples are not a multiple of ${blocks} blocks`);
  if (clock === 'gpu' && record.timer.kind === 'wall')
    yield refuse(`${of}: read from a device clock that the timer does not have`);
  if (clock === 'gpu' && wallSeconds < 0.9 * medianSeconds)
    yield refuse(`${of}: the wall clock ran ${shown(wallSeconds)} s while the device worked ${shown(medianSeconds)} s`);
  const long = repeats * medianSeconds;
  const wanted = wantedSeconds(record);
  if (repeats > 1 && (repeats - 1) * medianSeconds > VISIT_OFF * wanted)
    yield ask(`${of}: ${repeats} launches a sample take ${shown(long)} s, much more than ${shown(wanted)} s`);
}

/** Sampling that is much too short: in a few visits the warm-up was disturbed, as on a busy machine; in many it was not sampled so. */
function* shortFindings(rows: readonly MeasuredRow[], record: RunRecord): Generator<Finding> {
  const found = rows.flatMap(({ id, visits }) => visits.flatMap((visit) => shortOf(id, visit, record)));
  const all = rows.reduce((sum, { visits }) => sum + visits.length, 0);
  const many = found.length >= FEW_VISITS && found.length > MANY_SHARE * all;
  yield* atMost(found.map(many ? refuse : ask));
}

function shortOf(id: string, { count, repeats, medianSeconds, process }: Visit, record: RunRecord): string[] {
  const { maxSamples, sampleSeconds } = record.settings.sampling;
  const of = `${id}: process ${process}`;
  const [long, wanted] = [repeats * medianSeconds, wantedSeconds(record)];
  if (long < wanted / VISIT_OFF && repeats < MAX_REPEATS)
    return [`${of}: a sample of ${repeats} launches takes ${shown(long)} s; the settings ask for ${shown(wanted)} s`];
  if (count < maxSamples && count * long < sampleSeconds / VISIT_OFF)
    return [
      `${of}: ${count} samples take ${shown(count * long)} s; the settings ask for ${shown(sampleSeconds)} s or ${maxSamples} samples`,
    ];
  return [];
}

/** Launches of the warm-up are at most twice as long as those that follow; shorter ones cost mostly their submission. */
function* warmUpFindings({ id, visits }: MeasuredRow): Generator<Finding> {
  const launches = visits.flatMap(({ warmup, wallSeconds }) => {
    const seconds = warmup.seconds / Math.max(1, warmup.launches);
    return seconds >= LONG_LAUNCH ? [wallSeconds / seconds] : [];
  });
  if (launches.length < FEW_VISITS) return;
  // A machine that does something else lengthens single warm-ups, at times two of three.
  const most = Math.max(...launches);
  if (most < LEAST_OF_WARM_UP)
    yield ask(`${id}: launches take at most ${shown(most)} of the time that those of the warm-up took`);
}

/** Over many visits the length of a sample is what the settings ask for, also if single visits are off. */
function* lengths(rows: readonly MeasuredRow[], record: RunRecord): Generator<Finding> {
  const wanted = wantedSeconds(record);
  const ratios = rows.flatMap(({ visits }) =>
    visits.flatMap(({ repeats, medianSeconds }) =>
      repeats > 1 && repeats < MAX_REPEATS ? [(repeats * medianSeconds) / wanted] : [],
    ),
  );
  if (ratios.length < ENOUGH_VISITS) return;
  const usual = median(ratios);
  const [least, most] = RECORD_OFF;
  if (usual < least || usual > most)
    yield ask(
      `samples take ${shown(usual)} of the time that the settings ask for (median of ${ratios.length} visits; ${least} to ${most} is usual)`,
    );
}
