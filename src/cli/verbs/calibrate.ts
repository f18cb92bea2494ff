/** `calibrate`: measures each kernel against itself to find the A/A floor of this machine. */
import { calibrateKernels } from '../../experiment/calibrate/calibrate.ts';
import { printJson, printWritten } from '../../experiment/io.ts';
import { calibrationDocument } from '../../report/calibration.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { KERNEL, type MeasuringOptions, measuringOptions, suites } from '../options.ts';
import { printDocument, printSoFar } from '../print.ts';
import type { Verb } from '../verb.ts';

interface Options extends MeasuringOptions {
  suite: string[];
  kernel: string[];
  processes: number;
}

const PROCESSES = 12;

export const calibrate: Verb<Options> = {
  command: 'calibrate [suite..]',
  describe: 'Measure the A/A floor of each case: how small a difference this machine can show',
  lists: ['suite', 'filter', 'kernel'],
  options: (argv) =>
    argv
      .positional('suite', suites('noise'))
      .options(measuringOptions('calibration'))
      .option('kernel', KERNEL)
      .option('processes', { type: 'number', default: PROCESSES, describe: 'Number of fresh processes' }),
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

/** The command that resumes this one after an interruption. */
function resumeCommand(options: Options): string {
  const { suite, filter, kernel, kernels } = options;
  const usual = flagsUnlike(options, { ...USUAL, processes: PROCESSES, 'cold-bytes': undefined });
  return commandLine('calibrate', suite, [...Object.entries({ filter, kernel, kernels }), ...usual, ['resume', true]]);
}
