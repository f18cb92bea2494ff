/** `tune`: finds and stores kernel, tile and thread sizes for the shape classes of suites on this adapter. */
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { type TuningFound, tuneClasses } from '../../experiment/tune/tune.ts';
import { tuningDocument } from '../../report/tuning.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { printDocument, printSoFar } from '../print.ts';
import type { Verb } from '../verb.ts';
import { checkTuneNumbers, resumeTuneCommand, type TuneOptions, tuneOptions } from './tune-options.ts';

export const tune: Verb<TuneOptions> = {
  command: 'tune [suite..]',
  describe: 'Find and store the fastest kernel, tile and thread size for each shape class on this adapter',
  lists: ['suite', 'filter'],
  options: tuneOptions,
  run: async (options, io) => {
    checkTuneNumbers(options);
    const found = await tuneClasses(options, io, {
      again: resumeTuneCommand(options),
      cutShort: (found, by) => printSoFar(io, { found, by, json: options.json, documentOf: tuningDocument }),
    });
    if (found === null) return EXIT.interrupted;
    print(found, options, io);
    return exitOf(found);
  },
};

function print({ tuning, stored }: TuningFound, { json }: TuneOptions, io: Io): void {
  if (json) printJson(io, { ...(stored?.tuning ?? tuning), hash: stored?.hash ?? null });
  else {
    printDocument(io, tuningDocument(tuning));
    if (stored) printWritten(io, [stored.file]);
  }
}

function exitOf({ tuning, stored }: TuningFound): ExitCode {
  const broken = tuning.classes.some((item) => item.broken.length > 0);
  const failed = tuning.skips.some(({ reason }) => !['budget', 'unsupported', 'unverifiable'].includes(reason));
  return worst([...(broken || failed ? [EXIT.broken] : []), ...(stored ? [] : [EXIT.nothing])]);
}
