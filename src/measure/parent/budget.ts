/**
 * What is measured under `--budget`. Every case is visited once before any is visited twice. What did not fit is reconsidered
 * after every visit, when estimates have improved.
 */

import type { Refusal } from '../../kernel/refusal.ts';
import type { FinishedProcess } from '../../record/journal/journal.ts';
import type { VisitRequest } from '../worker/protocol.ts';
import type { CaseState } from './case-state.ts';
import { type Calibrate, Estimates } from './estimate.ts';
import type { Clock } from './host.ts';
import type { FinishedVisit } from './progress.ts';
import type { Settings } from './settings.ts';

/** Seconds of a process for opening, proving the clock, and sentinels, until one has shown it. */
const PROCESS_SECONDS = 2;
/** Seconds at the end of a process: the sentinel; in the first, the peaks too. */
const CLOSING_SECONDS = 0.5;
const FIRST_CLOSING_SECONDS = 1.5;
/** Share of the budget that may go to rehearsals before the first visit; of what is left, to one of them later. */
const REHEARSING_SHARE = 0.1;
/** Typical error of predictions. */
const DOUBT = 5;

export class Budget {
  readonly #seconds: number | null;
  readonly #clock: Clock;
  #start: number;
  readonly #tried = new Map<CaseState, number>();
  #estimates: Estimates | null = null;
  #process = PROCESS_SECONDS;
  #closing = FIRST_CLOSING_SECONDS;

  constructor({ budgetSeconds }: Settings, clock: Clock) {
    this.#seconds = budgetSeconds;
    this.#clock = clock;
    this.#start = clock.now();
  }

  get isLimited(): boolean {
    return this.#seconds !== null;
  }

  /** When it is spent, on the host's clock. */
  get deadline(): number {
    return this.#start + (this.#seconds ?? Number.POSITIVE_INFINITY);
  }

  get secondsLeft(): number {
    return Math.max(0, this.deadline - this.#clock.now());
  }

  /** Seconds in which nothing could be measured. */
  extend(seconds: number): void {
    this.#start += seconds;
  }

  /** Estimates, on the first device, how long visits take. */
  async plan(
    states: readonly CaseState[],
    visitOf: (state: CaseState) => VisitRequest,
    calibrate: Calibrate,
  ): Promise<void> {
    if (this.#seconds === null || states.length === 0) return;
    this.#estimates = new Estimates(states, visitOf, calibrate);
    const end = this.#clock.now() + REHEARSING_SHARE * this.#seconds;
    await this.#estimates.rehearseAll(() => this.#clock.now() < end);
  }

  /** Which of a process's cases it plans to visit, those with the fewest visits first, then the shortest; and which it adds if time is left. */
  agenda(due: readonly CaseState[]): { planned: CaseState[]; spare: CaseState[] } {
    if (!this.isLimited) return { planned: [...due], spare: [] };
    const byNeed = due
      .map((state) => ({ state, seconds: state.ended ? 0 : this.#visit(state) }))
      .sort((a, b) => a.state.visits.length - b.state.visits.length || a.seconds - b.seconds);
    let left = this.secondsLeft - this.#closing;
    const planned = new Set<CaseState>();
    for (const { state, seconds } of byNeed) {
      if (seconds > left) continue;
      planned.add(state);
      left -= seconds;
    }
    const isSpare = (state: CaseState) => !planned.has(state);
    return { planned: due.filter((state) => !isSpare(state)), spare: byNeed.map(({ state }) => state).filter(isSpare) };
  }

  /** Whether a visit would end in time; the estimate of an unvisited case is refined before it is rejected. */
  async fits(state: CaseState): Promise<boolean> {
    const fits = () => this.#visit(state) + this.#closing <= this.secondsLeft;
    while (!fits()) {
      const allow = REHEARSING_SHARE * this.secondsLeft;
      if (state.visits.length > 0 || !(await this.#estimates?.sharpen(state, allow))) return false;
    }
    return true;
  }

  /** Whether a fresh process has time for one of these. */
  anyFits(due: readonly CaseState[]): boolean {
    return due.some((state) => this.#needed(state) <= this.secondsLeft);
  }

  /**
   * An unvisited case that would fit if its estimate were far too long, for time that nothing else can use. Each is tried once.
   */
  doubtful(due: readonly CaseState[]): CaseState | null {
    const left = this.secondsLeft;
    const [found] = due
      .filter((state) => state.visits.length === 0 && !this.#tried.has(state))
      .filter((state) => this.#process < left && this.#visit(state) <= DOUBT * left)
      .sort((a, b) => this.#visit(a) - this.#visit(b));
    if (!found) return null;
    this.#tried.set(found, left);
    return found;
  }

  /** About how many of so many visits there is time for. */
  visitsLeft(count: number, states: readonly CaseState[]): number {
    const mean = states.reduce((sum, state) => sum + this.#visit(state), 0) / Math.max(1, states.length);
    return Math.min(count, Math.floor(this.secondsLeft / Math.max(mean, 1e-3)));
  }

  learn(state: CaseState, { result }: FinishedVisit): void {
    if (result) this.#estimates?.learn(state, result);
  }

  /** Time of a process besides its visits and what it waited for. The first process does more than later ones. */
  finished({ openSeconds, seconds, index }: FinishedProcess, otherSeconds: number): void {
    this.#closing = CLOSING_SECONDS;
    const besides = index === 0 ? openSeconds + CLOSING_SECONDS : seconds - otherSeconds;
    this.#process = Math.max(CLOSING_SECONDS, besides);
  }

  /** Why a case was never visited. */
  refusal(state: CaseState): Refusal {
    const spent = this.#clock.now() - this.#start;
    const tried = this.#tried.get(state);
    const needed = `needs about ${inSeconds(this.#needed(state))} in a separate process`;
    const began = tried === undefined ? needed : `was started with ${inSeconds(tried)} left and did not finish in time`;
    const budget =
      spent > (this.#seconds ?? 0)
        ? `the budget of ${this.#seconds} s is spent: work begun before its end lasted until ${inSeconds(spent)}`
        : `of the budget of ${this.#seconds} s, ${inSeconds(spent)} are spent and ${inSeconds(this.secondsLeft)} left`;
    return { status: 'skipped', reason: 'budget', detail: `${began}; ${budget}` };
  }

  #visit(state: CaseState): number {
    return this.#estimates?.seconds(state) ?? 0;
  }

  #needed(state: CaseState): number {
    return this.#process + this.#visit(state);
  }
}

function inSeconds(seconds: number): string {
  return `${seconds >= 100 ? Math.round(seconds) : Number(seconds.toPrecision(2))} s`;
}
