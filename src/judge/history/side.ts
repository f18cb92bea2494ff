/** One direction of the detector's test: costs for slowdowns, negated costs for speed-ups. */
import { RecentMaximum, SortedWindow } from '../../stats/sorted-window.ts';

/** When a change counts as one. Sizes are ln of a cost ratio, σ is from the median absolute deviation. */
export interface Rule {
  /** Points that must confirm a change, and how many of them may disagree. */
  readonly points: number;
  readonly dissent: number;
  /** A change may have begun this many points before those that confirm it, unnoticed. */
  readonly slack: number;
  /** Smallest change that counts. */
  readonly minimumEffect: number;
  /** Multiples of the scatter that it must exceed. */
  readonly sigmas: number;
  /** Multiples of the largest earlier excursion that it must exceed. */
  readonly excursions: number;
  /**
   * A single point far below the level is an outlier with or without a change and may be ignored, at the price of stricter
   * thresholds. Absent: every point counts.
   */
  readonly dropOut?: DropOut;
}

export interface DropOut {
  /** What the other points must exceed. */
  readonly minimumEffect: number;
  readonly sigmas: number;
  /** How far below the level the point must lie: this many σ, and the minimum effect too. */
  readonly below: number;
}

export interface LevelSettings {
  /** Points the level is the median of, and the fewest it needs. */
  readonly levelPoints: number;
  readonly minLevelPoints: number;
  /** Points over which excursions are remembered. */
  readonly memory: number;
  /** A level of n points makes thresholds 1 + caution / n times as high. */
  readonly caution: number;
}

/** Lower bound of the scatter, due to timers and rounding. */
const LEAST_SIGMA = 0.0005;

/** Statistics of the last points. */
export interface Look {
  readonly level: number;
  /** The weakest of the last points that count, over the level. */
  readonly excursion: number;
}

/** Which points a level is made of, to return to it. */
export interface SavedLevel {
  readonly from: number;
  readonly to: number;
}

export class Side {
  private readonly excursions: RecentMaximum;
  private readonly window: SortedWindow;
  /** The few smallest of the last points, in order. */
  private readonly smallest: Float64Array;
  /** Points in the level: [from, to). */
  private from = 0;
  private to = 0;

  /** @param sign 1 for slowdowns, −1 for speed-ups */
  constructor(
    readonly sign: 1 | -1,
    readonly rule: Rule,
    private readonly settings: LevelSettings,
  ) {
    this.window = new SortedWindow(settings.levelPoints);
    this.excursions = new RecentMaximum(settings.memory);
    this.smallest = new Float64Array(rule.dissent + 2);
  }

  /** Starts the level anew at a point. */
  restart(from: number): void {
    this.window.clear();
    this.from = from;
    this.to = from;
    this.excursions.drop(this.rule.points);
  }

  save(): SavedLevel {
    return { from: this.from, to: this.to };
  }

  /** Goes back to a level as it was; the points since then join it as they are looked at. */
  restore({ from, to }: SavedLevel, costs: readonly number[]): void {
    this.window.clear();
    this.from = from;
    this.to = from;
    this.include(costs, to);
  }

  /** Takes in the newest point. Null while the level has too few points. */
  look(costs: readonly number[]): Look | null {
    this.include(costs, costs.length - this.rule.points);
    if (this.window.size < this.settings.minLevelPoints) return null;
    const level = this.window.median();
    return { level, excursion: this.weakest(costs, this.rule.dissent) - level };
  }

  /** What the change had to exceed; null where there is none. */
  exceeded({ level, excursion }: Look, costs: readonly number[]): number | null {
    const threshold = this.threshold(level, excursion);
    if (excursion > threshold) return threshold;
    const { dropOut } = this.rule;
    if (!dropOut || excursion > -dropOut.minimumEffect) return null;
    const without = this.weakest(costs, this.rule.dissent + 1) - level;
    if (without <= dropOut.minimumEffect) return null;
    const sigma = this.sigma(level);
    const strict = Math.max(this.cheap(), dropOut.minimumEffect, dropOut.sigmas * this.caution() * sigma);
    return without > strict && excursion < -dropOut.below * sigma ? strict : null;
  }

  /** What an excursion must exceed. Scatter is computed only where `excursion` passed everything cheaper. */
  threshold(level: number, excursion: number): number {
    const cheap = this.cheap();
    return excursion <= cheap ? cheap : Math.max(cheap, this.rule.sigmas * this.caution() * this.sigma(level));
  }

  sigma(level: number): number {
    return Math.max(this.window.sigma(level), LEAST_SIGMA);
  }

  remember({ excursion }: Look): void {
    this.excursions.push(excursion);
  }

  private cheap(): number {
    return Math.max(this.rule.minimumEffect, this.rule.excursions * this.caution() * this.excursions.value);
  }

  private caution(): number {
    return 1 + this.settings.caution / this.window.size;
  }

  private include(costs: readonly number[], end: number): void {
    for (; this.to < end; this.to++) {
      if (this.to - this.from === this.settings.levelPoints) {
        this.window.remove(this.sign * (costs[this.from++] as number));
      }
      this.window.insert(this.sign * (costs[this.to] as number));
    }
  }

  /** The smallest of the last points, after so many smaller ones. */
  private weakest(costs: readonly number[], last: number): number {
    if (last === 0) return this.sign * extreme(costs, this.rule.points, this.sign);
    const { smallest } = this;
    for (let i = 0; i <= last; i++) smallest[i] = Number.POSITIVE_INFINITY;
    for (let i = costs.length - this.rule.points; i < costs.length; i++) {
      const cost = this.sign * (costs[i] as number);
      if (cost >= (smallest[last] as number)) continue;
      let at = last;
      for (; at > 0 && cost < (smallest[at - 1] as number); at--) smallest[at] = smallest[at - 1] as number;
      smallest[at] = cost;
    }
    return smallest[last] as number;
  }
}

/** The smallest (sign 1) or largest (sign −1) of the last few. */
export function extreme(costs: readonly number[], count: number, sign: 1 | -1): number {
  let found = costs[costs.length - 1] as number;
  for (let i = costs.length - 2; i >= costs.length - count; i--) {
    const cost = costs[i] as number;
    if (sign * cost < sign * found) found = cost;
  }
  return found;
}
