/** Numbers that somebody typed, or that a program derived from others, where a machine measures each anew. */
import type { MeasuredRow, Visit } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, type Finding, refuse, shown } from './finding.ts';

/** Fewer numbers of a kind are equal by chance. */
const ENOUGH = 8;
const ENOUGH_PROBLEMS = 4;
const ENOUGH_PROCESSES = 2;
/** A number of 5 digits has at most three in 1 of 100. */
const FEW_DIGITS = 3;
/** A coarse clock gives equal numbers: of this many of its steps and more there are enough different ones. */
export const STEPS = 1000;
/** Two numbers of 5 significant digits each: their ratio is off by up to this. */
const SAME_RATIO = 2.2e-4;
/** Where launches are long, wall clock and device clock agree by themselves. */
const DIFFERENT_CLOCKS = 0.005;

export function* madeUpFindings(record: RunRecord): Generator<Finding> {
  const rows = record.cases.filter((row) => row.status === 'measured');
  const visits = rows.flatMap((row) => row.visits);
  yield* digitFindings(visits, record);
  yield* costFindings(visits, record);
  yield* wallFindings(visits);
  yield* errorFindings(rows);
  yield* momentFindings(record);
  yield* sentinelFindings(record);
}

function* digitFindings(visits: readonly Visit[], { timer }: RunRecord): Generator<Finding> {
  const step = timer.resolutionSeconds;
  const samples = visits.flatMap(({ samples: own = [], repeats }) => own.filter((one) => one * repeats > STEPS * step));
  const short = samples.filter((sample) => Number(sample.toPrecision(FEW_DIGITS)) === sample);
  if (samples.length >= ENOUGH && short.length * 2 > samples.length)
    yield refuse(`${short.length} of ${samples.length} samples have at most ${FEW_DIGITS} digits`);
}

/** What compiling and warming up cost differs from visit to visit. */
function* costFindings(visits: readonly Visit[], { timer }: RunRecord): Generator<Finding> {
  const least = STEPS * (timer.wallResolutionSeconds ?? 0);
  const costs: readonly (readonly [string, (visit: Visit) => number])[] = [
    ['pipelineSeconds', ({ pipelineSeconds }) => pipelineSeconds],
    ['firstDispatchSeconds', ({ firstDispatchSeconds }) => firstDispatchSeconds],
    ['warmup.seconds', ({ warmup }) => warmup.seconds],
  ];
  for (const [name, of] of costs) {
    const known = visits.map(of).filter((value) => value > least);
    const [value, count] = mostCommon(known);
    if (known.length >= ENOUGH && count * 2 > known.length)
      yield ask(`${name} is ${value} s in ${count} of ${known.length} visits`);
  }
}

function* wallFindings(visits: readonly Visit[]): Generator<Finding> {
  const ratios = visits.flatMap(({ clock, wallSeconds, medianSeconds }) =>
    clock === 'gpu' ? [wallSeconds / medianSeconds] : [],
  );
  const [first = 1] = ratios;
  if (ratios.length < ENOUGH || Math.abs(first - 1) < DIFFERENT_CLOCKS) return;
  if (ratios.every((ratio) => Math.abs(ratio / first - 1) <= SAME_RATIO))
    yield refuse(`wallSeconds is ${shown(first)} times medianSeconds in all ${ratios.length} visits`);
}

/** Rounding depends on the shape. */
function* errorFindings(rows: readonly MeasuredRow[]): Generator<Finding> {
  const byProblem = new Map(rows.map((row) => [row.id.replace(/\/kernel=[^/]*$/, ''), row.verify.kernelError]));
  const errors = [...byProblem.values()].filter((error) => error !== null && error > 0);
  const [value, count] = mostCommon(errors);
  if (errors.length >= ENOUGH_PROBLEMS && count * 2 > errors.length)
    yield ask(`verify.kernelError is ${value} for ${count} of ${errors.length} problems`);
}

function* momentFindings({ startedAt, processes }: RunRecord): Generator<Finding> {
  const moments = [startedAt, ...processes.map((process) => process.startedAt)];
  if (processes.length >= ENOUGH_PROCESSES && moments.every((moment) => Date.parse(moment) % 1000 === 0))
    yield ask(`the run and its ${processes.length} processes all started at whole seconds`);
}

function* sentinelFindings({ processes, timer }: RunRecord): Generator<Finding> {
  const all = processes.flatMap(({ sentinel }) => sentinel);
  for (const name of ['aluSeconds', 'copySeconds'] as const) {
    const known = all.map((reading) => reading[name]).filter((value) => value > STEPS * timer.resolutionSeconds);
    const [value, count] = mostCommon(known);
    if (known.length >= ENOUGH && count * 2 > known.length)
      yield refuse(`${name} of the sentinel is ${value} s in ${count} of ${known.length} readings`);
  }
}

function mostCommon<T>(values: readonly T[]): [T | undefined, number] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce<[T | undefined, number]>((top, one) => (one[1] > top[1] ? one : top), [undefined, 0]);
}
