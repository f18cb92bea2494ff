import type { Bisected, BisectedCommit, BisectStep } from '../../judge/ab/bisected.ts';
import type { ComparedCase } from '../../judge/ab/comparison.ts';
import { AB_RULES, type AbRules } from '../../judge/ab/rules.ts';
import type { KernelPlace } from '../../kernel/set/git.node.ts';
import { KernelError, type KernelSet } from '../../kernel/set/kernel.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import type { Case } from '../../plan/case/case.ts';
import type { AbOutcome, AbRequest } from '../compare/ab-request.ts';
import { GATE, PICKED } from '../compare/change.ts';
import { withoutRatios } from '../compare/compared-case.ts';
import { moreProcesses } from '../compare/decided.ts';
import { isAncestor, type KernelCommit, kernelCommits } from '../compare/git.ts';
import { sideBySide } from '../compare/side-by-side.ts';
import { pairing } from '../compare/sides.ts';
import { NothingToDo, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { asKernels, expansions, filtered, shippedKernels } from '../setup/selection.ts';
import { BisectJournals } from './bisect-journals.ts';
import {
  type BisectFollower,
  type BisectRequest,
  FOLLOWED,
  historyOf,
  named,
  nothingMoved,
  nowhereTouched,
  openingText,
  type Seen,
  sideOf,
  type Trouble,
  threshold,
  untold,
} from './bisect-steps.ts';
import { bisection } from './bisection.ts';

type Rules = Omit<AbRules, 'cases'>;

export class Bisect {
  readonly #request: BisectRequest;
  readonly #io: Io;
  readonly #follower: BisectFollower;
  readonly #journals: BisectJournals;
  readonly #seen = new Map<string, Seen>();
  /** Where the kernels are, from the repository's root, and whether the ends were named with it. */
  #place: Pick<KernelPlace, 'folder' | 'explicit'> = { folder: '', explicit: false };

  constructor(request: BisectRequest, io: Io, follower: BisectFollower) {
    this.#request = request;
    this.#io = io;
    this.#follower = follower;
    this.#journals = new BisectJournals(request, io, follower.again);
  }

  /**
   * @returns null when interrupted
   * @throws UsageError if GOOD is not an ancestor of BAD; NothingToDo if the ends do not differ or cannot be distinguished
   */
  async run(): Promise<Bisected | null> {
    try {
      const found = await this.#found();
      if (found) this.#journals.discard();
      return found;
    } catch (error) {
      // That there is nothing to find is an answer, too.
      if (error instanceof NothingToDo) this.#journals.discard();
      throw error;
    }
  }

  async #found(): Promise<Bisected | null> {
    const [older, newer] = await this.#ends();
    this.#place = newer;
    const commits = await kernelCommits(older, newer, this.#io.cwd);
    if (commits.length === 0) throw new NothingToDo(nowhereTouched(this.#request, newer.folder));
    const [good, bad] = [older.commit, newer.commit];
    const [base, head] = [await this.#kernelsAt(good), await this.#kernelsAt(bad)];
    const trouble = await this.#trouble(base, head, [older.ref, newer.ref]);
    return trouble && this.#search(trouble, { good, commits, base, head });
  }

  async #ends(): Promise<readonly [good: KernelPlace, bad: KernelPlace]> {
    const { good, bad, 'minimum-effect': effect } = this.#request;
    if (!(effect > 0 && effect < 1))
      throw new UsageError(`--minimum-effect ${effect}: expected a share between 0 and 1`);
    const ends = await historyOf(good, bad, this.#io.cwd);
    if (!(await isAncestor(ends[0].commit, ends[1].commit, this.#io.cwd)))
      throw new UsageError(`${good} is not an ancestor of ${bad}; name the older, good commit first`);
    return ends;
  }

  #kernelsAt(sha: string): Promise<KernelSet> {
    return loadKernels(`ref:${sha}:${this.#place.folder}`, this.#io.cwd);
  }

  /** The command that compares two commits again. */
  #again(ends: readonly [string, string], id: string): string {
    const { folder, explicit } = this.#place;
    const [base, head] = ends.map((end) => (explicit ? `${end}:${folder}` : end));
    return this.#follower.reproduce([base ?? '', head ?? ''], id);
  }

  /** GOOD against BAD: whether there is a change to find. */
  async #trouble(base: KernelSet, head: KernelSet, refs: readonly [string, string]): Promise<Trouble | null> {
    const { suite, case: filter, kernel, good, bad } = this.#request;
    const set = { origin: 'either end', kernels: [...base.kernels, ...head.kernels] };
    const suites = suite.length > 0 ? suite : [kernel.length > 0 ? GATE : PICKED];
    const expanded = await expansions(suites, set, this.#io);
    const asked = expanded.flatMap((expansion) => expansion.cases);
    const cases = await filtered(asKernels(asked, kernel, set), filter, set, this.#io, '--case');
    const rules = { ...AB_RULES, minimumEffect: this.#request['minimum-effect'] };
    const told = await this.#told(base, head, cases, rules, refs);
    if (told === null) return null;
    const { outcome } = told;
    const compared = FOLLOWED.flatMap((verdict) => outcome.cases.filter((one) => one.verdict === verdict))[0];
    const item = cases.find(({ id }) => id === compared?.id);
    if (!compared || !item) throw new NothingToDo(nothingMoved(outcome.cases, [good, bad]));
    if (/^base\b/.test(compared.reason)) throw new NothingToDo(`${good} is itself broken: ${compared.reason}`);
    return { item, compared, facts: outcome.facts, machine: outcome.machine };
  }

  /** A comparison, repeated once with twice the processes if it has no change but something unclear. */
  async #told(
    base: KernelSet,
    head: KernelSet,
    cases: readonly Case[],
    rules: Rules,
    ends: readonly [string, string],
  ): Promise<{ outcome: AbOutcome; attempts: number } | null> {
    const trusted = await shippedKernels();
    const reproduce = (id: string) => this.#again(ends, id);
    const ask = (attempt: Rules, some: readonly Case[]) => {
      const { budget, seed } = this.#request;
      // In other orders, so that the second attempt does not repeat what was particular to the first.
      const again = attempt === rules ? {} : { budget: budget && 2 * budget, seed: seed + 1 };
      const options = { ...this.#request, ...again };
      const sides = { base, head, trusted };
      const kept: Pick<AbRequest, 'keep' | 'onEnd'> = {
        keep: (of) => this.#journals.open(sides, of),
        onEnd: (journal) => this.#journals.end(journal),
      };
      return sideBySide({ sides, cases: some, options, rules: attempt, controls: 0, reproduce, ...kept }, this.#io);
    };
    const first = await ask(rules, cases);
    if (first === null) return null;
    const unclear = cases.filter(({ id }) => first.cases.some((one) => one.id === id && one.verdict === 'unclear'));
    const followed = first.cases.some(({ verdict }) => FOLLOWED.includes(verdict));
    if (followed || unclear.length === 0) return { outcome: first, attempts: 1 };
    const second = await ask(moreProcesses(rules), unclear);
    return second && { outcome: second, attempts: 2 };
  }

  async #search(
    trouble: Trouble,
    ends: { good: string; commits: readonly KernelCommit[]; base: KernelSet; head: KernelSet },
  ): Promise<Bisected | null> {
    const { commits, good } = ends;
    this.#follower.opened(openingText(trouble, this.#request, commits.length));
    const found = await bisection(commits.length, async (index) => {
      const commit = commits[index];
      return commit ? this.#look(commit, trouble, ends) : 'untestable';
    });
    if (found === null) return null;
    const candidates = commits.slice(found.from + 1, found.to + 1).map(named);
    const last = commits[found.from]?.sha ?? good;
    const evidence = await this.#evidence(trouble, ends, last, candidates);
    if (evidence === null) return null;
    const { item, compared, machine } = trouble;
    const [culprit] = candidates.length === 1 ? candidates : [];
    return {
      ...{ good: this.#request.good, bad: this.#request.bad, machine, case: item.id },
      ...{ verdict: compared.verdict, ratio: compared.ratio, threshold: threshold(compared) },
      commits: commits.length,
      steps: [...this.#seen.values()].map(({ step }) => step),
      culprit: culprit ?? null,
      candidates,
      evidence,
      confirmed: evidence.verdict === compared.verdict,
    };
  }

  async #look(
    commit: KernelCommit,
    trouble: Trouble,
    ends: { good: string; base: KernelSet; head: KernelSet },
  ): Promise<BisectStep['side'] | null> {
    const seen = await this.#see(commit, trouble, ends);
    if (seen === null) return null;
    this.#seen.set(commit.sha, seen);
    this.#follower.stepped(seen.step);
    return seen.step.side;
  }

  async #see(
    commit: KernelCommit,
    trouble: Trouble,
    { good, base, head }: { good: string; base: KernelSet; head: KernelSet },
  ): Promise<Seen | null> {
    const { item, facts, compared: whole } = trouble;
    const set = await this.#kernelsAt(commit.sha).catch((error: unknown) => {
      if (error instanceof KernelError) return error;
      throw error;
    });
    if (set instanceof KernelError) return untold(commit, 'untestable', `its kernels cannot be read: ${set.message}`);
    const same = (end: KernelSet) => pairing(item, { base: end, head: set, trusted: set }, facts).kind === 'identical';
    if (same(base)) return untold(commit, 'good', 'the same program as at the good end');
    if (same(head)) return untold(commit, 'bad', 'the same program as at the bad end');
    const rules = { ...AB_RULES, minimumEffect: threshold(whole) ?? this.#request['minimum-effect'] };
    const told = await this.#told(base, set, [item], rules, [good, commit.sha]);
    if (told === null) return null;
    const [compared] = told.outcome.cases;
    if (!compared) return untold(commit, 'untestable', 'no kernel serves the case');
    const { verdict, ratio, interval, reason, ratios } = compared;
    const step = {
      ...{ ...named(commit), side: sideOf(verdict, whole.verdict), verdict, ratio, interval, reason },
      ...{ processes: ratios.length, attempts: told.attempts },
    };
    return { step, compared };
  }

  /** The step from the last good commit to the first bad one, measured unless it has been already. */
  async #evidence(
    { item, facts, compared }: Trouble,
    { good, base }: { good: string; base: KernelSet },
    last: string,
    candidates: readonly BisectedCommit[],
  ): Promise<ComparedCase | null> {
    const culprit = candidates.at(-1)?.sha ?? '';
    const ends = [last, culprit] as const;
    const before = last === good ? base : await this.#kernelsAt(last);
    const unchanged = last === good || pairing(item, { base, head: before, trusted: base }, facts).kind === 'identical';
    const measured = this.#seen.get(culprit)?.compared;
    if (unchanged && measured) return { ...measured, reproduce: this.#again(ends, item.id) };
    if (unchanged && !measured) return { ...compared, reproduce: this.#again(ends, item.id) };
    const rules = { ...AB_RULES, minimumEffect: threshold(compared) ?? this.#request['minimum-effect'] };
    const told = await this.#told(before, await this.#kernelsAt(culprit), [item], rules, ends);
    if (told === null) return null;
    const reason = 'neither commit serves the case';
    const nothing = {
      ...withoutRatios(item.id, this.#again(ends, item.id)),
      verdict: 'unclear' as const,
      reason,
    };
    return told.outcome.cases[0] ?? nothing;
  }
}
