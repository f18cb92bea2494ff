/** A record that is another of the store: under a new date, under the name of another machine, or with noise. */

import { canonicalJson } from '../../gemm/digest.ts';
import type { AdapterFacts } from '../../record/environment.ts';
import type { RunRecord } from '../../record/schema.ts';
import { median } from '../../stats/centre.ts';
import { rankCorrelation } from '../../stats/rank-correlation.ts';
import { ask, type Finding, refuse } from './finding.ts';
import { roundingOf } from './samples.ts';

/** Fewer visits agree by chance. */
const ENOUGH = 6;
const SHARE = 0.8;
/** Two medians of 5 significant digits each: their ratio is off by up to this. */
const SAME_RATIO = 2.2e-4;
const STEADY = 10;
/** The scatter of 20 samples is known to a fifth. Between honest runs the ratio of scatters deviates by 0.6 and more. */
const SCATTER = { visits: 12, ratio: 0.06, steps: 20 };
/**
 * What a visit's numbers have beyond their case and their process is chance: ranks of it correlate by less than 0.5 between honest
 * runs. What compiling costs depends on the order of cases too, which fills caches of compilers alike in every run, so that it may
 * agree by itself.
 */
const CHANCE = { visits: 18, processes: 2, alike: 0.8 };

/** What is compared of a record, in little memory. */
export interface Trace {
  readonly id: string;
  readonly machine: string;
  /** Features, limits and subgroups of a software adapter; null of any other. */
  readonly software: string | null;
  /** By series and process. */
  readonly visits: ReadonlyMap<string, Measured>;
}

const BY_CHANCE = ['median', 'scatter', 'warm-up'] as const;
const BY_ORDER = ['pipeline', 'first launch'] as const;
type Quantity = (typeof BY_CHANCE | typeof BY_ORDER)[number];
/** NaN where steps of the clock or digits of the record are too coarse to tell chance. */
type Measured = Readonly<Record<Quantity | 'seconds', number>>;

/** What an adapter can do, which its names do not change. */
export const abilitiesOf = ({ features, limits, subgroupSize }: AdapterFacts): string =>
  canonicalJson({ features, limits, subgroupSize: subgroupSize ?? null });

export function traceOf({ id, machine, cases, timer, environment: { adapter } }: RunRecord): Trace {
  const visits = cases.flatMap(({ series, visits: own }) =>
    own.map((visit) => {
      const { process, medianSeconds, mad, pipelineSeconds, firstDispatchSeconds, warmup } = visit;
      const isResolved = mad >= SCATTER.steps * roundingOf(visit, timer.resolutionSeconds);
      const measured: Measured = {
        seconds: medianSeconds,
        median: isResolved ? medianSeconds : Number.NaN,
        scatter: isResolved ? mad / medianSeconds : Number.NaN,
        'warm-up': warmup.seconds,
        pipeline: pipelineSeconds,
        'first launch': firstDispatchSeconds,
      };
      return [`${series} ${process}`, measured] as const;
    }),
  );
  const software = adapter.source === 'gpu' || adapter.simulated ? null : abilitiesOf(adapter);
  return { id, machine, software, visits: new Map(visits) };
}

interface Pair {
  readonly series: string;
  readonly process: string;
  readonly own: Measured;
  readonly other: Measured;
}

export function* replayFindings(record: Trace, other: Trace): Generator<Finding> {
  const pairs = pairsOf(record, other);
  if (pairs.length < ENOUGH) return;
  const name = other.machine === record.machine ? other.id : `${other.id} of ${other.machine}`;
  const copied = pairs.filter(isSameCost).length;
  if (copied > SHARE * pairs.length)
    yield refuse(`${copied} of ${pairs.length} visits compiled and launched exactly as long as in ${name}`);
  else if (proportional(pairs)) yield ask(`the times of ${pairs.length} visits are those of ${name}, times a constant`);
  else yield* likenessFindings(pairs, name);
}

/** Names are edited easily; what a driver offers is a long list, and that of software is not that of hardware. */
export function* disguiseFindings({ environment: { adapter } }: RunRecord, other: Trace): Generator<Finding> {
  if (adapter.source === 'gpu' && other.software === abilitiesOf(adapter))
    yield ask(`a GPU with all features, limits and subgroups of the software adapter ${other.machine}`);
}

/** Visits of the same case in the process of the same index. */
function pairsOf(record: Trace, other: Trace): Pair[] {
  return [...record.visits].flatMap(([key, own]) => {
    const same = other.visits.get(key);
    const [series = '', process = ''] = key.split(' ');
    return same ? [{ series, process, own, other: same }] : [];
  });
}

const isSameCost = ({ own, other }: Pair) =>
  own['first launch'] > 0 && own['first launch'] === other['first launch'] && own.pipeline === other.pipeline;

/** Of visits that scatter by more than the tolerance; others agree because their clock or their device is that steady. */
function proportional(pairs: readonly Pair[]): boolean {
  const telling = pairs.filter(({ own }) => own.scatter > STEADY * SAME_RATIO);
  if (telling.length < ENOUGH) return false;
  const ratios = telling.map(({ own, other }) => own.seconds / other.seconds).sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1] ?? 1;
  return ratios.filter((ratio) => Math.abs(ratio / middle - 1) <= SAME_RATIO).length > SHARE * telling.length;
}

/** Noise on top of a record leaves its chance in place. */
function* likenessFindings(pairs: readonly Pair[], name: string): Generator<Finding> {
  const scatters = pairs
    .map(({ own, other }) => Math.abs(Math.log(own.scatter / other.scatter)))
    .filter((ratio) => !Number.isNaN(ratio));
  if (scatters.length >= SCATTER.visits && median(scatters) < SCATTER.ratio)
    yield ask(`the samples of ${scatters.length} visits scatter as much as those of ${name}, visit by visit`);
  const processes = new Set(pairs.map(({ process }) => process)).size;
  if (pairs.length < CHANCE.visits || processes < CHANCE.processes) return;
  const alike = (of: readonly Quantity[]) => of.filter((each) => chanceCorrelation(pairs, each) > CHANCE.alike);
  const [chance, order] = [alike(BY_CHANCE), alike(BY_ORDER)];
  if (chance.length >= 2 || (chance.length === 1 && order.length === 2))
    yield ask(
      `what is chance in ${pairs.length} visits is that of ${name} (${[...chance, ...order].join(', ')}): noise on a copy does that`,
    );
}

function chanceCorrelation(pairs: readonly Pair[], quantity: Quantity): number {
  const positive = pairs.filter(({ own, other }) => own[quantity] > 0 && other[quantity] > 0);
  const single = new Set(unique(positive.map(({ series }) => series)));
  const known = positive.filter(({ series }) => !single.has(series));
  if (known.length < CHANCE.visits) return 0;
  const chance = (of: 'own' | 'other') =>
    residuals(known.map((pair) => ({ ...pair, value: Math.log(pair[of][quantity]) })));
  return rankCorrelation(chance('own'), chance('other')) ?? 0;
}

/** Values that occur once. */
function unique(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].flatMap(([value, count]) => (count === 1 ? [value] : []));
}

interface Value {
  readonly series: string;
  readonly process: string;
  readonly value: number;
}

/** Sweeps over rows and columns of a table with gaps; the second of a whole table changes nothing. */
const SWEEPS = 8;

/** What is left of values without the effects of their case and of their process. */
function residuals(values: readonly Value[]): number[] {
  let left: readonly Value[] = values;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    left = centred(left, ({ series }) => series);
    left = centred(left, ({ process }) => process);
  }
  return left.map(({ value }) => value);
}

function centred(values: readonly Value[], groupOf: (value: Value) => string): Value[] {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const each of values) {
    const { sum, count } = sums.get(groupOf(each)) ?? { sum: 0, count: 0 };
    sums.set(groupOf(each), { sum: sum + each.value, count: count + 1 });
  }
  return values.map((each) => {
    const { sum, count } = sums.get(groupOf(each)) ?? { sum: 0, count: 1 };
    return { ...each, value: each.value - sum / count };
  });
}
