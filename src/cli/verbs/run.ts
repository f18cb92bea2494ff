import { resolve } from 'node:path';
import type { KernelSet } from '../../kernel/kernel.ts';
import { enterRun } from '../../measure/enter.ts';
import type { Host } from '../../measure/host.ts';
import { type Measurement, type MeasureRequest, measure } from '../../measure/measure.ts';
import { Interrupted } from '../../measure/process.ts';
import { toRecord } from '../../measure/to-record.ts';
import type { Case, OperandMode } from '../../plan/case.ts';
import { commitOf } from '../../record/environment.node.ts';
import type { Environment } from '../../record/environment.ts';
import type { Identity } from '../../record/fingerprint.ts';
import { unitId } from '../../record/machine.node.ts';
import { scrubbed } from '../../record/privacy.ts';
import { RECORD_SCHEMA, type RunRecord, type Settings } from '../../record/schema.ts';
import { readSamples, type WrittenRecord, writeRecord } from '../../record/store.node.ts';
import { profileLines, reportOf } from '../../report/model.ts';
import { renderTable } from '../../report/table.ts';
import { EXIT, type ExitCode, UsageError, worst } from '../exit.ts';
import { hostFor } from '../host.ts';
import { interruption } from '../interruption.ts';
import { type Io, printJson } from '../io.ts';
import { progressLine } from '../progress.ts';
import { RunJournal } from '../run-journal.ts';
import {
  expansions,
  filtered,
  kernelsFrom,
  readShard,
  shardOf,
  shippedKernels,
  withGpuJs,
  withOperands,
} from '../selection.ts';
import { placeFacts, setHash, settingsFor } from '../settings.ts';
import type { Verb } from '../verb.ts';

interface Options {
  suite: string[];
  filter: string[];
  kernels: string | undefined;
  adapter: string;
  engine: Environment['engine'];
  scenario: string | undefined;
  operands: OperandMode | undefined;
  processes: number | undefined;
  budget: number | undefined;
  seed: number;
  results: string;
  resume: boolean;
  shard: string | undefined;
  profile: boolean;
  json: boolean;
}

/** `run`: measure and record. */
export const run: Verb<Options> = {
  command: 'run [suite..]',
  describe: 'Verify and measure the cases of suites, and store the record',
  lists: ['suite', 'filter'],
  options: (argv) =>
    argv
      .positional('suite', {
        type: 'string',
        array: true,
        default: ['quick'],
        describe: 'Suite files, or names in benches/',
      })
      .option('filter', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'Only cases that match; repeat for "or"',
      })
      .option('kernels', { type: 'string', describe: 'Folder or git ref of kernels' })
      .option('adapter', {
        type: 'string',
        default: 'auto',
        describe: 'auto, gpu, software, embedded or part of a name',
      })
      .option('engine', {
        choices: ['webgpu', 'gpujs', 'scripted'] as const,
        default: 'webgpu' as const,
        describe: 'What runs the kernels',
      })
      .option('scenario', { type: 'string', describe: 'Scenario file of the scripted engine' })
      .option('operands', {
        choices: ['cold', 'hot'] as const,
        describe: 'Operands outside or inside the last-level cache',
      })
      .option('processes', { type: 'number', describe: 'Fresh processes; 6 or more for a 95 % interval' })
      .option('budget', { type: 'number', describe: 'Seconds the run may take' })
      .option('seed', { type: 'number', default: 1, describe: 'Seed of the schedule' })
      .option('results', { type: 'string', default: 'results', describe: 'Folder of records' })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on where an interrupted run stopped' })
      .option('shard', { type: 'string', describe: 'I/N: every N-th case, from the I-th; or auto/N' })
      .option('profile', { type: 'boolean', default: false, describe: 'Print where the time went' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document' }),
  run: async (options, io) => {
    checkNumbers(options);
    return new Command(options, io).run();
  },
};

function checkNumbers({ processes, budget, seed }: Options): void {
  if (processes !== undefined && !(Number.isInteger(processes) && processes >= 1 && processes <= 10_000)) {
    throw new UsageError(`--processes ${processes}: expected a whole number from 1 to 10000`);
  }
  if (budget !== undefined && !(budget > 0 && Number.isFinite(budget))) {
    throw new UsageError(`--budget ${budget}: expected seconds, more than 0`);
  }
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed ${seed}: expected a whole number`);
}

class Command {
  readonly #options: Options;
  readonly #io: Io;

  constructor(options: Options, io: Io) {
    this.#options = options;
    this.#io = io;
  }

  async run(): Promise<ExitCode> {
    const { options, io } = { options: this.#options, io: this.#io };
    const { set, from } = await kernelsFrom(options.kernels, io.cwd);
    const expanded = await expansions(options.suite, set, io);
    const cases = this.#select(expanded.flatMap((expansion) => expansion.cases));
    const { host, scenarioHash } = await hostFor(options, io.cwd);
    const settings = settingsFor(options, expanded);
    const stored: Settings = {
      ...settings,
      suites: expanded.map(({ suite }) => suite.name),
      filter: options.filter,
      adapter: options.adapter,
      kernels: { from: scrubbed(from), hash: setHash(set) },
      shard: options.shard === undefined ? null : readShard(options.shard, io.environment),
      ...(scenarioHash && { scenario: scenarioHash }),
    };
    const identity: Identity = {
      unit: options.engine === 'scripted' ? 'scripted' : unitId(io.environment),
      settings: stored,
      environment: placeFacts(options.engine),
      cases: cases.map(({ id, series, kernel }) => ({ id, series, kernelHash: hashOf(set, kernel) })),
    };
    const journal = new RunJournal({
      resultsDir: resolve(io.cwd, options.results),
      identity,
      commit: commitOf(io.cwd),
      resume: options.resume,
    });
    if (options.resume) io.err(this.#resumedText(journal));
    return this.#measure(journal, host, { cases, set, trusted: await shippedKernels(), settings });
  }

  #select(all: readonly Case[]): Case[] {
    const { engine, operands, filter, shard } = this.#options;
    const withEngine = engine === 'gpujs' ? withGpuJs(all) : all;
    const asFed = operands === undefined ? withEngine : withEngine.map((item) => withOperands(item, operands));
    return shardOf(filtered(asFed, filter), shard === undefined ? null : readShard(shard, this.#io.environment));
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
    const { engine, adapter } = this.#options;
    const line = progressLine(this.#io);
    const hostStartSeconds = host.clock.now();
    const { signal, release } = interruption();
    try {
      const measurement = await measure({
        cases,
        host,
        open: { engine, adapter, yieldCpu: true },
        enter: enterRun(set, trusted),
        settings,
        finished: journal.visits,
        onOpen: ({ facts }) => journal.opened(facts),
        onVisit: (visit) => journal.visit(visit),
        onProcess: (process) => journal.process(process, hostStartSeconds),
        onProgress: (event) => line.update(event),
        signal,
      });
      line.clear();
      const parts = { ...measurement, processes: journal.processes() };
      return this.#finish(
        journal,
        recordOf(journal, parts, { kernels: set, replication: host.replication, wanted: settings.processes }),
      );
    } catch (error) {
      line.clear();
      const kept = journal.keep();
      if (!(error instanceof Interrupted)) throw error;
      this.#io.err(
        kept ? `interrupted; go on with: ${this.#resumeCommand()}\n` : 'interrupted before anything was measured\n',
      );
      return EXIT.interrupted;
    } finally {
      release();
    }
  }

  #finish(journal: RunJournal, record: RunRecord): ExitCode {
    const written = writeRecord(resolve(this.#io.cwd, this.#options.results), record, journal.journal);
    if (this.#options.json) printJson(this.#io, readSamples(written.json, written.record) ?? written.record);
    else this.#print(written);
    const of = (status: string) => record.cases.filter((row) => row.status === status).length;
    return worst([...(of('failed') > 0 ? [EXIT.broken] : []), ...(of('measured') === 0 ? [EXIT.nothing] : [])]);
  }

  #print({ record, json, csv }: WrittenRecord): void {
    const io = this.#io;
    io.out(renderTable(reportOf(record), { style: io.style }));
    if (this.#options.profile) io.out(`\n${profileLines(record).join('\n')}\n`);
    io.out(`${io.style.dim(`written: ${json}\n         ${csv}`)}\n`.replaceAll(`${io.cwd}/`, ''));
  }

  #resumedText(journal: RunJournal): string {
    if (!journal.resumed) return 'nothing to resume with these cases, kernels and settings; starting afresh\n';
    return `resuming ${journal.header.id}: ${journal.visits.length} visits are done\n`;
  }

  /** The same command with --resume. */
  #resumeCommand(): string {
    const { suite, filter, kernels, adapter, engine, scenario, operands, processes, budget, seed, results, shard } =
      this.#options;
    const flags: [string, string | number | undefined][] = [
      ...filter.map((text): [string, string] => ['filter', text]),
      ['kernels', kernels],
      ['adapter', adapter === 'auto' ? undefined : adapter],
      ['engine', engine === 'webgpu' ? undefined : engine],
      ['scenario', scenario],
      ['operands', operands],
      ['processes', processes],
      ['budget', budget],
      ['seed', seed === 1 ? undefined : seed],
      ['results', results === 'results' ? undefined : results],
      ['shard', shard],
    ];
    const given = flags
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `--${name} ${quoted(String(value))}`);
    return ['shapemark run', ...suite.map(quoted), ...given, '--resume'].join(' ');
  }
}

function recordOf(
  journal: RunJournal,
  measurement: Measurement,
  context: { kernels: KernelSet; replication: 'process' | 'device'; wanted: number },
): RunRecord {
  const { id, machine, unit, startedAt, commit, environment, settings } = journal.header;
  const parts = toRecord(measurement, { ...context, startedAt: journal.startedAt, hostStartSeconds: 0 });
  // Drivers and stack traces may name folders of this computer.
  return scrubbed({
    schema: RECORD_SCHEMA,
    ...{ id, machine, unit, startedAt, commit, environment },
    settings: { ...settings, coldBytes: measurement.coldBytes },
    ...parts,
  });
}

function hashOf(set: KernelSet, name: string): string | null {
  return set.kernels.find((kernel) => kernel.name === name)?.hash ?? null;
}

function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
