/**
 * A run: every case visited in several fresh processes, each process in its own seeded random order, until the intervals
 * are narrow enough at a look planned in advance, or the budget is spent. No process is ever discarded.
 */
import type { Problem } from '../../gemm/problem.ts';
import { onMatrixUnits } from '../../kernel/program.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Case } from '../../plan/case/case.ts';
import type { FinishedProcess, VisitResult } from '../../record/journal/journal.ts';
import { seededRandom, shuffled } from '../../stats/random.ts';
import { coldBytesFor, maxSetsFor } from '../worker/cache.ts';
import { flopCeiling, higherPeaks, type PeakFacts } from '../worker/peaks.ts';
import type { VisitRequest } from '../worker/protocol.ts';
import { Budget } from './budget.ts';
import { CaseState, secondsIn } from './case-state.ts';
import { requireSameAdapter } from './facts.ts';
import type { CaseOutcome, Measurement, MeasureRequest } from './measurement.ts';
import { type OpenedWorker, type Rehearse, runProcess } from './process.ts';
import type { Advance, FinishedVisit } from './progress.ts';
import { entryOf, rehearsal } from './rehearsal.ts';
import { Schedule } from './schedule.ts';
import { visitRequest } from './visit-request.ts';
import { Waiting } from './waiting.ts';

/**
 * Throws Interrupted on abort, CallFailed or WorkerDied when no device can be opened; the results so far are passed to
 * `onCutShort` first.
 */
export async function measure(request: MeasureRequest): Promise<Measurement> {
  return new Run(request).run();
}

class Run {
  readonly #request: MeasureRequest;
  readonly #states: readonly CaseState[];
  readonly #schedule: Schedule;
  readonly #budget: Budget;
  readonly #waiting: Waiting;
  readonly #processes: FinishedProcess[] = [];
  readonly #start: number;
  #opened: OpenedWorker | null = null;
  #peaks: PeakFacts | null = null;
  #visitsDone = 0;
  #visitsDue = 0;

  constructor(request: MeasureRequest) {
    this.#request = request;
    this.#states = request.cases.map((item) => new CaseState(item, request.finished));
    this.#schedule = new Schedule(this.#states, request);
    this.#start = request.host.clock.now();
    this.#budget = new Budget(request.settings, request.host.clock);
    this.#waiting = new Waiting(request.host.clock, request.attention);
  }

  async run(): Promise<Measurement> {
    try {
      return this.#measurement(await this.#untilEnd());
    } catch (error) {
      if (this.#opened) this.#request.onCutShort?.(this.#measurement('interrupted'));
      throw error;
    }
  }

  async #untilEnd(): Promise<Measurement['ended']> {
    for (let index = 0; ; index++) {
      const wanted = this.#schedule.wanted(index);
      const due = wanted.filter((state) => !state.has(index));
      // A resumed run opens a device in its first process too, because contenders and peaks depend on it.
      if (index === 0) await this.#process(index, due);
      else if (wanted.length === 0) return this.#schedule.isLookAfter(index) ? 'target' : 'processes';
      else if (due.length > 0 && !(await this.#hadTime(index, due))) return 'budget';
    }
  }

  /**
   * Visits the cases that fit, or one that may; false if nothing was visited for lack of time. After the last look only cases
   * that lack visits are left, and a process that visits none of them would repeat endlessly.
   */
  async #hadTime(index: number, due: readonly CaseState[]): Promise<boolean> {
    const before = this.#visitsDone;
    if (this.#budget.anyFits(due)) await this.#process(index, due);
    else {
      const doubtful = this.#budget.doubtful(due);
      if (doubtful) await this.#process(index, [doubtful], () => this.#budget.deadline);
    }
    const isPlanned = !this.#budget.isLimited && index < this.#schedule.last;
    return isPlanned || this.#visitsDone > before;
  }

  async #process(index: number, due: readonly CaseState[], endAt: (() => number) | null = null): Promise<void> {
    const { settings, host, open, signal, withoutPeaks, onBegin, onProcess, onProgress, attention } = this.#request;
    await this.#attended();
    const waited = this.#waiting.seconds;
    const orderSeed = (settings.seed * 1009 + index) >>> 0;
    const states = new Map(due.map((state) => [state.case.id, state]));
    const stateOf = (caseId: string) => states.get(caseId) as CaseState;
    const most = Math.max(this.#schedule.last, index + 1);
    this.#visitsDue = this.#visitsDone + due.length;
    onProgress({ type: 'process', index, most, visits: due.length, ...this.#advance() });
    const finished = await runProcess({
      index,
      orderSeed,
      host,
      open,
      signal,
      endAt,
      sentinelSeconds: settings.sentinelSeconds,
      disturbance: attention && (() => attention.disturbance()),
      onOpen: async (worker, rehearse) => this.#onOpen(worker, rehearse),
      onBegin: (process) => due.length > 0 && onBegin?.(process),
      cases: () => this.#order(due, orderSeed),
      plan: (item, worker, rehearse) => this.#plan(stateOf(item.id), { worker, rehearse, index, orderSeed, endAt }),
      onVisit: (visit) => this.#add(stateOf(visit.caseId), visit),
      wantsPeaks: () => !withoutPeaks && (this.#peaks === null || this.#abovePeak(this.#peaks)),
      onPeaks: (peaks) => {
        this.#peaks = this.#peaks ? higherPeaks(this.#peaks, peaks) : peaks;
      },
      onCutShort: (process) => this.#processes.push(process),
    });
    this.#processes.push(finished);
    this.#budget.finished(finished, secondsIn(index, due) + this.#waiting.seconds - waited);
    onProcess(finished);
  }

  async #onOpen(worker: OpenedWorker, rehearse: Rehearse): Promise<void> {
    if (this.#opened) return requireSameAdapter(this.#opened, worker);
    this.#request.onProgress({ type: 'opened', facts: worker.facts, tried: worker.tried });
    await this.#request.onOpen(worker);
    this.#opened = worker;
    for (const state of this.#states) state.enter(this.#request.enter(state.case, worker.facts));
    await this.#budget.plan(
      this.#states.filter((state) => !state.ended),
      (state) => this.#visitRequest(state, { worker, index: 0, orderSeed: 0 }),
      (state, small) => this.#calibrate(state, small, worker, rehearse),
    );
  }

  /** A seeded random order; optional visits come last. */
  #order(due: readonly CaseState[], orderSeed: number): Case[] {
    const { planned, spare } = this.#budget.agenda(due);
    const order = this.#request.order === 'given' ? due : [...shuffled(planned, seededRandom(orderSeed)), ...spare];
    return order.map((state) => state.case);
  }

  async #plan(state: CaseState, turn: Turn): Promise<VisitRequest | Refusal | null> {
    if (state.refusal) return state.refusal;
    await this.#attended();
    if (turn.endAt === null && !(await this.#budget.fits(state))) return null;
    const heat = this.#request.heat?.(state.outcome(), turn.index);
    if (heat && 'status' in heat) {
      // A case that was visited before keeps its visits and may continue at a later look.
      if (state.visits.length === 0) state.end(heat);
      return null;
    }
    return { ...this.#visitRequest(state, turn), ...heat };
  }

  /** Waiting costs nothing of the budget. */
  async #attended(): Promise<void> {
    this.#budget.extend(await this.#waiting.wait());
  }

  #add(state: CaseState, visit: FinishedVisit): void {
    state.add(visit);
    this.#budget.learn(state, visit);
    this.#request.onVisit(visit);
    this.#visitsDone++;
    const { caseId, process } = visit;
    this.#request.onProgress({ type: 'visit', caseId, process, ...this.#advance() });
  }

  #visitRequest(
    state: CaseState,
    { worker, index, orderSeed }: Pick<Turn, 'worker' | 'index' | 'orderSeed'>,
  ): VisitRequest {
    const place = { process: index, orderSeed, number: this.#states.indexOf(state) };
    return visitRequest(state, worker, this.#request.settings, place);
  }

  /** A short visit of a small problem, contender and reference as two contenders; null when the kernels cannot serve it. */
  async #calibrate(
    state: CaseState,
    small: Problem,
    worker: OpenedWorker,
    rehearse: Rehearse,
  ): Promise<VisitResult | null> {
    const entry = entryOf(state, small, this.#request.enter, worker.facts);
    if (!entry) return null;
    const request = this.#visitRequest(state, { worker, index: 0, orderSeed: 0 });
    return rehearse(rehearsal(request, entry, small));
  }

  #advance(): Advance {
    const done = this.#visitsDone;
    const planned = Math.max(this.#visitsDue, done + this.#schedule.certainVisits());
    if (!this.#budget.isLimited) return { done, planned };
    const open = this.#states.filter((state) => !state.ended);
    const fitting = this.#budget.visitsLeft(planned - done, open);
    return { done, planned: done + fitting, secondsLeft: this.#budget.secondsLeft };
  }

  #abovePeak(peaks: PeakFacts): boolean {
    return this.#states.some((state) => {
      const source = state.entry?.contenders[0]?.source;
      const matrixUnits = source?.kind === 'wgsl' && onMatrixUnits(source.program);
      return state.bestFlopPerSecond() > flopCeiling(peaks, state.case.problem.format, matrixUnits);
    });
  }

  #measurement(ended: Measurement['ended']): Measurement {
    if (!this.#opened) throw new Error('a run without a process');
    const { settings, host } = this.#request;
    return {
      facts: this.#opened.facts,
      tried: this.#opened.tried,
      peaks: this.#peaks,
      processes: this.#processes,
      cases: this.#states.map((state) => this.#outcome(state, ended)),
      ended,
      coldBytes: settings.coldBytes || coldBytesFor(this.#opened.facts),
      maxSets: settings.maxSets || maxSetsFor(this.#opened.facts),
      wallSeconds: host.clock.now() - this.#start,
    };
  }

  /** The reason of a case that was never visited. */
  #outcome(state: CaseState, ended: Measurement['ended']): CaseOutcome {
    const outcome = state.outcome();
    if (outcome.refusal || state.isMeasured) return outcome;
    if (ended === 'interrupted') return { ...outcome, refusal: CUT_SHORT };
    return this.#budget.isLimited ? { ...outcome, refusal: this.#budget.refusal(state) } : outcome;
  }
}

/** The visit of a case in a process. */
interface Turn {
  readonly worker: OpenedWorker;
  readonly rehearse: Rehearse;
  readonly index: number;
  readonly orderSeed: number;
  /** Time at which the visit is stopped; it is not required to fit then. */
  readonly endAt: (() => number) | null;
}

const CUT_SHORT: Refusal = {
  status: 'skipped',
  reason: 'interrupted',
  detail: 'the run was interrupted before this case was measured',
};
