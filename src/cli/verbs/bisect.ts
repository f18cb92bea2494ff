/** `bisect`: the commit between a good and a bad one that changed a case, by the same A/B as `compare`. */
import type { Argv } from 'yargs';
import { Bisect } from '../../experiment/bisect/bisect.ts';
import type { BisectFollower } from '../../experiment/bisect/bisect-steps.ts';
import { UsageError } from '../../experiment/errors.ts';
import { type Io, printJson } from '../../experiment/io.ts';
import { bisectionDocument, stepDocument } from '../../report/bisection.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { CALIBRATIONS, deviceOptions, JSON_DOCUMENT, KERNEL, resume, SEED } from '../options.ts';
import { printDocument } from '../print.ts';
import type { OptionsOf, Verb } from '../verb.ts';

const MINIMUM_EFFECT = 0.02;

export const bisect: Verb<BisectOptions> = {
  command: 'bisect <good> <bad>',
  describe: 'Find the commit that made a case slower (or faster, or wrong)',
  lists: ['case', 'suite', 'kernel'],
  options: bisectOptions,
  run: async (options, io) => {
    if (options.case.length === 0 && options.kernel.length === 0)
      throw new UsageError('bisect needs a case (--case) or a kernel (--kernel)');
    const found = await new Bisect(options, io, followerOf(options, io)).run();
    if (found === null) return EXIT.interrupted;
    if (options.json) printJson(io, found);
    else {
      io.out('\n');
      printDocument(io, bisectionDocument(found));
    }
    return found.culprit !== null && found.confirmed ? EXIT.fine : EXIT.nothing;
  },
};

/** With `--json` only the document at the end is printed. */
function followerOf(options: BisectOptions, io: Io): BisectFollower {
  const { json } = options;
  return {
    again: resumeCommand(options),
    opened: (text) => {
      if (!json) io.out(text);
    },
    stepped: (step) => {
      if (!json) printDocument(io, stepDocument(step));
    },
    reproduce: (ends, id) => {
      const given = flagsUnlike(options, { ...USUAL, budget: undefined });
      return commandLine('compare', ends, [['suite', options.suite], ...given, ['filter', id]]);
    },
  };
}

export type BisectOptions = OptionsOf<typeof bisectOptions>;

function bisectOptions(argv: Argv) {
  return argv
    .positional('good', { type: 'string', demandOption: true, describe: 'Git ref without the change' })
    .positional('bad', { type: 'string', demandOption: true, describe: 'Git ref with the change' })
    .option('case', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'Case id or filter; of several matching cases, the worst at BAD is followed',
    })
    .option('suite', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      defaultDescription: 'quick; gate with --kernel',
      describe: 'Suite file or name',
    })
    .option('kernel', KERNEL)
    .options(deviceOptions())
    .option('minimum-effect', {
      type: 'number',
      default: MINIMUM_EFFECT,
      describe: 'Smallest relative difference between GOOD and BAD that is searched for',
    })
    .option('budget', { type: 'number', describe: 'Time limit of one comparison in seconds' })
    .option('seed', SEED)
    .option('results', CALIBRATIONS)
    .option('resume', resume('bisection'))
    .option('json', JSON_DOCUMENT);
}

/** The command that resumes this one after an interruption. */
function resumeCommand(options: BisectOptions): string {
  const { good, bad, suite, kernel, budget, json } = options;
  return commandLine(
    'bisect',
    [good, bad],
    [
      ...Object.entries({ case: options.case, suite, kernel, budget }),
      ...flagsUnlike(options, { ...USUAL, 'minimum-effect': MINIMUM_EFFECT }),
      ...Object.entries({ json: json || undefined, resume: true }),
    ],
  );
}
