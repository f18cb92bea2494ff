/** `npm run bench:peers`: selects shapes, tries every library, measures, and prints the results. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, type ExitCode, failureOf, worst } from '../src/cli/exit.ts';
import type { DeviceFacts } from '../src/engine/port.ts';
import { NothingToDo } from '../src/experiment/errors.ts';
import { type Io, printJson } from '../src/experiment/io.ts';
import { interruption } from '../src/experiment/session/interruption.ts';
import { progressLine } from '../src/experiment/session/progress.ts';
import { shippedKernels } from '../src/experiment/setup/selection.ts';
import { tunedOn, tuningsHash } from '../src/experiment/setup/tuning.ts';
import { UNTUNED } from '../src/kernel/select/tuned.ts';
import type { KernelSet } from '../src/kernel/set/kernel.ts';
import { setHash } from '../src/kernel/set/set.ts';
import { processHost } from '../src/measure/parent/host.node.ts';
import { measure } from '../src/measure/parent/measure.ts';
import type { Measurement } from '../src/measure/parent/measurement.ts';
import { Interrupted } from '../src/measure/parent/process.ts';
import { REFERENCE_MACS, SAMPLING, type Settings } from '../src/measure/parent/settings.ts';
import type { Case } from '../src/plan/case/case.ts';
import { commitOf, dawnVersion, runtimeFacts, shapemarkVersion } from '../src/record/environment.node.ts';
import { cpuFacts, osFacts } from '../src/record/machine.node.ts';
import { scrubbed } from '../src/record/privacy.ts';
import { renderText } from '../src/report/document/text.ts';
import { inspectionDocument } from '../src/report/inspection.ts';
import { RUN_WIDTH } from '../src/report/run.ts';
import { MIN_PROCESSES_FOR_INTERVAL } from '../src/stats/summary.ts';
import type { Entry } from './catalogue.ts';
import { entryOf, type Field, fieldOf } from './contenders.ts';
import type { Document, PeersEnvironment } from './document.ts';
import { inspectPeers, type PeersInspection } from './inspect.ts';
import { libraryVersions, requireInstalled } from './install.ts';
import { Journal } from './journal.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { renderPlot } from './plot.ts';
import { geomeans, shapeResult } from './results.ts';
import { casesFor, chosenEntries, excluded, PEERS_WORKER } from './selection.ts';
import { briefly, comparisonOf } from './table.ts';

/** Below the folder that git ignores. */
const JOURNAL = '.shapemark/peers.jsonl';

/** Long samples, because they are timed by wall clock, and many short blocks, because ratios are taken block by block. */
function settingsFor({ processes, blocks }: Options): Settings {
  return {
    processes,
    looks: [processes],
    target: 0,
    budgetSeconds: null,
    seed: 1,
    sampling: {
      ...SAMPLING,
      blocks,
      minSamples: blocks,
      maxSamples: 3 * blocks,
      sampleSeconds: 0.35,
      minSampleSeconds: 20e-3,
    },
    coldBytes: 0,
    maxSets: 1,
    referenceMacs: REFERENCE_MACS,
    sentinelSeconds: 60,
  };
}

type EnvironmentParts = Pick<Comparison, 'options' | 'io' | 'entries'>;

function environmentOf(
  { facts, wallSeconds }: Measurement,
  { options, io, entries }: EnvironmentParts,
): PeersEnvironment {
  const { processes, blocks } = options;
  const { source, vendor, device, description, backend, driver, toggles } = facts;
  const commit = commitOf(io.cwd);
  return {
    commit: commit === null ? null : `${commit.sha}${commit.dirty ? '-dirty' : ''}`,
    ...{ shapemark: shapemarkVersion(), runtime: runtimeFacts(), dawn: dawnVersion(), os: osFacts(), cpu: cpuFacts() },
    adapter: { source, vendor, device, description, backend, driver, toggles },
    libraries: libraryVersions(entries),
    ...{ clock: 'wall', operands: 'hot', processes, blocks, wallSeconds },
    intervalKind: processes < MIN_PROCESSES_FOR_INTERVAL ? 'range' : 'confidence-95',
  };
}

async function run(options: Options, io: Io): Promise<ExitCode> {
  const entries = chosenEntries(options);
  requireInstalled(entries);
  const kernels = await shippedKernels();
  const cases = await casesFor(options, kernels, io);
  if (cases.length === 0) throw new NothingToDo('none of these shapes is one that every library can run');
  if (options.inspect) return inspect({ ...options, gpus: options.inspect, entries, kernels, cases }, io);
  const { signal, release } = interruption();
  try {
    const out = await excluded(entries, options.adapter, { io, signal });
    const show = (measurement: Measurement, fields: ReadonlyMap<string, Field>) => {
      const shapes = measurement.cases.map((outcome) => shapeResult(outcome, fields.get(outcome.case.id) ?? null));
      const document = {
        environment: environmentOf(measurement, { options, io, entries }),
        shapes,
        geomean: geomeans(shapes),
      };
      // Reasons may name folders of this computer.
      return print(scrubbed(document), options, io);
    };
    return await compare({ options, io, entries, kernels, cases, out, signal, show });
  } finally {
    release();
  }
}

/** Libraries have programs to inspect in f32 only. */
async function inspect(request: Options & PeersInspection, io: Io): Promise<ExitCode> {
  const { json, cases, root } = request;
  const dense = cases.filter(({ problem }) => problem.format.w === 'f32');
  const found = await inspectPeers({
    ...request,
    cases: dense,
    root: root ?? io.environment.SHAPEMARK_INSPECT_ROOT ?? null,
  });
  if (json) printJson(io, found);
  else io.out(renderText(inspectionDocument(found), { style: io.style, width: RUN_WIDTH }));
  return found.counts.failed ? EXIT.broken : EXIT.fine;
}

interface Comparison {
  readonly options: Options;
  readonly io: Io;
  readonly entries: readonly Entry[];
  readonly kernels: KernelSet;
  readonly cases: readonly Case[];
  readonly out: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Prints the results, or the results so far. */
  readonly show: (measurement: Measurement, fields: ReadonlyMap<string, Field>) => ExitCode;
}

async function compare(comparison: Comparison): Promise<ExitCode> {
  const { options, io, entries, kernels, cases, out, signal, show } = comparison;
  const fields = new Map<string, Field>();
  const names = entries.map(({ name }) => name).filter((name) => !out.has(name));
  const settings = settingsFor(options);
  const journal = journalOf(comparison, { names, settings });
  const { results } = options;
  const tunings = results === null ? () => UNTUNED : tunedOn(resolve(io.cwd, results), 'webgpu');
  const line = progressLine(io);
  let soFar: Measurement | null = null;
  try {
    const measurement = await measure({
      cases,
      host: processHost(PEERS_WORKER, names),
      open: { engine: 'webgpu', adapter: options.adapter, yieldCpu: true },
      enter: (item: Case, facts: DeviceFacts) => {
        const tuned = tunings(facts);
        const field = fieldOf(item, {
          kernels,
          entries,
          out,
          facts,
          tuned,
          ...(options.classes && { classes: options.classes }),
        });
        if ('status' in field) return field;
        fields.set(item.id, field);
        return entryOf(field);
      },
      settings,
      finished: journal.finished,
      onOpen: () => {},
      onVisit: (visit) => journal.add(visit),
      onProcess: () => {},
      onCutShort: (measured) => {
        soFar = measured;
      },
      onProgress: (event) => line.update(event),
      signal,
    });
    line.clear();
    const exit = show(measurement, fields);
    journal.remove();
    return exit;
  } catch (error) {
    line.clear();
    if (error instanceof Interrupted && soFar !== null) show(soFar, fields);
    throw error;
  } finally {
    line.clear();
  }
}

/** Visits of an interrupted comparison count where kernels, libraries, settings and shapes are the same. */
function journalOf(
  { options, io, entries, kernels, cases }: Comparison,
  of: { names: string[]; settings: Settings },
): Journal {
  const ids = cases.map(({ id }) => id);
  const identity = {
    ...of,
    ids,
    adapter: options.adapter,
    classes: options.classes,
    tuning: options.results === null ? null : tuningsHash(resolve(io.cwd, options.results)),
    kernels: setHash(kernels),
    libraries: libraryVersions(entries),
  };
  const journal = new Journal(resolve(io.cwd, JOURNAL), identity, options.resume);
  if (options.resume) io.err(`${journal.finished.length} visits are done\n`);
  return journal;
}

function print(document: Document, { plot, json, brief }: Options, io: Io): ExitCode {
  if (plot !== null) writeFileSync(resolve(io.cwd, plot), renderPlot(document));
  if (json) printJson(io, document);
  else io.out(renderText((brief ? briefly : comparisonOf)(document), { style: io.style, width: RUN_WIDTH }));
  const rows = document.shapes.flatMap(({ contenders }) => contenders);
  const ours = rows.filter(({ kind }) => kind === 'ours');
  return worst([
    ...(ours.some(({ status }) => status === 'failed') ? [EXIT.broken] : []),
    ...(rows.some(({ status, kind }) => status === 'measured' && kind === 'peer') ? [] : [EXIT.nothing]),
  ]);
}

export async function main(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const options = readOptions(args);
    if (options.help) io.out(HELP);
    return options.help ? EXIT.fine : await run(options, io);
  } catch (error) {
    if (error instanceof Interrupted) {
      io.err('interrupted; the same command with --resume goes on\n');
      return EXIT.interrupted;
    }
    const { code, exit, message } = failureOf(error);
    if (args.includes('--json')) printJson(io, { error: { code, message } });
    io.err(`bench:peers: ${message}\n`);
    return exit;
  }
}
