/**
 * The run factor: what all cases of a run have in common, such as a hot machine, another clock, a busy host. It is estimated per
 * run and removed from every series before judging, which halves the noise of most machines. It is also judged as a series of its
 * own, so that what slows everything down is reported once, as a change of the machine (or, if several machines agree, of
 * everything).
 */
import { weightedMedian } from '../../stats/centre.ts';
import { SortedWindow } from '../../stats/sorted-window.ts';

/** With fewer series the median of their shifts is dominated by a single one. */
export const MIN_SERIES = 6;
const LEVEL_POINTS = 20;
const MIN_LEVEL_POINTS = 8;
const LEAST_SIGMA = 0.002;

class Member {
  readonly level = new SortedWindow(LEVEL_POINTS);
  private readonly recent: number[] = [];
  private age = 0;
  centre = 0;
  sigma = LEAST_SIGMA;

  push(adjusted: number): void {
    if (this.recent.length === LEVEL_POINTS) this.level.remove(this.recent.shift() as number);
    this.recent.push(adjusted);
    this.level.insert(adjusted);
    this.centre = this.level.median();
    // Scatter changes slowly and costs more than the median.
    if (this.age++ % 4 === 0) this.sigma = Math.max(this.level.sigma(this.centre), LEAST_SIGMA);
  }
}

interface Shift {
  readonly value: number;
  readonly sigma: number;
  weight: number;
}

/** Follows the runs of one machine. */
export class RunFactor {
  private readonly members: Member[] = [];
  private readonly factors = new SortedWindow(LEVEL_POINTS);
  private readonly recent: number[] = [];

  /**
   * Takes the next run.
   *
   * @param costs ln of the cost by series, NaN where a series was not measured; series keep their index, new ones come after
   * @returns ln of the factor relative to the first runs; null when too few series have a level yet
   */
  push(costs: ArrayLike<number>): number | null {
    const shifts: Shift[] = [];
    for (let i = 0; i < costs.length; i++) {
      const cost = costs[i] as number;
      const member = this.members[i];
      if (Number.isNaN(cost) || !member || member.level.size < MIN_LEVEL_POINTS) continue;
      shifts.push({ value: cost - member.centre, sigma: member.sigma, weight: 0 });
    }
    const known = shifts.length >= MIN_SERIES;
    const factor = known ? factorOf(shifts) : this.usual();
    for (let i = 0; i < costs.length; i++) {
      const cost = costs[i] as number;
      const member = this.members[i] ?? new Member();
      this.members[i] = member;
      if (!Number.isNaN(cost)) member.push(cost - factor);
    }
    if (known) this.remember(factor);
    return known ? factor : null;
  }

  private usual(): number {
    return this.factors.size === 0 ? 0 : this.factors.median();
  }

  private remember(factor: number): void {
    if (this.recent.length === LEVEL_POINTS) this.factors.remove(this.recent.shift() as number);
    this.recent.push(factor);
    this.factors.insert(factor);
  }
}

/** Quiet series have more weight, but none more than a median one, or it would determine the factor. */
function factorOf(shifts: Shift[]): number {
  const sigmas = Float64Array.from(shifts, ({ sigma }) => sigma).sort();
  const middling = sigmas[sigmas.length >> 1] as number;
  for (const shift of shifts) shift.weight = 1 / Math.sqrt(Math.max(shift.sigma, middling));
  return weightedMedian(shifts) ?? 0;
}
