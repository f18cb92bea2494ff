/** Time accounting: what a run says it did must fit into the time it says it took, and into the time there was. */

import { recordId } from '../../record/record-id.ts';
import type { Visit } from '../../record/row.ts';
import type { ProcessFacts, RunRecord } from '../../record/schema.ts';
import { MERGED } from '../../record/store/merge.ts';
import { seededRandom, shuffled } from '../../stats/random.ts';
import { ask, atMost, type Finding, refuse, shown } from './finding.ts';
import { STEPS } from './made-up.ts';

/** Sums of rounded numbers, and clocks of two programs. */
const SLACK = 1.02;
const SLACK_SECONDS = 0.05;
/** A clock may be wrong by this. */
const CLOCK_SECONDS = 600;
/** Shares of the measuring phase that samples and warm-up take: 0.87 to 0.97 in honest runs on a CPU. */
const LEAST_SAMPLED = 0.4;
/** A machine that does something else delays launches; a run of a few seconds may consist of that. */
const BUSY_SECONDS = 5;
/** Older harnesses and clocks are rare from here on. */
const YEAR_SECONDS = 366 * 86_400;

/** Earlier versions drew the order with another generator. */
const ORDERED_SINCE = Date.parse('2026-11-24T14:00:00Z');

export function* timeFindings(record: RunRecord, now: Date): Generator<Finding> {
  yield* identity(record);
  yield* moments(record, now);
  yield* processTimes(record);
  yield* profile(record);
  yield* order(record);
}

function* identity({ id, startedAt, commit, settings }: RunRecord): Generator<Finding> {
  const expected = recordId(new Date(startedAt), commit);
  // Two runs that begin in the same second are told apart by a number.
  const behind = id.startsWith(expected) ? id.slice(expected.length) : '';
  const rest = settings.merged ? MERGED : /^-([2-9]|[1-9]\d+)$/.test(behind) ? behind : '';
  if (id !== expected + rest) yield refuse(`id is ${id}; startedAt and commit make it ${expected}${rest}`);
  if (settings.merged)
    yield ask(`it was merged from ${settings.merged.length} shards; their own records can be checked better`);
}

function* moments({ startedAt, processes }: RunRecord, now: Date): Generator<Finding> {
  const start = Date.parse(startedAt) / 1e3;
  if (start > now.getTime() / 1e3 + CLOCK_SECONDS) yield refuse(`startedAt ${startedAt} is in the future`);
  else if (now.getTime() / 1e3 - start > YEAR_SECONDS) yield ask(`startedAt ${startedAt} is more than a year ago`);
  let before: ProcessFacts | undefined;
  for (const process of processes) {
    // Shards ran beside each other.
    if (process.shard?.index !== before?.shard?.index) before = undefined;
    const [from, to] = spanOf(process);
    if (from < start - SLACK_SECONDS) yield refuse(`process ${process.index} started before the run`);
    if (to > now.getTime() / 1e3 + CLOCK_SECONDS) yield refuse(`process ${process.index} ends in the future`);
    if (before && from < spanOf(before)[1] - SLACK_SECONDS)
      yield refuse(`process ${process.index} started before process ${before.index} ended`);
    if (before && process.index <= before.index)
      yield refuse(`process ${process.index} follows process ${before.index}`);
    before = process;
  }
}

function spanOf({ startedAt, seconds }: ProcessFacts): [number, number] {
  const from = Date.parse(startedAt) / 1e3;
  return [from, from + seconds];
}

function visitsOf({ cases }: RunRecord, process: number): Visit[] {
  return cases.flatMap(({ visits }) => visits.filter((visit) => visit.process === process));
}

/** Wall seconds of the samples and the warm-up of a visit. */
const sampledSeconds = ({ count, repeats, wallSeconds, warmup }: Visit) =>
  count * repeats * wallSeconds + warmup.seconds;

function* processTimes(record: RunRecord): Generator<Finding> {
  const { processes, settings } = record;
  for (const process of processes) {
    const { index, seconds, orderSeed, sentinel } = process;
    const visits = visitsOf(record, index);
    const needed = visits.reduce((sum, visit) => sum + visit.firstDispatchSeconds + sampledSeconds(visit), 0);
    // The median stands for the mean, which rare slow samples make larger.
    if (needed > SLACK * seconds + SLACK_SECONDS)
      yield refuse(`process ${index} took ${shown(seconds)} s; its visits took ${shown(needed)} s`);
    if (visits.length === 0 && record.ended !== 'interrupted' && !process.lost)
      yield ask(`process ${index} visited no case`);
    const expected = (settings.seed * 1009 + (process.shard?.process ?? index)) >>> 0;
    if (orderSeed !== expected)
      yield refuse(`process ${index}: orderSeed is ${orderSeed}; the seed makes it ${expected}`);
    const late = sentinel.find(
      ({ atSeconds }) => atSeconds < 0 || (!process.lost && atSeconds > SLACK * seconds + SLACK_SECONDS),
    );
    if (late) yield refuse(`process ${index}: a sentinel was read at ${late.atSeconds} s of ${seconds} s`);
    yield* sentinelFindings(process, visits);
  }
  yield* cloned(record);
}

/** A visit refers to readings of its process. A process that lost a worker had several clocks. */
function* sentinelFindings({ index, sentinel, lost }: ProcessFacts, visits: readonly Visit[]): Generator<Finding> {
  const known = new Set(sentinel.map((reading) => JSON.stringify(reading)));
  const strange = visits
    .flatMap(({ sentinel: own }) => [own?.before, own?.after])
    .find((reading) => reading && !known.has(JSON.stringify(reading)));
  if (strange)
    yield refuse(`process ${index}: a visit names a sentinel at ${strange.atSeconds} s that the process does not have`);
  const times = sentinel.map(({ atSeconds }) => atSeconds);
  if (!lost && times.some((time, i) => i > 0 && time <= (times[i - 1] ?? 0)))
    yield refuse(`process ${index}: its sentinels are not in the order of time`);
}

function* cloned({ processes, timer }: RunRecord): Generator<Finding> {
  const least = STEPS * timer.resolutionSeconds;
  const seen = new Map<string, number>();
  for (const { index, sentinel } of processes) {
    for (const { aluSeconds, copySeconds } of sentinel) {
      if (Math.min(aluSeconds, copySeconds) <= least) continue;
      const key = `${aluSeconds} ${copySeconds}`;
      const other = seen.get(key);
      if (other !== undefined && other !== index)
        yield refuse(`processes ${other} and ${index} have the same sentinel reading`);
      seen.set(key, index);
    }
  }
}

function* profile(record: RunRecord): Generator<Finding> {
  const { total = 0, measuring = 0, kernels = 0, ...others } = record.profile;
  const inProcesses = record.processes.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total * SLACK + SLACK_SECONDS < inProcesses)
    yield refuse(`profile.total is ${shown(total)} s; the processes took ${shown(inProcesses)} s`);
  const phases = Object.values(others).reduce((sum, seconds) => sum + seconds, measuring);
  if (phases > SLACK * total + SLACK_SECONDS)
    yield refuse(`the phases of profile take ${shown(phases)} s of ${shown(total)} s`);
  const visits = record.cases.flatMap((row) => row.visits);
  // Rows that failed have measured without their visits being here.
  if (visits.length === 0 || record.cases.some(({ status }) => status === 'failed')) return;
  const sampled = visits.reduce((sum, visit) => sum + sampledSeconds(visit), 0);
  const says = `profile.measuring is ${shown(measuring)} s; samples and warm-up of the visits take ${shown(sampled)} s`;
  if (sampled > 1.1 * measuring + SLACK_SECONDS) yield refuse(says);
  else if (sampled + BUSY_SECONDS < LEAST_SAMPLED * measuring && !record.settings.sentinelBeside) yield ask(says);
  yield* deviceTime(kernels, visits);
}

/** profile.kernels is the sum of all samples, and of the warm-up, which is at most its wall time. */
function* deviceTime(kernels: number, visits: readonly Visit[]): Generator<Finding> {
  if (visits.some(({ samples }) => !samples)) return;
  const device = visits.reduce(
    (sum, { samples = [], repeats }) => sum + samples.reduce((all, sample) => all + sample * repeats, 0),
    0,
  );
  const warmUp = visits.reduce(
    (sum, { warmup, medianSeconds }) => sum + Math.max(warmup.seconds, warmup.launches * medianSeconds),
    0,
  );
  const says = `profile.kernels is ${shown(kernels)} s; the samples add up to ${shown(device)} s, and warm-up took ${shown(warmUp)} s`;
  if (device > 1.001 * kernels + 1e-3 || kernels > SLACK * (device + warmUp) + SLACK_SECONDS) yield refuse(says);
}

/**
 * Cases are visited in the order that the seed gives, so that their sentinels follow each other in it. The first process also
 * draws cases that no device serves, and a budget changes the order.
 */
function* order(record: RunRecord): Generator<Finding> {
  if (Date.parse(record.startedAt) < ORDERED_SINCE) return;
  const { settings, processes, cases } = record;
  // A merged record has the cases of its shards in another order.
  if (settings.merged) return;
  const plain = settings.budgetSeconds === null && record.ended !== 'interrupted' && !settings.sentinelBeside;
  if (!plain || cases.some(({ status }) => status === 'failed')) return;
  yield* atMost(
    processes.flatMap(({ index, orderSeed, lost }) => {
      if (index === 0 || lost) return [];
      const visited = cases.flatMap((row) => row.visits.filter(({ process }) => process === index));
      const times = shuffled(visited, seededRandom(orderSeed)).flatMap(
        ({ sentinel }) => sentinel?.before.atSeconds ?? [],
      );
      const wrong = times.some((time, i) => i > 0 && time < (times[i - 1] ?? 0));
      return wrong
        ? [refuse(`process ${index}: its sentinels do not follow the order of cases that the seed gives`)]
        : [];
    }),
  );
}
