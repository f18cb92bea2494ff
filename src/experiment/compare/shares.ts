/**
 * How a comparison spends its budget. First every case is measured in a few processes, in order of priority; cases that do not
 * fit into a share of the budget are left out, the last ones first, as soon as visits have shown what a visit costs. The rest
 * goes to the cases with the worst ratios: at each look, as many as there is time for until the next.
 */

import type { Refusal } from '../../kernel/refusal.ts';
import type { Clock } from '../../measure/parent/host.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import type { FinishedProcess } from '../../record/journal/journal.ts';
import { median } from '../../stats/centre.ts';

export interface SharesRequest {
  /** In order of priority; how many visits each needs until the first look. */
  readonly cases: readonly { readonly id: string; readonly visits: number }[];
  /** Process counts at which a case may be decided, ascending. */
  readonly looks: readonly number[];
  /** Seconds for all of it. */
  readonly budgetSeconds: number;
  readonly clock: Clock;
}

export class Shares {
  readonly #request: SharesRequest;
  readonly #start: number;
  readonly #wanted: ReadonlyMap<string, number>;
  /** Ids that get the visits they need. */
  #kept: string[];
  readonly #visits = new Map<string, { count: number; seconds: number }>();
  readonly #visitSeconds = new Map<number, number>();
  /** Of a process besides its visits; null before one has been seen. */
  #processSeconds: number | null = null;

  constructor(request: SharesRequest) {
    this.#request = request;
    this.#start = request.clock.now();
    this.#wanted = new Map(request.cases.map(({ id, visits }) => [id, visits]));
    this.#kept = [...this.#wanted.keys()];
  }

  get #spentSeconds(): number {
    return this.#request.clock.now() - this.#start;
  }

  /** Whether a case lacks visits that it needed. */
  leftOut(caseId: string): boolean {
    return this.#left(caseId) > 0;
  }

  /** Takes a finished visit into account, of this run or of the one that is resumed. */
  learn({ caseId, process, result }: FinishedVisit): void {
    if (!result) return;
    const { operands, compile, verify, measuring } = result.profile;
    const seconds = operands + compile + verify + measuring;
    const known = this.#visits.get(caseId) ?? { count: 0, seconds: 0 };
    this.#visits.set(caseId, { count: known.count + 1, seconds: known.seconds + seconds });
    this.#visitSeconds.set(process, (this.#visitSeconds.get(process) ?? 0) + seconds);
  }

  /** The first process also measures the ceilings, so the shortest one seen is what the next will take. */
  learnProcess({ index, seconds }: FinishedProcess): void {
    const besides = Math.max(0, seconds - (this.#visitSeconds.get(index) ?? 0));
    this.#processSeconds = Math.min(this.#processSeconds ?? besides, besides);
  }

  /** Whether a case gets its visit in this process; the reason when it does not. */
  admit(caseId: string, process: number): Refusal | null {
    if (process < this.#firstLook) this.#trim(process);
    if (this.#kept.includes(caseId) || this.#left(caseId) === 0) return null;
    const { budgetSeconds } = this.#request;
    const needed = this.#left(caseId) * this.#cost(caseId);
    const first = `the first look at every case gets ${rounded(FIRST_SHARE * budgetSeconds)} s of the budget of ${budgetSeconds} s`;
    const spent = `${rounded(this.#spentSeconds)} s are spent`;
    const detail = `${first}: ${spent}, this case needs about ${rounded(needed)} s, and cases before it the rest`;
    return { status: 'skipped', reason: 'budget', detail };
  }

  /** Which undecided cases continue to the next look: the first ones, as many as there is time for. */
  goOn(undecided: readonly string[], processes: number): ReadonlySet<string> {
    const going = new Set<string>();
    const next = this.#request.looks.find((look) => look > processes);
    if (next === undefined) return going;
    const more = next - processes;
    let left = this.#request.budgetSeconds - this.#spentSeconds - more * this.#overhead();
    for (const id of undecided) {
      const needed = more * this.#cost(id);
      if (needed > left) continue;
      going.add(id);
      left -= needed;
    }
    return going;
  }

  get #firstLook(): number {
    return this.#request.looks[0] ?? 1;
  }

  /** Estimates still change during the first process, so a case that was left out may return. */
  #trim(process: number): void {
    if (this.#visits.size < FEWEST_VISITS) return;
    const remaining = FIRST_SHARE * this.#request.budgetSeconds - this.#spentSeconds;
    const candidates = process === 0 ? [...this.#wanted.keys()] : this.#kept;
    let needed = (this.#firstLook - process - 1) * this.#overhead();
    const fitting = candidates.findIndex((id) => {
      needed += this.#left(id) * this.#cost(id);
      return needed > remaining;
    });
    this.#kept = fitting < 0 ? [...candidates] : candidates.slice(0, Math.max(1, fitting));
  }

  /** Seconds of a process besides its visits; in the first one, what has been seen of them. */
  #overhead(): number {
    if (this.#processSeconds !== null) return this.#processSeconds;
    return Math.max(0, this.#spentSeconds - (this.#visitSeconds.get(0) ?? 0));
  }

  /** Visits that a case still lacks. */
  #left(caseId: string): number {
    return Math.max(0, (this.#wanted.get(caseId) ?? 0) - (this.#visits.get(caseId)?.count ?? 0));
  }

  /** Seconds of one visit: the mean of the case's own, else what is usual. */
  #cost(caseId: string): number {
    const mean = ({ count, seconds }: { count: number; seconds: number }) => seconds / count;
    const known = this.#visits.get(caseId);
    if (known) return mean(known);
    return this.#visits.size === 0 ? 0 : median([...this.#visits.values()].map(mean));
  }
}

/** Of the budget, for the first look at every case. */
const FIRST_SHARE = 0.65;
/** The first visits of a process are not representative, because drivers load their compilers then. */
const FEWEST_VISITS = 3;

function rounded(seconds: number): string {
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** The first item of each group, then the second of each, and so on. */
export function inTurn<T>(items: readonly T[], groupOf: (item: T) => string): T[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
  const lists = [...groups.values()];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
