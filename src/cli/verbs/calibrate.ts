/** `calibrate`: one kernel against itself, to learn what this machine cannot tell apart. */
import { resolve } from 'node:path';
import { enterTwice, ratiosOf } from '../../experiment/calibrate/calibrate.ts';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { experiment } from '../../experiment/session/experiment.ts';
import { journalFor, type RunJournal } from '../../experiment/session/run-journal.ts';
import { hostFor } from '../../experiment/setup/host.ts';
import {
  asKernels,
  expansions,
  filtered,
  KERNEL_OPTION,
  kernelsFrom,
  shippedKernels,
} from '../../experiment/setup/selection.ts';
import { setHash, settingsFor } from '../../experiment/setup/settings.ts';
import { floorOf, minimalDetectableEffect } from '../../judge/ab/floor.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import { type Measurement, served, unserved } from '../../measure/parent/measurement.ts';
import { pairedSettings } from '../../measure/parent/settings.ts';
import { writeCalibration } from '../../record/calibration.node.ts';
import { CALIBRATION_SCHEMA, type Calibration } from '../../record/calibration.ts';
import type { JournalHeader } from '../../record/journal.ts';
import { scrubbed } from '../../record/privacy.ts';
import { calibrationDocument } from '../../report/calibration.ts';
import { STEP, walkBounds } from '../../stats/binomial.ts';
import { COLD_BYTES_OPTION } from '../cold-bytes.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { printDocument, printSoFar } from '../print.ts';
import type { Verb } from '../verb.ts';

interface Options {
  suite: string[];
  filter: string[];
  kernels: string | undefined;
  kernel: string[];
  adapter: string;
  engine: 'webgpu' | 'scripted';
  scenario: string | undefined;
  processes: number;
  'cold-bytes': number | undefined;
  seed: number;
  results: string;
  resume: boolean;
  json: boolean;
}

/** What `compare` allows an unchanged case before it calls it slower: the error that detectable effects are stated for. */
const ERROR = 0.01;
const MINIMUM_EFFECT = 0.02;
const PROCESSES = 12;

export const calibrate: Verb<Options> = {
  command: 'calibrate [suite..]',
  describe: 'Measure kernels against themselves: what this machine cannot tell apart',
  lists: ['suite', 'filter', 'kernel'],
  options: (argv) =>
    argv
      .positional('suite', {
        type: 'string',
        array: true,
        default: ['noise'],
        describe: 'Suite files, or names in benches/',
      })
      .option('filter', { type: 'string', array: true, nargs: 1, default: [], describe: 'Only cases that match' })
      .option('kernel', KERNEL_OPTION)
      .option('kernels', { type: 'string', describe: 'Folder or git ref of kernels' })
      .option('adapter', {
        type: 'string',
        default: 'auto',
        describe: 'auto, gpu, software, embedded or part of a name',
      })
      .option('engine', {
        choices: ['webgpu', 'scripted'] as const,
        default: 'webgpu' as const,
        describe: 'What runs the kernels',
      })
      .option('scenario', { type: 'string', describe: 'Scenario file of the scripted engine' })
      .option('processes', { type: 'number', default: PROCESSES, describe: 'Fresh processes' })
      .option('cold-bytes', COLD_BYTES_OPTION)
      .option('seed', { type: 'number', default: 1, describe: 'Seed of the schedule' })
      .option('results', { type: 'string', default: 'results', describe: 'Folder of records' })
      .option('resume', { type: 'boolean', default: false, describe: 'Go on where an interrupted calibration stopped' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document' }),
  run: async (options, io) => {
    const measured = await measureTwice(options, io);
    if (measured === null) return EXIT.interrupted;
    const { measurement, journal } = measured;
    const calibration = calibrationOf(measurement, journal.header, options);
    const file = writeCalibration(resolve(io.cwd, options.results), calibration);
    journal.discard();
    if (options.json) printJson(io, calibration);
    else {
      printDocument(io, calibrationDocument(calibration));
      printWritten(io, [file]);
    }
    if (measurement.cases.some((outcome) => outcome.refusal?.status === 'failed')) return EXIT.broken;
    return calibration.cases.length > 0 ? EXIT.fine : EXIT.nothing;
  },
};

interface Measured {
  readonly measurement: Measurement;
  readonly journal: RunJournal;
}

async function measureTwice(options: Options, io: Io): Promise<Measured | null> {
  const { set, from } = await kernelsFrom(options.kernels, io.cwd);
  const expanded = await expansions(options.suite, set, io);
  const asked = expanded.flatMap((expansion) => expansion.cases);
  const cases = filtered(asKernels(asked, options.kernel, set), options.filter, set);
  const { host, scenarioHash } = await hostFor(options, io.cwd);
  const { processes, engine, adapter } = options;
  const settings = pairedSettings({
    ...settingsFor({ ...options, budget: undefined }, expanded),
    looks: [processes],
  });
  const journal = journalFor(options, io, {
    experiment: 'calibrate',
    settings,
    kernels: { from: scrubbed(from), hash: setHash(set) },
    scenario: scenarioHash,
    cases,
  });
  const enter = enterTwice(enterRun(set, await shippedKernels(), undefined, engine !== 'webgpu'));
  const measurement = await experiment(
    io,
    {
      ...{ cases, host, enter, settings },
      open: { engine, adapter, yieldCpu: true },
      onCutShort: (soFar, by) => {
        const found = calibrationOf(soFar, journal.header, options);
        printSoFar(io, { found, by, json: options.json, documentOf: calibrationDocument });
      },
    },
    { journal, again: resumeCommand(options) },
  );
  return measurement && { measurement, journal };
}

/** The same command, to go on with after an interruption. */
function resumeCommand(options: Options): string {
  const { suite, filter, kernel, kernels } = options;
  const usual = flagsUnlike(options, { ...USUAL, processes: PROCESSES, 'cold-bytes': undefined });
  return commandLine('calibrate', suite, [...Object.entries({ filter, kernel, kernels }), ...usual, ['resume', true]]);
}

function calibrationOf(measurement: Measurement, header: JournalHeader, options: Options): Calibration {
  const { id, machine, unit, startedAt, commit, environment } = header;
  const { blocks, minSamples } = pairedSettings(
    settingsFor({ processes: options.processes, budget: undefined, seed: options.seed }, []),
  ).sampling;
  const cases: Calibration['cases'][number][] = [];
  const skips: Calibration['skips'][number][] = [];
  for (const outcome of served(measurement.cases)) {
    const { id, series } = outcome.case;
    const ratios = ratiosOf(outcome);
    const [processes, floor] = [ratios.length, ratios.length === 0 ? 0 : floorOf(ratios, ratios.length)];
    const [bound = 0] = walkBounds([processes], ERROR, [1], STEP.ofThree);
    const source = outcome.entry?.contenders[0]?.source;
    if (ratios.length === 0 || outcome.refusal || source?.kind !== 'wgsl') {
      skips.push({ id, reason: outcome.refusal?.detail ?? 'not measured' });
      continue;
    }
    cases.push({
      id,
      series,
      kernel: { name: source.program.kernel, hash: source.program.kernelHash },
      floor,
      minimalDetectableEffect: minimalDetectableEffect(ratios, {
        ...{ processes, bound, floor },
        minimumEffect: MINIMUM_EFFECT,
        twins: true,
      }),
      ratios,
    });
  }
  return {
    schema: CALIBRATION_SCHEMA,
    ...{ id, machine, unit, startedAt, commit, environment },
    settings: { suites: options.suite, processes: options.processes, seed: options.seed, blocks, minSamples },
    cases,
    skips,
    notServed: unserved(measurement.cases),
  };
}
