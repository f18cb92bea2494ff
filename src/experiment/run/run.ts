/** A plain run: the cases of suites verified, measured and stored as a record. */

import { resolve } from 'node:path';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { Measurement, MeasureRequest } from '../../measure/parent/measurement.ts';
import { besideSentinel } from '../../measure/parent/settings.ts';
import type { Context } from '../../measure/parent/to-record.ts';
import { wholeRecord } from '../../measure/parent/whole-record.ts';
import type { Case, OperandMode, Robustness } from '../../plan/case/case.ts';
import { requireWritable } from '../../record/disk.node.ts';
import { commitOf } from '../../record/environment.node.ts';
import type { Identity } from '../../record/journal/fingerprint.ts';
import { scrubbed } from '../../record/privacy.ts';
import { rounded } from '../../record/round.ts';
import type { RunRecord, Settings } from '../../record/schema.ts';
import { type WrittenRecord, writeRecord } from '../../record/store/store.node.ts';
import type { Io } from '../io.ts';
import { experiment, type Follower, stored } from '../session/experiment.ts';
import { type Resumable, RunJournal } from '../session/run-journal.ts';
import { offeredMatmuls, unitOf, withOwnMatmul } from '../setup/engine.ts';
import { hostFor } from '../setup/host.ts';
import {
  asKernels,
  expansions,
  filtered,
  kernelsFrom,
  shippedKernels,
  withOperands,
  withRobustness,
} from '../setup/selection.ts';
import { type Asked, DEFAULT_BUDGET_NOTE, limitedSettings, placeFacts } from '../setup/settings.ts';
import { readShard, shardOf } from '../setup/shard.ts';
import { tunedOn, tuningsHash } from '../setup/tuning.ts';

export interface RunRequest extends Resumable, Asked {
  readonly kernel: readonly string[];
  readonly kernels: string | undefined;
  readonly scenario: string | undefined;
  readonly operands: OperandMode | undefined;
  readonly robustness: Robustness;
  readonly shard: string | undefined;
  /** Whether `best` uses the stored tuning of this machine. */
  readonly tuning: boolean;
  readonly 'divide-by-sentinel': boolean;
}

/** @returns null when interrupted */
export function runSuites(request: RunRequest, io: Io, follower: Follower<RunRecord>): Promise<WrittenRecord | null> {
  return new Run(request, io, follower).recorded();
}

class Run {
  readonly #request: RunRequest;
  readonly #io: Io;
  readonly #follower: Follower<RunRecord>;

  constructor(request: RunRequest, io: Io, follower: Follower<RunRecord>) {
    this.#request = request;
    this.#io = io;
    this.#follower = follower;
  }

  async recorded(): Promise<WrittenRecord | null> {
    const request = this.#request;
    const io = this.#io;
    const { set, from } = await kernelsFrom(request.kernels, io.cwd);
    const expanded = await expansions(request.suite, set, io);
    const all = await this.#select(
      expanded.flatMap((expansion) => expansion.cases),
      set,
    );
    const shard = request.shard === undefined ? null : readShard(request.shard, io.environment);
    const cases = shardOf(all, shard, request.adapter);
    const { settings: plain, isDefaultBudget } = limitedSettings(request, expanded);
    const settings = request['divide-by-sentinel'] ? besideSentinel(plain) : plain;
    if (isDefaultBudget) io.err(DEFAULT_BUDGET_NOTE);
    const { host, scenarioHash } = await hostFor(request, io.cwd);
    requireWritable(resolve(io.cwd, request.results));
    const kernels = { from: scrubbed(from), hash: setHash(set) };
    const asked = { ...this.#stored(settings, kernels, scenarioHash), shard: shard && { ...shard, cases: all.length } };
    const journal = new RunJournal({
      resultsDir: resolve(io.cwd, request.results),
      identity: this.#identity(asked, cases, set),
      commit: commitOf(io.cwd),
      resume: request.resume,
    });
    if (request.resume) io.err(resumedText(journal));
    return this.#measure(journal, host, { cases, set, trusted: await shippedKernels(), settings });
  }

  #stored(
    settings: MeasureRequest['settings'],
    kernels: Settings['kernels'],
    scenario: string | undefined,
  ): Omit<Settings, 'shard'> {
    const { suite, filter, adapter, tuning, results } = this.#request;
    return {
      ...settings,
      suites: scrubbed(suite),
      filter,
      adapter,
      kernels,
      ...(scenario && { scenario }),
      tuning: tuning ? tuningsHash(resolve(this.#io.cwd, results)) : null,
    };
  }

  #identity(settings: Settings, cases: readonly Case[], set: KernelSet): Identity {
    const { engine } = this.#request;
    return {
      unit: unitOf(engine, this.#io.environment),
      settings,
      environment: placeFacts(engine),
      cases: cases.map(({ id, series, kernel }) => ({ id, series, kernelHash: hashOf(set, kernel) })),
    };
  }

  #select(all: readonly Case[], set: KernelSet): Promise<Case[]> {
    const { engine, operands, robustness, filter, kernel } = this.#request;
    const named = asKernels(all, kernel, set);
    const withEngine = withOwnMatmul(named, engine);
    const asFed = operands === undefined ? withEngine : withEngine.map((item) => withOperands(item, operands));
    const asChecked = asFed.map((item) => withRobustness(item, robustness));
    return filtered(asChecked, filter, set, this.#io);
  }

  async #measure(
    journal: RunJournal,
    host: Host,
    {
      cases,
      set,
      trusted,
      settings,
    }: { cases: Case[]; set: KernelSet; trusted: KernelSet; settings: MeasureRequest['settings'] },
  ): Promise<WrittenRecord | null> {
    const { engine, adapter, results, tuning, robustness } = this.#request;
    const folder = resolve(this.#io.cwd, results);
    // Tunings were measured with checked indexes.
    const tuned = tuning && robustness === 'on' ? tunedOn(folder, engine) : undefined;
    const context = { kernels: set, replication: host.replication, wanted: settings.processes };
    const { again, cutShort } = this.#follower;
    const measurement = await experiment(
      this.#io,
      {
        ...{ cases, host, settings },
        open: { engine, adapter, yieldCpu: true, ...(robustness === 'off' && { robustness }) },
        enter: enterRun(set, trusted, { ...(tuned && { tunedOn: tuned }), matmuls: offeredMatmuls(engine) }),
        onCutShort: (soFar, by) => cutShort(rounded(recordOf(journal, soFar, context)), by),
      },
      { journal, again },
    );
    if (measurement === null) return null;
    return stored(this.#io, { journal, again }, () =>
      writeRecord(folder, recordOf(journal, measurement, context), journal.journal),
    );
  }
}

function resumedText(journal: RunJournal): string {
  if (!journal.resumed) return 'nothing to resume for these cases, kernels and settings; starting a new run\n';
  return `resuming ${journal.header.id}: ${journal.visits.length} visits are done\n`;
}

function recordOf(
  journal: RunJournal,
  measurement: Measurement,
  context: Pick<Context, 'kernels' | 'replication' | 'wanted'>,
): RunRecord {
  const began = { startedAt: journal.startedAt, hostStartSeconds: 0 };
  return wholeRecord(journal.header, journal.settings, measurement, { ...context, ...began });
}

function hashOf(set: KernelSet, name: string): string | null {
  return set.kernels.find((kernel) => kernel.name === name)?.hash ?? null;
}
