/**
 * A run: every case visited in several fresh processes, each process in its own seeded random order, until the intervals
 * are narrow enough at a look planned in advance, or the budget is spent. No process is ever discarded.
 */
import type { Problem } from '../gemm/problem.ts';
import { seededRandom, shuffled } from '../gemm/random.ts';
import { goodMoment } from '../record/sentinel-share.ts';
import { Budget, rehearsal } from './budget.ts';
import { CaseState } from './case-state.ts';
import { CallFailed, WorkerDied } from './connection.ts';
import type { Measurement, MeasureRequest } from './experiment.ts';
import { higherPeaks, type PeakFacts } from './peaks.ts';
import { type OpenedWorker, runProcess, VISIT_ALLOW_SECONDS } from './process.ts';
import type { FinishedProcess, Refusal } from './progress.ts';
import type { VisitRequest, VisitResult } from './protocol.ts';
import { coldBytesFor } from './settings.ts';

/** Throws Interrupted on abort, CallFailed when no device can be opened. */
export async function measure(request: MeasureRequest): Promise<Measurement> {
  return new Run(request).run();
}

class Run {
  readonly #request: MeasureRequest;
  readonly #states: readonly CaseState[];
  readonly #processes: FinishedProcess[] = [];
  readonly #budget: Budget;
  readonly #start: number;
  #opened: OpenedWorker | null = null;
  #peaks: PeakFacts | null = null;
  #visitsDone = 0;

  constructor(request: MeasureRequest) {
    this.#request = request;
    this.#states = request.cases.map((item) => new CaseState(item, request.finished));
    this.#start = request.host.clock.now();
    this.#budget = new Budget(request.settings, request.host.clock);
  }

  async run(): Promise<Measurement> {
    const { settings } = this.#request;
    let ended: Measurement['ended'] = 'processes';
    const last = settings.looks.at(-1) ?? settings.processes;
    for (let index = 0; index < last; index++) {
      const wanted = this.#wanted(index);
      if (wanted.length === 0 && (index > 0 || this.#opened)) {
        ended = index < settings.processes ? 'processes' : 'target';
        break;
      }
      if (index >= this.#budget.processes || (index > 0 && this.#budget.spent())) {
        ended = 'budget';
        break;
      }
      await this.#process(index, wanted);
    }
    return this.#measurement(ended);
  }

  /**
   * Cases to visit in this process. Up to the planned number: all. Beyond: those whose interval is still too wide at the
   * latest look, widest first in the budget's eyes.
   */
  #wanted(index: number): CaseState[] {
    const { settings } = this.#request;
    const open = this.#states.filter((state) => !state.refusal);
    if (index < settings.processes) return open;
    const look = Math.max(...settings.looks.filter((count) => count <= index));
    // Beside a sentinel the level that all are taken to is learned on the way, so what was narrow may not stay so.
    const keeps = settings.sentinelBeside !== true;
    if (look === index)
      for (const state of open) state.settled = (keeps && state.settled) || this.#isSettled(state, index);
    const unsettled = open.filter((state) => !state.settled);
    if (look === index) this.#request.onProgress({ type: 'look', processes: index, unsettled: unsettled.length });
    return unsettled;
  }

  #isSettled(state: CaseState, processes: number): boolean {
    const { settled, settings } = this.#request;
    if (settled) return settled(state.outcome(), processes);
    if (settings.sentinelBeside) return state.isNarrowAt(this.#goodMoment(), settings.target);
    return state.isNarrow(processes, settings.target);
  }

  /** Of the sentinel that runs beside the cases: one for all, or a case would be narrow at a level that others do not have. */
  #goodMoment(): number {
    const beside = this.#states.flatMap((state) => state.beside());
    return goodMoment(beside.map(({ sentinelSeconds }) => sentinelSeconds));
  }

  async #process(index: number, wanted: readonly CaseState[]): Promise<void> {
    const { settings, host, open, signal, onVisit, onProcess, onProgress } = this.#request;
    const orderSeed = (settings.seed * 1009 + index) >>> 0;
    const states = new Map(wanted.map((state) => [state.case.id, state]));
    const missing = wanted.filter((state) => !state.has(index));
    const due = missing.map((state) => state.case);
    onProgress({ type: 'process', index, visits: missing.length });
    const finished = await runProcess({
      index,
      orderSeed,
      host,
      open,
      signal,
      cases: this.#request.order === 'given' ? due : shuffled(due, seededRandom(orderSeed)),
      sentinelSeconds: settings.sentinelSeconds,
      onOpen: async (worker) => this.#onOpen(worker),
      plan: (item, worker) => this.#plan(states.get(item.id) as CaseState, worker, index, orderSeed),
      onVisit: (visit) => {
        const state = states.get(visit.caseId) as CaseState;
        if (visit.refusal?.reason !== 'budget' || state.visits.length === 0) state.add(visit);
        this.#budget.learn(state, visit);
        if (visit.refusal?.reason !== 'budget') onVisit(visit);
        this.#visitsDone++;
        onProgress({
          type: 'visit',
          done: this.#visitsDone,
          planned: this.#planned(),
          caseId: visit.caseId,
          process: index,
        });
      },
      wantsPeaks: () => this.#peaks === null || this.#abovePeak(this.#peaks),
      onPeaks: (peaks) => {
        this.#peaks = this.#peaks ? higherPeaks(this.#peaks, peaks) : peaks;
      },
    });
    this.#processes.push(finished);
    onProcess(finished);
  }

  async #onOpen(worker: OpenedWorker): Promise<void> {
    if (!this.#opened) {
      this.#opened = worker;
      this.#request.onProgress({ type: 'opened', facts: worker.facts, tried: worker.tried });
      await this.#request.onOpen(worker);
      for (const state of this.#states) if (!state.refusal) state.enter(this.#request.enter(state.case, worker.facts));
      const open = this.#states.filter((state) => !state.refusal);
      await this.#budget.plan(
        open,
        (state) => this.#visitRequest(state, worker, 0, 0),
        (state, small) => this.#calibrate(state, small, worker),
      );
      return;
    }
    const [first, now] = [this.#opened.facts, worker.facts];
    if (first.description !== now.description || first.driver !== now.driver || first.source !== now.source) {
      throw new Error(
        `the adapter changed during the run, from ${first.description} to ${now.description}; name one with --adapter`,
      );
    }
  }

  #plan(state: CaseState, worker: OpenedWorker, index: number, orderSeed: number): VisitRequest | Refusal {
    if (state.refusal) return state.refusal;
    const refusal = this.#budget.refuse(state);
    if (refusal) return refusal;
    const heat = this.#request.heat?.(state.outcome(), index);
    if (heat && 'status' in heat) return heat;
    return { ...this.#visitRequest(state, worker, index, orderSeed), ...heat };
  }

  #visitRequest(state: CaseState, worker: OpenedWorker, index: number, orderSeed: number): VisitRequest {
    const { settings } = this.#request;
    const { case: item, entry } = state;
    return {
      caseId: item.id,
      process: index,
      problem: item.problem,
      seed: item.seed,
      distribution: item.distribution,
      operands: item.operands,
      coldBytes: settings.coldBytes || coldBytesFor(worker.facts),
      maxSets: settings.maxSets,
      reference: entry?.reference ?? null,
      contenders: entry?.contenders ?? [],
      sampling: settings.sampling,
      timer: worker.timer,
      orderSeed: this.#visitSeed(orderSeed, state),
      ...(settings.sentinelBeside && { sentinelBeside: true }),
      referenceMacs: state.visits.length === 0 ? settings.referenceMacs.first : settings.referenceMacs.later,
    };
  }

  /** Every case of a process has orders of its own, so that what a place in them does is not done to all cases alike. */
  #visitSeed(orderSeed: number, state: CaseState): number {
    return Math.floor(2 ** 32 * seededRandom(orderSeed, this.#states.indexOf(state), state.visits.length)());
  }

  /** A short visit of a small problem, contender and reference as two contenders; null when the kernels cannot serve it. */
  async #calibrate(state: CaseState, small: Problem, worker: OpenedWorker): Promise<VisitResult | null> {
    const entry = this.#request.enter({ ...state.case, problem: small }, worker.facts);
    if ('status' in entry) return null;
    const request = rehearsal(this.#visitRequest(state, worker, 0, 0), entry, small);
    try {
      return await worker.connection.call('visit', request, VISIT_ALLOW_SECONDS);
    } catch (error) {
      // A kernel that hangs or crashes does it again in its own visit, on a fresh worker, and is told of there.
      if (error instanceof CallFailed || error instanceof WorkerDied) return null;
      throw error;
    }
  }

  #planned(): number {
    const perCase = Math.min(this.#request.settings.processes, this.#budget.processes);
    return Math.max(this.#visitsDone, this.#states.filter((state) => !state.refusal).length * perCase);
  }

  #abovePeak(peaks: PeakFacts): boolean {
    const { f32FlopPerSecond, f16FlopPerSecond, matrixFlopPerSecond } = peaks;
    const highest = Math.max(f32FlopPerSecond, f16FlopPerSecond ?? 0, matrixFlopPerSecond ?? 0);
    return this.#states.some((state) => state.bestFlopPerSecond() > highest);
  }

  #measurement(ended: Measurement['ended']): Measurement {
    if (!this.#opened || !this.#peaks) throw new Error('a run without a process');
    const { settings, host } = this.#request;
    return {
      facts: this.#opened.facts,
      tried: this.#opened.tried,
      peaks: this.#peaks,
      processes: this.#processes,
      cases: this.#states.map((state) => state.outcome()),
      ended,
      coldBytes: settings.coldBytes || coldBytesFor(this.#opened.facts),
      wallSeconds: host.clock.now() - this.#start,
    };
  }
}
