/**
 * Finds lasting changes in one series of costs, point by point: its output at a point never depends on later ones, so that a log
 * of verdicts is never rewritten.
 *
 * A slowdown is confirmed when all of the last few points lie above the level by more than they ever did without a change. That
 * is measured, not modelled: the same statistic (the smallest of so many consecutive points, relative to the level) is computed
 * at every earlier point, and its maximum shows the effect of outliers, spells, drift and a second mode of this series. A
 * slowdown must exceed that, the scatter, and a minimum effect. A quiet series is therefore sensitive, and a bimodal one is
 * judged by its upper mode instead of being skipped.
 *
 * Speed-ups are only needed to move the level, so they may wait for more points.
 *
 * A retraction states that the series is as fast as before, and needs as many points as a speed-up: if none of the points after a
 * confirmation supports it, it was a spell that ended with the points that confirmed it. The old level then holds again. A level
 * that outlasted its confirmation was real; its end is a separate change.
 */
import { extreme, type LevelSettings, type Look, type Rule, type SavedLevel, Side } from './side.ts';

export interface DetectorSettings extends LevelSettings {
  readonly slower: Rule;
  readonly faster: Rule;
  /** Points in a row, right after a confirmation, that retract it when all are back. */
  readonly retract: number;
}

export const DETECTOR: DetectorSettings = {
  slower: {
    points: 5,
    dissent: 0,
    slack: 3,
    minimumEffect: 0.015,
    sigmas: 0.7,
    excursions: 1,
    dropOut: { minimumEffect: 0.04, sigmas: 3, below: 8 },
  },
  faster: { points: 10, dissent: 2, slack: 10, minimumEffect: 0.015, sigmas: 1, excursions: 1.2 },
  retract: 10,
  levelPoints: 80,
  minLevelPoints: 20,
  memory: 200,
  caution: 3,
};

/** Two points in a row above the threshold raise suspicion. */
const SUSPICIOUS = 2;
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

/** A suspicion is confirmed or withdrawn; a confirmation may be retracted, then with the same `from` and a later `at`. */
export type DetectorEvent = { readonly kind: 'suspected' | 'confirmed' | 'withdrawn' | 'retracted' } & Change;

/** What the last points were compared with, as ln of cost: a change must leave these bounds. */
export interface Bounds {
  readonly level: number;
  /** Above it for `slower.points` points in a row, a slowdown is confirmed; below `faster`, a speed-up. */
  readonly slower: number;
  readonly faster: number | null;
}

/** A confirmed change while it can still be retracted. */
interface Probation {
  readonly change: Change;
  readonly slower: SavedLevel;
  readonly faster: SavedLevel;
}

export class Detector {
  private readonly costs: number[] = [];
  private readonly slower: Side;
  private readonly faster: Side;
  private suspicion: Change | null = null;
  private probation: Probation | null = null;
  /** What the point just pushed was judged by, where `traced`; null while the level has too few points. */
  bounds: Bounds | null = null;

  /** @param traced whether bounds are computed for every point, which judging needs for few */
  constructor(
    private readonly settings: DetectorSettings = DETECTOR,
    private readonly traced = false,
  ) {
    this.slower = new Side(1, settings.slower, settings);
    this.faster = new Side(-1, settings.faster, settings);
  }

  /**
   * Takes the next point.
   *
   * @param cost ln of the cost; leave missing points out
   * @returns the events at this point, usually none
   */
  push(cost: number): DetectorEvent[] {
    this.costs.push(cost);
    const retracted = this.probe(cost);
    const up = this.slower.look(this.costs);
    const down = this.faster.look(this.costs);
    if (this.traced) this.bounds = this.boundsOf(up, down);
    const suspicious = up ? this.slower.threshold(up.level, this.slightest(up.level)) : 0;
    const confirmed = this.confirm(this.slower, up) ?? this.confirm(this.faster, down);
    if (confirmed) return [...retracted, confirmed];
    if (up) this.slower.remember(up);
    if (down) this.faster.remember(down);
    return up ? [...retracted, ...this.suspect(up.level, suspicious)] : retracted;
  }

  /** The smallest lasting slowdown that 9 in 10 times would be confirmed by its first points; null while too few are known. */
  minimalDetectableEffect(): number | null {
    const up = this.slower.look(this.costs);
    if (!up) return null;
    return Math.expm1(
      this.slower.threshold(up.level, Number.POSITIVE_INFINITY) + SIGMAS_FOR_POWER * this.slower.sigma(up.level),
    );
  }

  private boundsOf(up: Look | null, down: Look | null): Bounds | null {
    if (!up) return null;
    const above = this.slower.threshold(up.level, Number.POSITIVE_INFINITY);
    const below = down && -down.level - this.faster.threshold(down.level, Number.POSITIVE_INFINITY);
    return { level: up.level, slower: up.level + above, faster: below };
  }

  /** Ends the probation with the first point that supports the change, or retracts it when enough have not. */
  private probe(cost: number): DetectorEvent[] {
    if (!this.probation) return [];
    const { change, slower, faster } = this.probation;
    const sign = Math.sign(change.size);
    const supports = sign * (cost - change.before) >= Math.abs(change.size) / 2;
    const at = this.costs.length - 1;
    if (!supports && at - change.at < this.settings.retract) return [];
    this.probation = null;
    if (supports) return [];
    this.slower.restore(slower, this.costs);
    this.faster.restore(faster, this.costs);
    return [{ ...change, kind: 'retracted', at }];
  }

  private confirm(side: Side, look: Look | null): DetectorEvent | null {
    const threshold = look && side.exceeded(look, this.costs);
    if (!look || threshold === null) return null;
    const { points } = side.rule;
    const before = side.sign * look.level;
    const after = this.medianOfLast(points);
    const from = this.start(side.rule, before, after);
    const at = this.costs.length - 1;
    const change = { from, at, size: after - before, before, threshold: side.sign * threshold };
    this.probation = { change, slower: this.slower.save(), faster: this.faster.save() };
    this.slower.restart(from);
    this.faster.restart(from);
    this.suspicion = null;
    return { kind: 'confirmed', ...change };
  }

  private medianOfLast(count: number): number {
    const recent = this.costs.slice(-count).sort((a, b) => a - b);
    return ((recent[(count - 1) >> 1] as number) + (recent[count >> 1] as number)) / 2;
  }

  /** The point that separates the two levels best (least absolute deviations), among the last points and a few before them. */
  private start({ points, slack }: Rule, before: number, after: number): number {
    const end = this.costs.length;
    const first = Math.max(0, end - points - slack);
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
