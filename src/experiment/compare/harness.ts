/** `compare --harness`: two checkouts of the harness measure the same kernels in alternating processes. */

import { type ComparedCase, worstFirst } from '../../judge/ab/comparison.ts';
import { type AbRules, PAIR_RULES, rulesFor } from '../../judge/ab/rules.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { CallFailed } from '../../measure/parent/connection.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { CaseOutcome, Measurement } from '../../measure/parent/measurement.ts';
import type { Case } from '../../plan/case/case.ts';
import { machineName } from '../../record/machine.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { experiment } from '../session/experiment.ts';
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
  readonly options: AbOptions & { readonly harness: string };
  readonly rules: Omit<AbRules, 'cases'>;
  readonly reproduce: (id: string) => string;
}

/** @returns null when interrupted. Throws UsageError for a tree that cannot serve. */
export async function compareHarnesses(request: HarnessRequest, io: Io): Promise<HarnessOutcome | null> {
  const tree = await harnessTree(request.options.harness, io.cwd);
  try {
    const hosts = { base: processHost(tree.worker), head: processHost() };
    return await new Harnesses(request, hosts, await shippedKernels(), io).run();
  } catch (error) {
    if (error instanceof CallFailed && error.reason === PROTOCOL_MISMATCH)
      throw new UsageError(`--harness ${tree.origin}: ${error.message}`);
    throw error;
  } finally {
    await tree.dispose();
  }
}

export class Harnesses {
  readonly #request: HarnessRequest;
  readonly #hosts: Readonly<Record<Tree, Host>>;
  readonly #trusted: KernelSet;
  readonly #io: Io;
  readonly #rules: AbRules;
  /** The first failure of each case, and whose it was. */
  readonly #failures = new Map<string, string>();

  constructor(request: HarnessRequest, hosts: Readonly<Record<Tree, Host>>, trusted: KernelSet, io: Io) {
    this.#request = request;
    this.#hosts = hosts;
    this.#trusted = trusted;
    this.#io = io;
    const { minimumEffect, familyError } = request.rules;
    this.#rules = rulesFor({ ...PAIR_RULES, minimumEffect, familyError }, request.cases.length, false);
  }

  async run(): Promise<HarnessOutcome | null> {
    const measurement = await this.#measure();
    if (measurement === null) return null;
    const { facts, processes, wallSeconds } = measurement;
    const cases = worstFirst(measurement.cases.flatMap((outcome) => this.#judge(outcome) ?? []));
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

  async #measure(): Promise<Measurement | null> {
    const { cases, set, options } = this.#request;
    const { engine, adapter, seed, budget } = options;
    const host = alternatingHost(this.#hosts, seed);
    // An observation is a pair of processes.
    const looks = this.#rules.looks.map((look) => 2 * look);
    const end = budget === undefined ? Number.POSITIVE_INFINITY : host.clock.now() + budget;
    return experiment(this.#io, {
      cases,
      host,
      open: { engine, adapter, yieldCpu: true },
      enter: enterRun(set, this.#trusted),
      settings: { ...settingsFor({ ...options, processes: looks[0], budget: undefined }, []), looks },
      settled: (outcome) => host.clock.now() >= end || this.#decide(outcome).final,
      onVisit: (visit) => {
        const failure = visitFailure(visit);
        if (failure !== null && !this.#failures.has(visit.caseId))
          this.#failures.set(visit.caseId, `${treeOf(visit.process, seed)} ${failure}`);
      },
    });
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
