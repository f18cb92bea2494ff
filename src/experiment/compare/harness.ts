/** `compare --harness`: two checkouts of the harness measure the same kernels in alternating processes. */

import { digest } from '../../gemm/digest.ts';
import { type ComparedCase, worstFirst } from '../../judge/ab/comparison.ts';
import { type AbRules, PAIR_RULES, rulesFor } from '../../judge/ab/rules.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import { CallFailed } from '../../measure/parent/connection.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { CaseOutcome, Measurement } from '../../measure/parent/measurement.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import type { Settings } from '../../measure/parent/settings.ts';
import type { Case } from '../../plan/case/case.ts';
import { machineName } from '../../record/machine.ts';
import { scrubbed } from '../../record/privacy.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { experiment, type Kept } from '../session/experiment.ts';
import { journalFor, type Resumable, type RunJournal } from '../session/run-journal.ts';
import { shippedKernels } from '../setup/selection.ts';
import { placeFacts, settingsFor } from '../setup/settings.ts';
import type { AbOptions, AbOutcome } from './ab-request.ts';
import { alternatingHost, PROTOCOL_MISMATCH, pairRatios, TREES, type Tree, treeOf, visitFailure } from './alternate.ts';
import { withoutRatios } from './compared-case.ts';
import { type Decided, decided } from './decided.ts';
import { harnessTree } from './harness-tree.ts';

export type HarnessOutcome = Pick<AbOutcome, 'facts' | 'machine' | 'processes' | 'cases' | 'ended' | 'seconds'>;

export interface HarnessRequest {
  readonly set: KernelSet;
  readonly cases: readonly Case[];
  readonly options: AbOptions & Resumable & { readonly harness: string };
  readonly rules: Omit<AbRules, 'cases'>;
  readonly reproduce: (id: string) => string;
  /** The command that resumes it after an interruption. */
  readonly again: string;
  /** Prints the results, or the results so far after an interruption; the journal is kept until then. */
  readonly show: (found: HarnessOutcome) => void;
}

/** @returns null when interrupted. Throws UsageError for a tree that cannot serve. */
export async function compareHarnesses(request: HarnessRequest, io: Io): Promise<HarnessOutcome | null> {
  const tree = await harnessTree(request.options.harness, io.cwd);
  try {
    const hosts = { base: processHost(tree.worker), head: processHost() };
    return await new Harnesses(request, { hosts, hash: tree.hash }, await shippedKernels(), io).run();
  } catch (error) {
    if (error instanceof CallFailed && error.reason === PROTOCOL_MISMATCH)
      throw new UsageError(`--harness ${tree.origin}: ${error.message}`);
    throw error;
  } finally {
    await tree.dispose();
  }
}

/** Where the workers of both trees start, and a hash of their code. */
export interface Trees {
  readonly hosts: Readonly<Record<Tree, Host>>;
  readonly hash: string;
}

export class Harnesses {
  readonly #request: HarnessRequest;
  readonly #trees: Trees;
  readonly #trusted: KernelSet;
  readonly #io: Io;
  readonly #rules: AbRules;
  /** The first failure of each case, and whose it was. */
  readonly #failures = new Map<string, string>();

  constructor(request: HarnessRequest, trees: Trees, trusted: KernelSet, io: Io) {
    this.#request = request;
    this.#trees = trees;
    this.#trusted = trusted;
    this.#io = io;
    const { minimumEffect, familyError } = request.rules;
    this.#rules = rulesFor({ ...PAIR_RULES, minimumEffect, familyError }, request.cases.length, false);
  }

  async run(): Promise<HarnessOutcome | null> {
    const { again, show } = this.#request;
    const kept = { journal: this.#journal(), again };
    let soFar: Measurement | null = null;
    const measurement = await this.#measure(kept, (measured) => {
      soFar = measured;
    });
    if (measurement === null) {
      if (soFar !== null) show({ ...this.#outcome(soFar), ended: 'interruption' });
      return null;
    }
    const outcome = this.#outcome(measurement);
    show(outcome);
    kept.journal.discard();
    return outcome;
  }

  #outcome({ facts, processes, wallSeconds, cases: outcomes }: Measurement): HarnessOutcome {
    const cases = worstFirst(outcomes.flatMap((outcome) => this.#judge(outcome) ?? []));
    const open = cases.some(({ verdict }) => verdict === 'unclear');
    const { budget = Number.POSITIVE_INFINITY } = this.#request.options;
    return {
      facts,
      machine: machineName({ ...placeFacts(this.#request.options.engine), adapter: facts }),
      processes: processes.length,
      cases,
      ended: open ? (wallSeconds >= budget ? 'budget' : 'looks') : 'decided',
      seconds: wallSeconds,
    };
  }

  #settings(): Settings {
    // An observation is a pair of processes.
    const looks = this.#rules.looks.map((look) => 2 * look);
    return { ...settingsFor({ ...this.#request.options, processes: looks[0], budget: undefined }, []), looks };
  }

  #journal(): RunJournal {
    const { options, set, cases } = this.#request;
    return journalFor(options, this.#io, {
      experiment: 'compare',
      settings: this.#settings(),
      kernels: {
        from: scrubbed(`${set.origin}, harness ${options.harness}`),
        hash: digest(`${setHash(set)} ${this.#trees.hash}`),
      },
      scenario: undefined,
      cases,
    });
  }

  async #measure(kept: Kept, onCutShort: (soFar: Measurement) => void): Promise<Measurement | null> {
    const { cases, set, options } = this.#request;
    const { engine, adapter, seed, budget, robustness } = options;
    const host = alternatingHost(this.#trees.hosts, seed);
    for (const visit of kept.journal.visits) this.#note(visit);
    const end = budget === undefined ? Number.POSITIVE_INFINITY : host.clock.now() + budget;
    return experiment(
      this.#io,
      {
        cases,
        host,
        open: { engine, adapter, yieldCpu: true, ...(robustness === 'off' && { robustness }) },
        enter: enterRun(set, this.#trusted),
        settings: this.#settings(),
        settled: (outcome) => host.clock.now() >= end || this.#decide(outcome).final,
        onVisit: (visit) => this.#note(visit),
        onCutShort,
      },
      kept,
    );
  }

  #note(visit: FinishedVisit): void {
    const failure = visitFailure(visit);
    if (failure !== null && !this.#failures.has(visit.caseId))
      this.#failures.set(visit.caseId, `${treeOf(visit.process, this.#request.options.seed)} ${failure}`);
  }

  #decide(outcome: CaseOutcome): Decided {
    const { ratios, noise } = pairRatios(outcome, this.#request.options.seed);
    const processes = ratios.map((headToBase) => ({ headToBase, headToTwin: null, twinToBase: null }));
    return decided(processes, noise, this.#rules);
  }

  /** Null for cases that no kernel serves on this device. */
  #judge(outcome: CaseOutcome): ComparedCase | null {
    const { id } = outcome.case;
    const reproduce = this.#request.reproduce(id);
    const failure = this.#failures.get(id);
    if (failure !== undefined) return { ...withoutRatios(id, reproduce), verdict: 'failed', reason: failure };
    if (outcome.refusal?.status === 'skipped') return null;
    const [name = null] = outcome.entry?.contenders.map((contender) => contender.name) ?? [];
    const { final: _, ...evidence } = this.#decide(outcome);
    const [base, head] = TREES.map((tree) => this.#error(outcome, tree));
    const errors = base === undefined || head === undefined ? null : { base, head };
    return { id, reproduce, kernels: { base: name, head: name }, ...evidence, errors };
  }

  #error({ visits }: CaseOutcome, tree: Tree): number | undefined {
    const errors = visits
      .filter(({ process }) => treeOf(process, this.#request.options.seed) === tree)
      .flatMap(({ result }) => result?.contenders[0]?.verification?.kernelError ?? []);
    return errors.length > 0 ? Math.max(...errors) : undefined;
  }
}
