/**
 * Estimates the duration of a visit: from earlier visits of the case; before that, from a rehearsal of its kernels on a smaller
 * problem, scaled by work from the nearest size that was timed in a rehearsal or in a visit of a similar case. The overhead of
 * visits is learned from visits.
 */
import { sourceName } from '../../engine/port.ts';
import type { Problem } from '../../gemm/problem.ts';
import { bytes, flop, operandBytes } from '../../gemm/shape.ts';
import type { VisitResult } from '../../record/journal/journal.ts';
import { median } from '../../stats/centre.ts';
import type { VisitRequest } from '../worker/protocol.ts';
import { type CaseState, visitSeconds } from './case-state.ts';
import { shrink } from './rehearsal.ts';

/** Visits a smaller copy of a case's problem with its contender and its reference side by side; null if that fails. */
export type Calibrate = (state: CaseState, small: Problem) => Promise<VisitResult | null>;

export class Estimates {
  readonly #visitOf: (state: CaseState) => VisitRequest;
  readonly #calibrate: Calibrate;
  readonly #kinds = new Map<string, Kind>();
  readonly #works = new Map<CaseState, Work>();
  /** Derived from all cases, cached until something is learned, because every visit needs it for every case. */
  readonly #besides = new Map<Kind, number>();
  #besidesOfAll: number | null = null;
  #slowestRate: number | null = null;
  /** Initially pessimistic: filling is integer arithmetic on every element. */
  #fill = { bytes: 0, perSecond: 2e8 };

  constructor(states: readonly CaseState[], visitOf: (state: CaseState) => VisitRequest, calibrate: Calibrate) {
    this.#visitOf = visitOf;
    this.#calibrate = calibrate;
    for (const state of states) this.#add(state);
  }

  /** Rehearses each kind until its launches are long enough to extrapolate from; other kinds use the slowest. */
  async rehearseAll(hasTime: () => boolean): Promise<void> {
    for (const kind of this.#kinds.values()) {
      if (kind.members.every((state) => state.isMeasured)) continue;
      while (hasTime() && !kind.isWhole && kind.launchSeconds < LONG_ENOUGH_SECONDS) await this.#rehearse(kind);
    }
  }

  /** Seconds of the next visit of a case; 0 for one that did not enter. */
  seconds(state: CaseState): number {
    if (!this.#works.has(state)) return 0;
    const own = state.visitSeconds();
    if (own.length > 0) return median(own);
    const predicted = this.#predicted(state);
    return Math.max(predicted / 2, predicted + this.#secondsBesides(this.#kindOf(state)));
  }

  /** Rehearses a larger problem of the case's kind if that takes at most so long; returns whether it did. */
  async sharpen(state: CaseState, allowSeconds: number): Promise<boolean> {
    const kind = this.#kindOf(state);
    const times = kind.flop === 0 ? 1 : GROWTH;
    if (kind.isWhole || kind.rehearsalSeconds * times > allowSeconds) return false;
    await this.#rehearse(kind);
    return true;
  }

  /** Learns from a visit: the speed of filling, and the duration of a launch at this size. */
  learn(state: CaseState, result: VisitResult): void {
    this.#learnFilling(result);
    const [contender] = result.contenders;
    if (this.#works.has(state) && contender && contender.samples.length > 0)
      this.#kindOf(state).launches.set(this.#workOf(state).flop, median(contender.samples));
    this.#forget();
  }

  #forget(): void {
    this.#besides.clear();
    this.#besidesOfAll = null;
    this.#slowestRate = null;
  }

  #add(state: CaseState): void {
    const request = this.#visitOf(state);
    const name = kindName(request);
    const kind = this.#kinds.get(name) ?? new Kind(state, request.reference !== null);
    if (flop(state.case.problem) > flop(kind.largest.case.problem)) kind.largest = state;
    kind.members.push(state);
    this.#kinds.set(name, kind);
    this.#works.set(state, { kind, request, ...workOf(request) });
    // Of a resumed run.
    for (const { result } of state.visits) if (result) this.learn(state, result);
  }

  async #rehearse(kind: Kind): Promise<void> {
    const { problem } = kind.largest.case;
    const small = shrink(problem, kind.flop === 0 ? SMALLEST_FLOP : kind.flop * GROWTH);
    const result = await this.#calibrate(kind.largest, small);
    kind.take(result, small);
    if (result) this.#learnFilling(result);
    this.#forget();
  }

  #learnFilling({ sets, bytesPerSet, profile }: VisitResult): void {
    const filled = sets * bytesPerSet;
    if (filled > this.#fill.bytes && profile.operands > 0)
      this.#fill = { bytes: filled, perSecond: filled / profile.operands };
  }

  #predicted(state: CaseState): number {
    const { kind, request, flop: work, sets, filledBytes } = this.#workOf(state);
    const { sampling } = request;
    const launch = kind.secondsOf(work) ?? work / this.#slowest();
    const sampled = Math.max(sampling.sampleSeconds, sampling.minSamples * launch);
    const warmUp = Math.max(sampling.maxWarmUpSeconds, 2 * launch);
    return (
      kind.fixedSeconds +
      filledBytes / this.#fill.perSecond +
      launch * (sets + 1 + kind.referenceLaunches) +
      warmUp +
      sampled
    );
  }

  /** Actual minus predicted overhead: of similar cases if any was visited; else of all others, if positive. */
  #secondsBesides(kind: Kind): number {
    const known = this.#besides.get(kind);
    if (known !== undefined) return known;
    const like = this.#surplus(kind.members);
    const seconds = like.length > 0 ? median(like) : this.#surplusOfAll();
    this.#besides.set(kind, seconds);
    return seconds;
  }

  #surplusOfAll(): number {
    if (this.#besidesOfAll === null) {
      const all = this.#surplus([...this.#works.keys()]);
      this.#besidesOfAll = all.length > 0 ? Math.max(0, median(all)) : 0;
    }
    return this.#besidesOfAll;
  }

  #surplus(states: readonly CaseState[]): number[] {
    return states.flatMap((state) => {
      const taken = state.visitSeconds();
      return taken.length > 0 ? [median(taken) - this.#predicted(state)] : [];
    });
  }

  /** FLOP/s of the slowest kind that was timed. */
  #slowest(): number {
    this.#slowestRate ??= [...this.#kinds.values()]
      .flatMap(({ launches }) => [...launches].map(([work, seconds]) => work / seconds))
      .reduce((least, rate) => Math.min(least, rate), Number.POSITIVE_INFINITY);
    return Number.isFinite(this.#slowestRate) ? this.#slowestRate : SLOWEST_FLOP_PER_SECOND;
  }

  #workOf(state: CaseState): Work {
    return this.#works.get(state) as Work;
  }

  #kindOf(state: CaseState): Kind {
    return this.#workOf(state).kind;
  }
}

interface Work {
  readonly kind: Kind;
  readonly request: VisitRequest;
  readonly flop: number;
  /** Sets of operands that launches take in turn. */
  readonly sets: number;
  /** Bytes filled before the first launch. */
  readonly filledBytes: number;
}

function workOf({ coldBytes, maxSets, operands, problem }: VisitRequest): Omit<Work, 'kind' | 'request'> {
  const perSet = Object.values(operandBytes(problem)).reduce((sum, b) => sum + b, 0);
  const sets = operands === 'cold' ? Math.min(maxSets, Math.max(1, Math.ceil(coldBytes / perSet))) : 1;
  return { flop: flop(problem), sets, filledBytes: perSet * sets + bytes(problem) };
}

/** Cases with similar kernels, formats and rows; rehearsed on smaller copies of the largest problem among them. */
class Kind {
  largest: CaseState;
  readonly members: CaseState[] = [];
  /** Seconds of a launch by its FLOP, as far as timed. */
  readonly launches = new Map<number, number>();
  /** A launch of the reference, as a multiple of the contender's; 0 where there is none. */
  referenceLaunches: number;
  fixedSeconds = 0;
  /** Of the last rehearsal; 0 before the first. */
  flop = 0;
  launchSeconds = 0;
  rehearsalSeconds = 0;
  /** Whether there is nothing larger to rehearse, or it cannot be rehearsed. */
  isWhole = false;

  constructor(largest: CaseState, hasReference: boolean) {
    this.largest = largest;
    this.referenceLaunches = hasReference ? 1 : 0;
  }

  take(result: VisitResult | null, small: Problem): void {
    const work = flop(small);
    const [contender, reference] = result?.contenders ?? [];
    this.isWhole = work <= this.flop || work >= flop(this.largest.case.problem);
    if (!result || !contender || contender.samples.length === 0) {
      this.isWhole = true;
      return;
    }
    this.flop = work;
    this.launchSeconds = median(contender.samples);
    this.launches.set(work, this.launchSeconds);
    this.rehearsalSeconds = visitSeconds(result);
    this.fixedSeconds = 2 * result.profile.compile + result.profile.operands;
    if (reference && reference.samples.length > 0)
      this.referenceLaunches = median(reference.samples) / this.launchSeconds;
  }

  /** Seconds of a launch of so much work, by the nearest size that was timed; null when none was. */
  secondsOf(work: number): number | null {
    let nearest = { distance: Number.POSITIVE_INFINITY, secondsPerFlop: Number.NaN };
    for (const [other, seconds] of this.launches) {
      const distance = Math.abs(Math.log(other / work));
      if (distance < nearest.distance) nearest = { distance, secondsPerFlop: seconds / other };
    }
    return Number.isNaN(nearest.secondsPerFlop) ? null : nearest.secondsPerFlop * work;
  }
}

const SMALLEST_FLOP = 8e6;
const GROWTH = 4;
/** Minimum duration of a launch to extrapolate from: hundreds of times the launch overhead. */
const LONG_ENOUGH_SECONDS = 5e-3;
/** Assumed if nothing could be timed. */
const SLOWEST_FLOP_PER_SECOND = 1e8;

/** Cases whose kernels are of one kind share their rehearsals. */
function kindName({ contenders, reference, problem }: VisitRequest): string {
  const kernels = [...contenders, ...(reference ? [reference] : [])].map(({ source }) => sourceName(source));
  return JSON.stringify([kernels, problem.format, problem.layout, Math.min(problem.shape.m, 64), !!problem.groups]);
}
