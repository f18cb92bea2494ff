/**
 * Tuning: one tournament per shape class, all of them interleaved in the same fresh processes, within one budget of wall time.
 */
import type { DeviceFacts } from '../../engine/port.ts';
import { flop } from '../../gemm/shape.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { shapeClass } from '../../kernel/select/shape-class.ts';
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import { reference } from '../../measure/parent/enter.ts';
import type { Clock } from '../../measure/parent/host.ts';
import type { CaseOutcome, Entry, Heat } from '../../measure/parent/measurement.ts';
import { DEFAULT_SETTINGS, pairedSettings, type Settings } from '../../measure/parent/settings.ts';
import type { Case } from '../../plan/case/case.ts';
import type { VisitResult } from '../../record/journal/journal.ts';
import type { Sampling } from '../../record/schema.ts';
import { Tournament } from './tournament.ts';
import type { Standing } from './tournament-rules.ts';

/** Processes a tournament needs at most: techniques, sample, neighbours, halvings of some fifty, finals. */
const MOST_PROCESSES = 18;
/** Seconds of every process that go to opening, proving the clock, sentinels and filling operands. */
const PROCESS_SECONDS = 2;
/** Share of the budget that is planned; the rest covers underestimates by the first visits. */
const PLANNED_SHARE = 0.8;

/** Enough to see a factor; the final, with the samples of an A/B, sees percents. */
const EXPLORING: Sampling = {
  ...DEFAULT_SETTINGS.sampling,
  blocks: 2,
  minSamples: 4,
  maxSamples: 8,
  sampleSeconds: 0.03,
  minSampleSeconds: 2e-3,
  maxWarmUpSeconds: 0.02,
};

/** Beyond this much work, a kernel that computes one element per thread always loses, and takes long. */
const ONE_ELEMENT_FLOP: Readonly<Record<DeviceFacts['source'], number>> = {
  gpu: 1e9,
  'system-software': 1e6,
  'embedded-software': 1e6,
  scripted: Number.POSITIVE_INFINITY,
};

export function tuneSettings(seed: number): Settings {
  return {
    ...DEFAULT_SETTINGS,
    processes: 1,
    looks: Array.from({ length: MOST_PROCESSES }, (_, i) => i + 1),
    sampling: EXPLORING,
    seed,
  };
}

/** Cases of one class, and the one that is measured for all of them: that of the middle amount of work. */
export interface ClassCases {
  readonly shapeClass: string;
  readonly representative: Case;
  readonly members: readonly Case[];
}

export function classesOf(cases: readonly Case[]): ClassCases[] {
  const byClass = new Map<string, Case[]>();
  for (const item of cases) {
    const key = shapeClass(item.problem);
    byClass.set(key, [...(byClass.get(key) ?? []), item]);
  }
  return [...byClass].map(([key, members]) => {
    const byWork = [...members].sort((a, b) => flop(a.problem) - flop(b.problem));
    return { shapeClass: key, representative: byWork[byWork.length >> 1] as Case, members };
  });
}

export interface TunerRequest {
  readonly set: KernelSet;
  /** The harness's own kernels, which serve as references. */
  readonly trusted: KernelSet;
  /** How many classes share the budget. */
  readonly classes: number;
  readonly seed: number;
  readonly budgetSeconds: number;
  readonly clock: Clock;
}

/** Hooks that turn a measurement of class representatives into tournaments. */
export class Tuner {
  readonly #request: TunerRequest;
  readonly #deadline: number;
  readonly #tournaments = new Map<string, Tournament>();

  constructor(request: TunerRequest) {
    this.#request = request;
    this.#deadline = request.clock.now() + request.budgetSeconds;
  }

  enter(item: Case, facts: DeviceFacts): Entry | Refusal {
    const { set, trusted, seed, classes, budgetSeconds } = this.#request;
    const { problem } = item;
    const most = ONE_ELEMENT_FLOP[facts.source];
    const tournament = Tournament.open({
      set,
      problem,
      device: facts,
      seed,
      seconds: (PLANNED_SHARE * budgetSeconds - MOST_PROCESSES * PROCESS_SECONDS) / classes,
      // The time to fill textures is not included, so kernels that read them cannot be compared fairly.
      excluded: (kernel) => kernel.textures.length > 0 || (isOneElement(kernel) && flop(problem) > most),
    });
    if ('reason' in tournament) return { status: 'skipped', reason: 'unsupported', detail: tournament.reason };
    this.#tournaments.set(item.id, tournament);
    // Several techniques are compared, so one of them may be its own reference; all are compared with f64 at sampled points.
    const vouching = reference('', problem, facts, trusted);
    if (vouching !== null && 'status' in vouching) return vouching;
    return { reference: vouching, contenders: tournament.next([]) ?? [] };
  }

  heat(outcome: CaseOutcome): Heat | Refusal {
    const tournament = this.#tournaments.get(outcome.case.id);
    const visits = resultsOf(outcome);
    const contenders = tournament?.next(visits);
    if (!tournament || !contenders || this.#wouldOverrun(visits, contenders.length)) {
      return { status: 'skipped', reason: 'budget', detail: 'the budget ended before this class was measured' };
    }
    const sampling = tournament.inFinal(visits) ? pairedSettings(DEFAULT_SETTINGS).sampling : EXPLORING;
    return { contenders, sampling };
  }

  settled(outcome: CaseOutcome): boolean {
    const visits = resultsOf(outcome);
    const contenders = this.#tournaments.get(outcome.case.id)?.next(visits);
    return !contenders || this.#wouldOverrun(visits, contenders.length);
  }

  /** Null where nothing was measured. */
  standing(outcome: CaseOutcome): Standing | null {
    return this.#tournaments.get(outcome.case.id)?.standing(resultsOf(outcome)) ?? null;
  }

  /** Whether a visit of so many contenders, each as long as in the class's last one, would end after the deadline. */
  #wouldOverrun(visits: readonly VisitResult[], contenders: number): boolean {
    const last = visits.at(-1);
    const { operands = 0, compile = 0, verify = 0, measuring = 0 } = last?.profile ?? {};
    const each = (operands + compile + verify + measuring) / Math.max(1, last?.contenders.length ?? 1);
    return this.#request.clock.now() + each * contenders >= this.#deadline;
  }
}

function resultsOf({ visits }: CaseOutcome): VisitResult[] {
  return visits.flatMap(({ result }) => result ?? []);
}

function isOneElement({ thread }: Kernel): boolean {
  return [...thread.m.values, ...thread.n.values].every((size) => size === 1);
}

/** A contender that gave a wrong answer or did not run, in any process. */
export interface BrokenContender {
  readonly name: string;
  readonly reason: string;
  readonly detail: string;
}

export function brokenIn(outcome: CaseOutcome): BrokenContender[] {
  const broken = new Map<string, BrokenContender>();
  for (const { name, status, reason = 'unknown', detail = '' } of resultsOf(outcome).flatMap((v) => v.contenders))
    if (status === 'failed') broken.set(name, { name, reason, detail });
  return [...broken.values()];
}
