/**
 * Planning under `--budget`: a quick calibration says what each case would take; what does not fit is skipped by name and
 * cost, and the number of processes gives way before cases do.
 */

import type { Problem } from '../gemm/problem.ts';
import { bytes, flop, operandBytes } from '../gemm/shape.ts';
import { median } from '../record/summary.ts';
import type { CaseState } from './case-state.ts';
import type { Entry } from './experiment.ts';
import type { Clock } from './host.ts';
import type { FinishedVisit, Refusal } from './progress.ts';
import type { VisitRequest, VisitResult } from './protocol.ts';
import type { Settings } from './settings.ts';

/** Below this many processes a row says little; the budget goes lower only when fewer than half of the cases fit. */
const FEW_PROCESSES = 3;
/** Seconds of every process that go to opening, proving the clock, and sentinels. */
const PROCESS_SECONDS = 2;
/** Share of the budget that is planned; the rest absorbs what calibration underestimates. */
const PLANNED_SHARE = 0.85;

export class Budget {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #predicted = new Map<CaseState, number>();
  readonly #rates = new Map<string, Rates>();
  #correction = 1;
  #processes: number;

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#deadline = clock.now() + (settings.budgetSeconds ?? Number.POSITIVE_INFINITY);
    this.#processes = Number.POSITIVE_INFINITY;
  }

  /** Most processes that fit. */
  get processes(): number {
    return this.#processes;
  }

  spent(): boolean {
    return this.#clock.now() >= this.#deadline;
  }

  /** Predicts every case's seconds per process, and decides how many processes there will be and which cases do not fit. */
  async plan(
    states: readonly CaseState[],
    visitOf: (state: CaseState) => VisitRequest,
    calibrate: Calibrate,
  ): Promise<void> {
    if (this.#settings.budgetSeconds === null) return;
    for (const state of states) this.#predicted.set(state, await this.#predict(visitOf(state), state, calibrate));
    const left = (this.#deadline - this.#clock.now()) * PLANNED_SHARE;
    const costs = [...this.#predicted.values()].sort((a, b) => a - b);
    this.#processes = choose(costs, left, this.#settings.processes);
    let seconds = this.#processes * PROCESS_SECONDS;
    for (const state of [...states].sort((a, b) => this.#cost(a) - this.#cost(b))) {
      seconds += this.#processes * this.#cost(state);
      if (seconds > left) state.refusal = this.#tooLong(state);
    }
    const all = costs.reduce((sum, cost) => sum + cost, PROCESS_SECONDS) * this.#settings.processes;
    if (all <= left) this.#processes = Number.POSITIVE_INFINITY;
  }

  /** Refuses a visit that would overrun; a case visited before keeps what it has. */
  refuse(state: CaseState): Refusal | null {
    if (this.#settings.budgetSeconds === null) return null;
    const fits = this.#clock.now() + this.#cost(state) * this.#correction <= this.#deadline;
    return fits ? null : this.#tooLong(state);
  }

  /** Each finished visit shows how far predictions are off. */
  learn(state: CaseState, visit: FinishedVisit): void {
    const predicted = this.#predicted.get(state);
    if (!predicted || !visit.result) return;
    const { operands, compile, verify, measuring } = visit.result.profile;
    const taken = (operands + compile + verify + measuring) / predicted;
    this.#correction = Math.max(1, 0.8 * this.#correction + 0.2 * taken);
  }

  #cost(state: CaseState): number {
    return this.#predicted.get(state) ?? 0;
  }

  #tooLong(state: CaseState): Refusal {
    const seconds = this.#cost(state);
    const processes = Math.min(this.#settings.processes, this.#processes);
    return {
      status: 'skipped',
      reason: 'budget',
      detail: `would take about ${(seconds * processes).toPrecision(2)} s (${processes} × ${seconds.toPrecision(2)} s); the budget is ${this.#settings.budgetSeconds} s`,
    };
  }

  /** Times the same kernels on a small copy of the problem, and scales up by work. */
  async #predict(request: VisitRequest, state: CaseState, calibrate: Calibrate): Promise<number> {
    const small = shrink(request.problem);
    const key = rateKey(request, small);
    const rates = this.#rates.get(key) ?? ratesOf(await calibrate(state, small), small);
    this.#rates.set(key, rates);
    const { sampling, coldBytes, maxSets } = request;
    const perSet = Object.values(operandBytes(request.problem)).reduce((sum, b) => sum + b, 0);
    const sets = request.operands === 'cold' ? Math.min(maxSets, Math.max(1, Math.ceil(coldBytes / perSet))) : 1;
    const launch = flop(request.problem) / rates.flopPerSecond;
    const reference = flop(request.problem) / rates.referenceFlopPerSecond;
    const sampled = Math.max(sampling.sampleSeconds, sampling.minSamples * launch);
    const warmUp = Math.max(sampling.maxWarmUpSeconds, 2 * launch);
    const filled = (perSet * sets + bytes(request.problem)) / FILL_BYTES_PER_SECOND;
    return rates.fixedSeconds + filled + reference + launch * (sets + 1) + warmUp + sampled;
  }
}

/** Visits a small copy of a case's problem with its contender and its reference side by side; null if that fails. */
export type Calibrate = (state: CaseState, small: Problem) => Promise<VisitResult | null>;

interface Rates {
  readonly flopPerSecond: number;
  readonly referenceFlopPerSecond: number;
  readonly fixedSeconds: number;
}

/** Pessimistic for any adapter: filling is integer work on every element. */
const FILL_BYTES_PER_SECOND = 2e8;
const CALIBRATION_FLOP = 8e6;
/** Assumed of a kernel whose calibration failed. */
const SLOWEST_FLOP_PER_SECOND = 1e8;

function ratesOf(result: VisitResult | null, small: Problem): Rates {
  const rates = (result?.contenders ?? []).map((c) =>
    c.samples.length > 0 ? flop(small) / median(c.samples) : SLOWEST_FLOP_PER_SECOND,
  );
  const { compile = 0, operands = 0 } = result?.profile ?? {};
  const [flopPerSecond = SLOWEST_FLOP_PER_SECOND, referenceFlopPerSecond = flopPerSecond] = rates;
  return { flopPerSecond, referenceFlopPerSecond, fixedSeconds: 2 * compile + operands };
}

/** A short visit of the small problem, contender and reference side by side as two contenders. */
export function rehearsal(request: VisitRequest, { contenders, reference }: Entry, small: Problem): VisitRequest {
  return {
    ...request,
    problem: small,
    operands: 'hot',
    reference: null,
    contenders: [...contenders.slice(0, 1), ...(reference ? [{ ...reference, name: 'reference' }] : [])],
    sampling: {
      ...request.sampling,
      blocks: 1,
      minSamples: 2,
      maxSamples: 2,
      maxWarmUpSeconds: 0.01,
      minSampleSeconds: 1e-3,
    },
    referenceMacs: 1 << 16,
  };
}

/** The same problem with n and k cut (in whole blocks of 64) until it takes about `CALIBRATION_FLOP`. */
export function shrink(problem: Problem): Problem {
  let { batch, m, n, k } = problem.shape;
  const { groups } = problem;
  const work = () => 2 * batch * m * n * k;
  while (work() > CALIBRATION_FLOP && batch > 1) batch = Math.ceil(batch / 2);
  while (work() > CALIBRATION_FLOP && Math.max(n, k) > 256) {
    if (n >= k) n = Math.max(64, Math.ceil(n / 128) * 64);
    else k = Math.max(64, Math.ceil(k / 128) * 64);
  }
  while (work() > CALIBRATION_FLOP && !groups && m > 64) m = Math.ceil(m / 2);
  return { ...problem, shape: { batch, m, n, k } };
}

/** Cases whose kernels are of one kind share a calibration. */
function rateKey(request: VisitRequest, small: Problem): string {
  const { m } = small.shape;
  const kernels = [...request.contenders, ...(request.reference ? [request.reference] : [])].map((c) =>
    c.source.kind === 'wgsl' ? c.source.program.kernel : c.source.kind,
  );
  return JSON.stringify([
    kernels,
    request.problem.format,
    request.problem.layout,
    Math.min(m, 64),
    !!request.problem.groups,
  ]);
}

/** Largest number of processes, from the wanted one down, that all cases fit in; else one that at least half of them fit in. */
export function choose(costs: readonly number[], seconds: number, wanted: number): number {
  const fitting = (processes: number) => {
    let left = seconds - processes * PROCESS_SECONDS;
    let fit = 0;
    for (const cost of costs) {
      left -= processes * cost;
      if (left < 0) break;
      fit++;
    }
    return fit;
  };
  for (let processes = wanted; processes >= Math.min(FEW_PROCESSES, wanted); processes--)
    if (fitting(processes) === costs.length) return processes;
  const few = Math.min(FEW_PROCESSES, wanted);
  return fitting(few) * 2 >= costs.length ? few : 1;
}
