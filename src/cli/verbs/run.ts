import { resolve } from 'node:path';
import { NothingToDo } from '../../experiment/errors.ts';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { experiment } from '../../experiment/session/experiment.ts';
import { RunJournal } from '../../experiment/session/run-journal.ts';
import { hostFor } from '../../experiment/setup/host.ts';
import {
  asKernels,
  expansions,
  filtered,
  kernelsFrom,
  readShard,
  shardOf,
  shippedKernels,
  withGpuJs,
  withOperands,
} from '../../experiment/setup/selection.ts';
import { DEFAULT_BUDGET_NOTE, limitedSettings, placeFacts, setHash } from '../../experiment/setup/settings.ts';
import { tunedOn, tuningsHash } from '../../experiment/setup/tuning.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { Measurement, MeasureRequest } from '../../measure/parent/measurement.ts';
import { besideSentinel } from '../../measure/parent/settings.ts';
import { toRecord } from '../../measure/parent/to-record.ts';
import type { Case } from '../../plan/case/case.ts';
import { latestCalibration } from '../../record/calibration.node.ts';
import { commitOf } from '../../record/environment.node.ts';
import type { Identity } from '../../record/fingerprint.ts';
import { unitId } from '../../record/machine.node.ts';
import { scrubbed } from '../../record/privacy.ts';
import { rounded } from '../../record/round.ts';
import { RECORD_SCHEMA, type RunRecord, type Settings } from '../../record/schema.ts';
import { dividedBySentinel } from '../../record/sentinel-share.ts';
import { readSamples, type WrittenRecord, writeRecord } from '../../record/store.node.ts';
import { section } from '../../report/document/document.ts';
import { profileBlocks, RUN_WIDTH, runDocument } from '../../report/run.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';
import { checkNumbers, type RunOptions, resumeCommand, runOptions } from './run-options.ts';

/** `run`: measure and record. */
export const run: Verb<RunOptions> = {
  command: 'run [suite..]',
  describe: 'Verify and measure the cases of suites, and store the record',
  lists: ['suite', 'filter', 'kernel'],
  options: runOptions,
  run: async (options, io) => {
    checkNumbers(options);
    return new Command(options, io).run();
  },
};

class Command {
  readonly #options: RunOptions;
  readonly #io: Io;

  constructor(options: RunOptions, io: Io) {
    this.#options = options;
    this.#io = io;
  }

  async run(): Promise<ExitCode> {
    const options = this.#options;
    const io = this.#io;
    const { set, from } = await kernelsFrom(options.kernels, io.cwd);
    const expanded = await expansions(options.suite, set, io);
    const cases = this.#select(
      expanded.flatMap((expansion) => expansion.cases),
      set,
    );
    const { settings: plain, isDefaultBudget } = limitedSettings(options, expanded);
    const settings = options['divide-by-sentinel'] ? besideSentinel(plain) : plain;
    if (isDefaultBudget) io.err(DEFAULT_BUDGET_NOTE);
    const { host, scenarioHash } = await hostFor(options, io.cwd);
    const stored = this.#stored(settings, { from: scrubbed(from), hash: setHash(set) }, scenarioHash);
    const journal = new RunJournal({
      resultsDir: resolve(io.cwd, options.results),
      identity: this.#identity(stored, cases, set),
      commit: commitOf(io.cwd),
      resume: options.resume,
    });
    if (options.resume) io.err(resumedText(journal));
    return this.#measure(journal, host, { cases, set, trusted: await shippedKernels(), settings });
  }

  #stored(settings: MeasureRequest['settings'], kernels: Settings['kernels'], scenario: string | undefined): Settings {
    const { suite, filter, adapter, shard, tuning, results } = this.#options;
    return {
      ...settings,
      suites: scrubbed(suite),
      filter,
      adapter,
      kernels,
      shard: shard === undefined ? null : readShard(shard, this.#io.environment),
      ...(scenario && { scenario }),
      tuning: tuning ? tuningsHash(resolve(this.#io.cwd, results)) : null,
    };
  }

  #identity(settings: Settings, cases: readonly Case[], set: KernelSet): Identity {
    const { engine } = this.#options;
    return {
      unit: engine === 'scripted' ? 'scripted' : unitId(this.#io.environment),
      settings,
      environment: placeFacts(engine),
      cases: cases.map(({ id, series, kernel }) => ({ id, series, kernelHash: hashOf(set, kernel) })),
    };
  }

  #select(all: readonly Case[], set: KernelSet): Case[] {
    const { engine, operands, filter, kernel, shard } = this.#options;
    const named = asKernels(all, kernel, set);
    const withEngine = engine === 'gpujs' ? withGpuJs(named) : named;
    const asFed = operands === undefined ? withEngine : withEngine.map((item) => withOperands(item, operands));
    const chosen = filtered(asFed, filter, set);
    const mine = shardOf(chosen, shard === undefined ? null : readShard(shard, this.#io.environment));
    if (mine.length === 0) throw new NothingToDo(`--shard ${shard} holds none of ${chosen.length} cases`);
    return mine;
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
  ): Promise<ExitCode> {
    const { engine, adapter, results, tuning } = this.#options;
    const tuned = tuning ? tunedOn(resolve(this.#io.cwd, results), engine) : undefined;
    const context = { kernels: set, replication: host.replication, wanted: settings.processes };
    const measurement = await experiment(
      this.#io,
      {
        ...{ cases, host, settings },
        open: { engine, adapter, yieldCpu: true },
        enter: enterRun(set, trusted, tuned, engine !== 'webgpu'),
        onCutShort: (soFar, by) => this.#printSoFar(rounded(recordOf(journal, soFar, context)), by),
      },
      { journal, again: resumeCommand(this.#options) },
    );
    if (measurement === null) return EXIT.interrupted;
    return this.#finish(journal, recordOf(journal, measurement, context));
  }

  /** As of a finished run, but written nowhere: the journal has it. With `--json`, an error is the one document. */
  #printSoFar(record: RunRecord, by: 'interruption' | 'error'): void {
    if (!this.#options.json) this.#printTable(record);
    else if (by === 'interruption') printJson(this.#io, record);
  }

  #finish(journal: RunJournal, record: RunRecord): ExitCode {
    const written = writeRecord(resolve(this.#io.cwd, this.#options.results), record, journal.journal);
    if (this.#options.json) printJson(this.#io, readSamples(written.json, written.record) ?? written.record);
    else this.#print(written);
    const of = (status: string) => record.cases.filter((row) => row.status === status).length;
    return worst([...(of('failed') > 0 ? [EXIT.broken] : []), ...(of('measured') === 0 ? [EXIT.nothing] : [])]);
  }

  #print({ record, files }: WrittenRecord): void {
    this.#printTable(record);
    printWritten(this.#io, files);
  }

  #printTable(record: RunRecord): void {
    const io = this.#io;
    const calibration = latestCalibration(resolve(io.cwd, this.#options.results), record.machine, record.unit);
    const shown = this.#options['divide-by-sentinel'] ? dividedBySentinel(record, 'gemm') : record;
    if (shown !== record) io.out('times divided by the gemm sentinel that ran beside them; the record keeps both\n\n');
    const document = runDocument(shown, calibration);
    const profile = this.#options.profile ? section('profile', ...profileBlocks(record)) : [];
    printDocument(io, { ...document, sections: [...document.sections, ...profile] }, RUN_WIDTH);
  }
}

function resumedText(journal: RunJournal): string {
  if (!journal.resumed) return 'nothing to resume with these cases, kernels and settings; starting afresh\n';
  return `resuming ${journal.header.id}: ${journal.visits.length} visits are done\n`;
}

function recordOf(
  journal: RunJournal,
  measurement: Measurement,
  context: { kernels: KernelSet; replication: 'process' | 'device'; wanted: number },
): RunRecord {
  const { id, machine, unit, startedAt, commit, environment } = journal.header;
  const parts = toRecord(measurement, { ...context, startedAt: journal.startedAt, hostStartSeconds: 0 });
  // Drivers and stack traces may name folders of this computer.
  return scrubbed({
    schema: RECORD_SCHEMA,
    ...{ id, machine, unit, startedAt, commit, environment },
    settings: { ...journal.settings, coldBytes: measurement.coldBytes, maxSets: measurement.maxSets },
    ...parts,
  });
}

function hashOf(set: KernelSet, name: string): string | null {
  return set.kernels.find((kernel) => kernel.name === name)?.hash ?? null;
}
