import { examine } from '../../experiment/doctor/doctor.ts';
import { printJson } from '../../experiment/io.ts';
import { findingsDocument } from '../../report/doctor.ts';
import { EXIT } from '../exit.ts';
import { ADAPTER, CALIBRATIONS, JSON_DOCUMENT } from '../options.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';

/** `doctor`: what this machine can run on, what was tried, and what to install for something better. */
export const doctor: Verb<{ adapter: string; results: string; json: boolean }> = {
  command: 'doctor',
  describe: 'Print adapter, features and timer of this machine, and what to install',
  lists: [],
  options: (argv) => argv.option('adapter', ADAPTER).option('results', CALIBRATIONS).option('json', JSON_DOCUMENT),
  run: async (options, io) => {
    const found = await examine(options, io);
    if (options.json) printJson(io, found);
    else printDocument(io, findingsDocument(found));
    return EXIT.fine;
  },
};
