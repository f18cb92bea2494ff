/** State of one case during a run. */
import { flop } from '../../gemm/shape.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Case } from '../../plan/case/case.ts';
import type { ContenderVisit, VisitResult } from '../../record/journal/journal.ts';
import { type Beside, summarizeAt } from '../../record/sentinel-share.ts';
import { median } from '../../stats/centre.ts';
import { type Estimate, summarize } from '../../stats/summary.ts';
import type { CaseOutcome, Entry } from './measurement.ts';
import type { FinishedVisit } from './progress.ts';

export class CaseState {
  readonly case: Case;
  readonly visits: FinishedVisit[];
  entry: Entry | null = null;
  /** Narrow enough at a look: needs no more processes. */
  settled = false;
  #ended: Refusal | null = null;

  constructor(item: Case, finished: readonly FinishedVisit[]) {
    this.case = item;
    this.visits = [];
    for (const visit of finished) if (visit.caseId === item.id) this.add(visit);
  }

  has(process: number): boolean {
    return this.visits.some((visit) => visit.process === process);
  }

  /** Whether it is not visited any more. */
  get ended(): boolean {
    return this.#ended !== null;
  }

  /**
   * Why it has no time. A measured case keeps its time if it gets no more visits, unless it failed; a device that served a case
   * and later refuses it has failed.
   */
  get refusal(): Refusal | null {
    const ended = this.#ended;
    if (!ended || ended.status === 'failed' || !this.isMeasured) return ended;
    return ended.reason === 'budget' ? null : { ...ended, status: 'failed' };
  }

  /** Whether some contender has samples. */
  get isMeasured(): boolean {
    return this.#results().some(({ contenders }) => contenders.some(({ status }) => status === 'measured'));
  }

  enter(entry: Entry | Refusal): void {
    if ('status' in entry) this.end(entry);
    else this.entry = entry;
  }

  end(refusal: Refusal): void {
    this.#ended ??= refusal;
  }

  /** Keeps the visit; a contender that failed in it ends the case when no other contender is left. */
  add(visit: FinishedVisit): void {
    if (visit.result) this.visits.push(visit);
    if (visit.refusal) this.end(visit.refusal);
    const outcomes = visit.result?.contenders ?? [];
    const dead = outcomes.find((outcome) => outcome.status !== 'measured');
    if (dead && outcomes.every((outcome) => outcome.status !== 'measured')) {
      this.end({
        status: dead.status === 'skipped' ? 'skipped' : 'failed',
        reason: dead.reason ?? 'unknown',
        detail: dead.detail ?? '',
      });
    }
  }

  /** One median per process, of the first contender. */
  processMedians(): number[] {
    return this.#measured().map((visit) => median(visit.samples));
  }

  /** Whether the interval is within ± `target` of its median. */
  isNarrow(target: number): boolean {
    const medians = this.processMedians();
    return medians.length === 0 || isWithin(summarize(medians), target);
  }

  /** The same for times divided by the sentinel, as if that had always taken `reference` seconds. */
  isNarrowAt(reference: number, target: number): boolean {
    return isWithin(summarizeAt(this.beside(), reference), target);
  }

  /** Visits that the sentinel ran beside. */
  beside(): Beside[] {
    return this.#measured().flatMap(({ samples, toSentinel }) => {
      const seconds = median(samples);
      return toSentinel === undefined ? [] : [{ seconds, sentinelSeconds: seconds / toSentinel }];
    });
  }

  /** Wall seconds of each visit. */
  visitSeconds(): number[] {
    return this.#results().map(visitSeconds);
  }

  /** Fastest rate of any visit, for holding against the measured peak; 0 before the first. */
  bestFlopPerSecond(): number {
    const medians = this.processMedians();
    return medians.length > 0 ? flop(this.case.problem) / Math.min(...medians) : 0;
  }

  outcome(): CaseOutcome {
    return { case: this.case, entry: this.entry, visits: this.visits, refusal: this.refusal };
  }

  #results(): VisitResult[] {
    return this.visits.flatMap(({ result }) => result ?? []);
  }

  #measured(): ContenderVisit[] {
    return this.#results()
      .flatMap(({ contenders }) => contenders[0] ?? [])
      .filter((outcome) => outcome.status === 'measured');
  }
}

/** Wall seconds that a visit took, all of its phases. */
export function visitSeconds({ profile: { operands, compile, verify, measuring } }: VisitResult): number {
  return operands + compile + verify + measuring;
}

/** Seconds of the visits of a process. */
export function secondsIn(index: number, states: readonly CaseState[]): number {
  const results = states.flatMap(({ visits }) => visits.filter(({ process }) => process === index));
  return results.reduce((sum, { result }) => sum + (result ? visitSeconds(result) : 0), 0);
}

function isWithin({ median: middle, interval, kind }: Estimate, target: number): boolean {
  return kind === 'confidence-95' && (interval[1] - interval[0]) / 2 <= target * middle;
}
