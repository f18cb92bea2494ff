/** `calibrate`: one kernel against itself, to learn what this machine cannot tell apart. */
import { calibrateKernels } from '../../experiment/calibrate/calibrate.ts';
import { printJson, printWritten } from '../../experiment/io.ts';
import { KERNEL_OPTION } from '../../experiment/setup/selection.ts';
import { calibrationDocument } from '../../report/calibration.ts';
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
    const measured = await calibrateKernels(options, io, {
      again: resumeCommand(options),
      cutShort: (found, by) => printSoFar(io, { found, by, json: options.json, documentOf: calibrationDocument }),
    });
    if (measured === null) return EXIT.interrupted;
    const { calibration, file, broken } = measured;
    if (options.json) printJson(io, calibration);
    else {
      printDocument(io, calibrationDocument(calibration));
      printWritten(io, [file]);
    }
    if (broken) return EXIT.broken;
    return calibration.cases.length > 0 ? EXIT.fine : EXIT.nothing;
  },
};

/** The same command, to go on with after an interruption. */
function resumeCommand(options: Options): string {
  const { suite, filter, kernel, kernels } = options;
  const usual = flagsUnlike(options, { ...USUAL, processes: PROCESSES, 'cold-bytes': undefined });
  return commandLine('calibrate', suite, [...Object.entries({ filter, kernel, kernels }), ...usual, ['resume', true]]);
}
