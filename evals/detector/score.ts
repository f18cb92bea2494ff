/** Scores detectors on streams with known truth: false alarms where nothing changed, steps found where one was put in. */

import { RunFactor } from '../../src/judge/history/run-factor.ts';
import { median } from '../../src/stats/centre.ts';
import { below, seededRandom } from '../../src/stats/random.ts';
import type { Alarm, DetectorFamily } from './detectors.ts';
import { type CostSeries, isScored, type Panel } from './histories.ts';
import { nullPanel, withStep } from './streams.ts';

/** A series as a detector sees it: no missing points, with and without the run factor. */
export interface Stream {
  readonly cost: Float64Array;
  readonly adjusted: Float64Array;
  /** First point of the step put in, and its size; absent where nothing changed. */
  readonly step?: { readonly at: number; readonly size: number };
}

export interface Streams {
  readonly unchanged: readonly Stream[];
  /** The run factor of each panel, judged as a series of its own. */
  readonly factors: readonly Float64Array[];
  readonly stepped: readonly Stream[];
  /** The histories as they are. */
  readonly real: readonly Stream[];
}

export const SIZES = [0.02, 0.05, 0.1, 0.2] as const;
/** Block length of the bootstrap, and how many panels are drawn with it. */
const NULLS = [
  { block: 10, draws: 4 },
  { block: 1, draws: 1 },
  { block: 30, draws: 1 },
] as const;
const STEPPED_DRAWS = 5;
/** The first points are not scored. */
const WARM_UP = 20;
const EARLIEST_STEP = 40;
const POINTS_AFTER_STEP = 25;
/** One series in this many changes at a time, so that steps do not affect the run factor. */
const STRIDE = 10;

export function drawStreams(panels: readonly Panel[]): Streams {
  const unchanged: Stream[] = [];
  const factors: Float64Array[] = [];
  const stepped: Stream[] = [];
  panels.forEach((panel, p) => {
    for (const { block, draws } of NULLS) {
      for (let draw = 0; draw < draws; draw++) {
        const drawn = nullPanel(panel, block, seededRandom(block, draw, p));
        const factor = factorOf(drawn.series);
        factors.push(factor);
        unchanged.push(...scoredOf(drawn).map(({ cost }) => streamOf(cost, factor)));
      }
    }
    for (let draw = 0; draw < STEPPED_DRAWS; draw++) stepped.push(...steppedPanel(panel, draw, p));
  });
  return { unchanged, factors, stepped, real: panels.flatMap(realStreams) };
}

export function realStreams(panel: Panel): Stream[] {
  const factor = factorOf(panel.series);
  return scoredOf(panel).map(({ cost }) => streamOf(cost, factor));
}

function scoredOf(panel: Panel): CostSeries[] {
  return panel.series.filter(({ name }) => isScored(panel, name));
}

function steppedPanel(panel: Panel, draw: number, p: number): Stream[] {
  const { series } = nullPanel(panel, 10, seededRandom(10, 1000 + draw, p));
  const random = seededRandom(7, draw, p);
  const length = series[0]?.cost.length ?? 0;
  const at = series.map(() => EARLIEST_STEP + below(length - EARLIEST_STEP - POINTS_AFTER_STEP, random));
  const groups = Math.min(STRIDE, series.length);
  return [0, ...SIZES].flatMap((size) =>
    Array.from({ length: groups }, (_, group) => {
      const changed = series.map((one, i) => (i % groups === group ? withStep(one, at[i] ?? 0, size) : one));
      const factor = factorOf(changed);
      return changed.flatMap(({ name, cost }, i) =>
        i % groups === group && isScored(panel, name) ? [streamOf(cost, factor, { at: at[i] ?? 0, size })] : [],
      );
    }).flat(),
  );
}

/** What is common to each run; the last known value where too few series say. */
export function factorOf(series: readonly CostSeries[]): Float64Array {
  const runs = new RunFactor();
  const costs = new Float64Array(series.length);
  let last = 0;
  return Float64Array.from({ length: series[0]?.cost.length ?? 0 }, (_, t) => {
    series.forEach(({ cost }, i) => {
      costs[i] = cost[t] as number;
    });
    last = runs.push(costs) ?? last;
    return last;
  });
}

function streamOf(cost: Float64Array, factor: Float64Array, step?: Stream['step']): Stream {
  const present = [...cost.keys()].filter((t) => !Number.isNaN(cost[t]));
  const at = step && present.findIndex((t) => t >= step.at);
  return {
    cost: Float64Array.from(present, (t) => cost[t] as number),
    adjusted: Float64Array.from(present, (t) => (cost[t] as number) - (factor[t] as number)),
    ...(step && at !== undefined && at >= 0 && { step: { at, size: step.size } }),
  };
}

/** Outcome of alarms that at least 20 points followed. */
export interface Fate {
  readonly alarms: number;
  /** Share that the detector itself took back in its next points, or no longer raises when it is run again 20 points later. */
  readonly withdrawn: number;
  /** Share of which the 10 points that follow show less than half, said to be taken back or not. */
  readonly notLasting: number;
}

export interface Score {
  readonly setting: number;
  /** Alarms per 1000 points of streams in which nothing changed, those of the machine channel included. */
  readonly falseAlarmsPer1000: number;
  /** Share of steps found within 5 and 15 points from the step's first point on, by size in percent. */
  readonly found: Readonly<Record<string, readonly [within5: number, within15: number]>>;
  /** Share "found" where no step was: what luck alone finds within 5 points. */
  readonly chance: number;
  /** Points from the step's first one to the alarm, that one included, over 10 % steps found; null when none were. */
  readonly medianDelay: number | null;
  /** Outcome of alarms on the histories as they are. */
  readonly withdrawnShare: number;
  /** The same on streams with one step of 5 to 20 %: at f false alarms per 1000 points about f / 5 of them to one step. */
  readonly injected: Fate;
  readonly real: Fate;
}

export function score(family: DetectorFamily, setting: number, streams: Streams): Score {
  const detect = family.build(setting);
  const see = ({ cost, adjusted }: Stream) => (family.usesRunFactor ? detect(adjusted, cost) : detect(cost));
  let alarms = 0;
  let points = 0;
  for (const stream of streams.unchanged) {
    alarms += see(stream).filter(({ at }) => at >= WARM_UP).length;
    points += stream.cost.length - WARM_UP;
  }
  if (family.usesRunFactor) for (const factor of streams.factors) alarms += detect(factor).length;
  const seen = streams.stepped.map((stream) => ({ stream, alarms: see(stream) }));
  const bySize = (size: number) => seen.filter(({ stream }) => stream.step?.size === size);
  const delays = bySize(0.1).flatMap((one) => delayOf(one.stream, one.alarms) ?? []);
  const audited = (some: readonly Seen[]) =>
    some.flatMap(({ stream, alarms }) => audit(stream, alarms, setting, family));
  const injected = audited([0.05, 0.1, 0.2].flatMap(bySize));
  const real = fateOf(audited(streams.real.map((stream) => ({ stream, alarms: see(stream) }))));
  return {
    setting,
    falseAlarmsPer1000: (1000 * alarms) / Math.max(1, points),
    found: Object.fromEntries(SIZES.map((size) => [String(Math.round(100 * size)), foundWithin(bySize(size))])),
    chance: foundWithin(bySize(0))[0],
    medianDelay: delays.length === 0 ? null : median(delays),
    withdrawnShare: real.withdrawn,
    injected: fateOf(injected),
    real,
  };
}

type Seen = { readonly stream: Stream; readonly alarms: readonly Alarm[] };

function foundWithin(seen: readonly Seen[]): [number, number] {
  const delays = seen.map(({ stream, alarms }) => delayOf(stream, alarms) ?? Number.POSITIVE_INFINITY);
  return [share(delays, (delay) => delay <= 5), share(delays, (delay) => delay <= 15)];
}

/** Points until an alarm that means this step: claimed from 5 before it to 10 after. */
function delayOf({ step }: Stream, alarms: readonly Alarm[]): number | null {
  if (!step) return null;
  const hit = alarms.find(
    ({ at, from }) => at >= step.at && at < step.at + 15 && from >= step.at - 5 && from <= step.at + 10,
  );
  return hit ? hit.at - step.at + 1 : null;
}

const FRESH = 10;
const LATER = 20;

function audit({ cost, adjusted }: Stream, alarms: readonly Alarm[], setting: number, family: DetectorFamily) {
  const values = family.usesRunFactor ? adjusted : cost;
  return alarms
    .filter(({ at }) => at + LATER < values.length)
    .map(({ at, from, size, retractedAt }) => {
      const before = median([...values.subarray(Math.max(0, from - LATER), Math.max(1, from))]);
      const after = median([...values.subarray(at + 1, at + 1 + FRESH)]);
      const again = family.hindsight?.(values.subarray(0, at + LATER + 1), setting);
      return {
        lasting: after - before >= size / 2,
        withdrawn:
          retractedAt !== undefined || (again !== undefined && !again.some((index) => Math.abs(index - from) <= 5)),
      };
    });
}

function fateOf(audits: readonly { lasting: boolean; withdrawn: boolean }[]): Fate {
  return {
    alarms: audits.length,
    withdrawn: share(audits, ({ withdrawn }) => withdrawn),
    notLasting: share(audits, ({ lasting }) => !lasting),
  };
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(holds).length / items.length;
}
