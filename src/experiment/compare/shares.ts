/**
 * How a comparison shares a budget out. Cases come in order of priority; those that cannot get the processes of the first look
 * within the budget are left out, the last ones first, as soon as the first visits show what a visit costs. At later looks the
 * same order decides who goes on.
 */

import type { Refusal } from '../../kernel/refusal.ts';
import type { Clock } from '../../measure/parent/host.ts';
import type { FinishedProcess, FinishedVisit } from '../../measure/parent/progress.ts';

export interface SharesRequest {
  /** In order of priority; how many visits each needs before it says anything. */
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
  #look = { processes: 0, neededSeconds: 0 };

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
    const spent = `${rounded(this.#spentSeconds)} s of the budget of ${budgetSeconds} s are spent`;
    const detail = `${spent}, and this case needs about ${rounded(needed)} s more`;
    return { status: 'skipped', reason: 'budget', detail };
  }

  /** Whether a case that is undecided at a look goes on to the next one; asked in order of priority. */
  goesOn(caseId: string, processes: number): boolean {
    const next = this.#request.looks.find((look) => look > processes);
    if (next === undefined) return false;
    const more = next - processes;
    if (this.#look.processes !== processes) this.#look = { processes, neededSeconds: more * this.#overhead() };
    const neededSeconds = this.#look.neededSeconds + more * this.#cost(caseId);
    if (neededSeconds > this.#remaining()) return false;
    this.#look = { processes, neededSeconds };
    return true;
  }

  get #firstLook(): number {
    return this.#request.looks[0] ?? 1;
  }

  #remaining(): number {
    return this.#request.budgetSeconds - this.#spentSeconds;
  }

  /** In the first process the estimates still move, so that a case left out by an early one may come back. */
  #trim(process: number): void {
    if (this.#visits.size === 0) return;
    const candidates = process === 0 ? [...this.#wanted.keys()] : this.#kept;
    let needed = (this.#firstLook - process - 1) * this.#overhead();
    const fitting = candidates.findIndex((id) => {
      needed += this.#left(id) * this.#cost(id);
      return needed > this.#remaining();
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

  /** Seconds of one visit: the mean of the case's own, else of all. */
  #cost(caseId: string): number {
    const known = this.#visits.get(caseId);
    if (known) return known.seconds / known.count;
    let [count, seconds] = [0, 0];
    for (const visit of this.#visits.values()) {
      count += visit.count;
      seconds += visit.seconds;
    }
    return count === 0 ? 0 : seconds / count;
  }
}

function rounded(seconds: number): string {
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** The first item of each group, then the second of each, and so on: so that every group has one before any has two. */
export function inTurn<T>(items: readonly T[], groupOf: (item: T) => string): T[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
  const lists = [...groups.values()];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
