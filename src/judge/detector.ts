/**
 * Finds lasting changes in one series of costs, point by point as they arrive: what it said at a point never depends on later
 * ones, so that a log of its verdicts is never rewritten.
 *
 * A slowdown is confirmed when all of the last few points lie above the level by more than this series has ever shown on its own.
 * "On its own" is measured, not modelled: the same statistic (the smallest of so many consecutive points, over the level) was
 * computed at every earlier point, and the largest it reached is what outliers, spells, drift and a second mode of this very
 * series can do. A slowdown must beat that, beat the scatter, and be worth mentioning. A quiet series is therefore sensitive, and
 * a bimodal one is judged by its upper mode instead of being skipped.
 *
 * Speed-ups are only needed to move the level, so they may wait for more points.
 */
import { RecentMaximum, SortedWindow } from './sorted-window.ts';

export interface DetectorSettings {
  /** Points that must confirm a slowdown. */
  readonly confirmSlower: number;
  /** Points that must confirm a speed-up, and how many of them may disagree. */
  readonly confirmFaster: number;
  readonly dissentFaster: number;
  /** Points the level is the median of, and the fewest it needs. */
  readonly levelPoints: number;
  readonly minLevelPoints: number;
  /** Smallest change worth mentioning: ln of the cost ratio. */
  readonly minimumEffect: number;
  /** Multiples of the scatter (σ from the median absolute deviation) that a slowdown, a speed-up must beat. */
  readonly sigmasSlower: number;
  readonly sigmasFaster: number;
  /** Multiples of the largest earlier excursion that a slowdown, a speed-up must beat. */
  readonly excursionsSlower: number;
  readonly excursionsFaster: number;
  /** Points over which excursions are remembered. */
  readonly memory: number;
  /** A level of n points makes thresholds 1 + caution / n times as high. */
  readonly caution: number;
}

export const DETECTOR: DetectorSettings = {
  confirmSlower: 5,
  confirmFaster: 10,
  dissentFaster: 2,
  levelPoints: 80,
  minLevelPoints: 12,
  minimumEffect: 0.0125,
  sigmasSlower: 0.7,
  sigmasFaster: 1,
  excursionsSlower: 1,
  excursionsFaster: 1.2,
  memory: 200,
  caution: 3,
};

/** Two points in a row above the threshold raise suspicion. */
const SUSPICIOUS = 2;
/** A change may have begun this many points before those that confirm it, unnoticed. */
const SLACK = 3;
/** Timers and rounding leave at least this much scatter, whatever a few equal points say. */
const LEAST_SIGMA = 0.0005;
/** P(all 5 points beyond a threshold) is 0.9 when each is with 0.979: 2.03 σ above it. */
const SIGMAS_FOR_POWER = 2.03;

export interface Change {
  /** Index of the first point at the new level, counting the points pushed. */
  readonly from: number;
  /** Index of the point that said so. */
  readonly at: number;
  /** ln of new level / old level: positive is slower. */
  readonly size: number;
  readonly before: number;
  /** What the change had to exceed. */
  readonly threshold: number;
}

export type DetectorEvent = { readonly kind: 'suspected' | 'confirmed' | 'withdrawn' } & Change;

/** One direction of the test: slowdowns see costs as they are, speed-ups see them negated. */
class Side {
  readonly excursions: RecentMaximum;
  private readonly level: SortedWindow;
  /** The few smallest of the last points, in order. */
  private readonly smallest: Float64Array;
  /** Points in the level: [from, to). */
  private from = 0;
  private to = 0;

  constructor(
    readonly points: number,
    private readonly dissent: number,
    private readonly sigmas: number,
    private readonly multiples: number,
    private readonly settings: DetectorSettings,
  ) {
    this.level = new SortedWindow(settings.levelPoints);
    this.excursions = new RecentMaximum(settings.memory);
    this.smallest = new Float64Array(dissent + 1);
  }

  /** Starts the level anew at a point. */
  restart(from: number): void {
    this.level.clear();
    this.from = from;
    this.to = from;
    this.excursions.drop(this.points);
  }

  /** Takes in the newest point. Returns level and excursion, or null while the level has too few points. */
  look(costs: readonly number[], sign: number): { level: number; excursion: number } | null {
    for (const end = costs.length - this.points; this.to < end; this.to++) {
      if (this.to - this.from === this.settings.levelPoints) this.level.remove(sign * (costs[this.from++] as number));
      this.level.insert(sign * (costs[this.to] as number));
    }
    if (this.level.size < this.settings.minLevelPoints) return null;
    const level = this.level.median();
    return { level, excursion: this.weakest(costs, sign) - level };
  }

  /** What an excursion must exceed. Scatter is computed only where `excursion` passed everything cheaper. */
  threshold(level: number, excursion: number): number {
    const caution = 1 + this.settings.caution / this.level.size;
    const cheap = Math.max(this.settings.minimumEffect, this.multiples * caution * this.excursions.value);
    return excursion <= cheap ? cheap : Math.max(cheap, this.sigmas * caution * this.sigma(level));
  }

  sigma(level: number): number {
    return Math.max(this.level.sigma(level), LEAST_SIGMA);
  }

  /** The smallest of the last points, after those that may disagree. */
  private weakest(costs: readonly number[], sign: number): number {
    if (this.dissent === 0) return sign * extreme(costs, this.points, sign);
    const smallest = this.smallest.fill(Number.POSITIVE_INFINITY);
    for (let i = costs.length - this.points; i < costs.length; i++) {
      const cost = sign * (costs[i] as number);
      let at = this.dissent;
      if (cost >= (smallest[at] as number)) continue;
      for (; at > 0 && cost < (smallest[at - 1] as number); at--) smallest[at] = smallest[at - 1] as number;
      smallest[at] = cost;
    }
    return smallest[this.dissent] as number;
  }
}

export class Detector {
  private readonly costs: number[] = [];
  private readonly slower: Side;
  private readonly faster: Side;
  private suspicion: Change | null = null;

  constructor(settings: DetectorSettings = DETECTOR) {
    const { confirmSlower, confirmFaster, dissentFaster } = settings;
    this.slower = new Side(confirmSlower, 0, settings.sigmasSlower, settings.excursionsSlower, settings);
    this.faster = new Side(confirmFaster, dissentFaster, settings.sigmasFaster, settings.excursionsFaster, settings);
  }

  /**
   * Takes the next point.
   *
   * @param cost ln of the cost; leave missing points out
   * @returns what became known with it, mostly nothing
   */
  push(cost: number): DetectorEvent[] {
    this.costs.push(cost);
    const up = this.slower.look(this.costs, 1);
    const down = this.faster.look(this.costs, -1);
    const threshold = up ? this.slower.threshold(up.level, this.slightest(up.level)) : 0;
    if (up && up.excursion > this.slower.threshold(up.level, up.excursion)) {
      return [this.confirm(this.slower, 1, up.level, this.slower.threshold(up.level, up.excursion))];
    }
    if (down && down.excursion > this.faster.threshold(down.level, down.excursion)) {
      const confirmed = this.confirm(this.faster, -1, -down.level, this.faster.threshold(down.level, down.excursion));
      return [confirmed];
    }
    if (up) this.slower.excursions.push(up.excursion);
    if (down) this.faster.excursions.push(down.excursion);
    return up ? this.suspect(up.level, threshold) : [];
  }

  /** The smallest lasting slowdown that 9 in 10 times would be confirmed by its first points; null while too few are known. */
  minimalDetectableEffect(): number | null {
    const up = this.slower.look(this.costs, 1);
    if (!up) return null;
    return Math.expm1(
      this.slower.threshold(up.level, Number.POSITIVE_INFINITY) + SIGMAS_FOR_POWER * this.slower.sigma(up.level),
    );
  }

  private confirm(side: Side, sign: number, before: number, threshold: number): DetectorEvent {
    const after = this.medianOfLast(side.points);
    const from = this.start(side.points, before, after);
    this.slower.restart(from);
    this.faster.restart(from);
    this.suspicion = null;
    const at = this.costs.length - 1;
    return { kind: 'confirmed', from, at, size: after - before, before, threshold: sign * threshold };
  }

  private medianOfLast(count: number): number {
    const recent = this.costs.slice(-count).sort((a, b) => a - b);
    return ((recent[(count - 1) >> 1] as number) + (recent[count >> 1] as number)) / 2;
  }

  /** Where the two levels part best (least absolute deviations), among the last points and a few before them. */
  private start(points: number, before: number, after: number): number {
    const end = this.costs.length;
    const first = Math.max(0, end - points - SLACK);
    const last = end - Math.ceil(points / 2);
    // Each point that joins the old level costs its distance to that instead of to the new one.
    let [gain, most, from] = [0, Number.NEGATIVE_INFINITY, first];
    for (let i = first; i <= last; i++) {
      if (gain > most) [most, from] = [gain, i];
      const cost = this.costs[i] as number;
      gain += Math.abs(cost - after) - Math.abs(cost - before);
    }
    return from;
  }

  private suspect(level: number, threshold: number): DetectorEvent[] {
    const last = this.costs.length - 1;
    if (this.slightest(level) > threshold) {
      if (this.suspicion) return [];
      const from = last - SUSPICIOUS + 1;
      this.suspicion = { from, at: last, size: this.slightest(level), before: level, threshold };
      return [{ kind: 'suspected', ...this.suspicion }];
    }
    const suspicion = this.suspicion;
    if (!suspicion || (this.costs[last] as number) - suspicion.before > suspicion.threshold) return [];
    this.suspicion = null;
    return [{ kind: 'withdrawn', ...suspicion, at: last }];
  }

  /** How far even the lower of the last two points is above the level. */
  private slightest(level: number): number {
    return extreme(this.costs, SUSPICIOUS, 1) - level;
  }
}

/** The smallest (sign 1) or largest (sign −1) of the last few. */
function extreme(costs: readonly number[], count: number, sign: number): number {
  let found = costs[costs.length - 1] as number;
  for (let i = costs.length - 2; i >= costs.length - count; i--) {
    const cost = costs[i] as number;
    if (sign * cost < sign * found) found = cost;
  }
  return found;
}
