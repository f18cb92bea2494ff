/** The options of `compare`. */
import type { Argv } from 'yargs';
import { ASKED } from '../../experiment/compare/compilers.ts';
import { type ComparedCase, type UnmeasuredCause, VERDICTS } from '../../judge/ab/comparison.ts';
import { COLD_BYTES_OPTION } from '../cold-bytes.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import {
  CALIBRATIONS,
  deviceOptions,
  FILTER,
  FORMATS,
  KERNEL,
  ROBUSTNESS,
  ROOT,
  resume,
  SEED,
  SHAPE,
  wordsToFailOn,
} from '../options.ts';
import type { OptionsOf } from '../verb.ts';

/** Default of --minimum-effect. */
const MINIMUM_EFFECT = 0.02;
const FAIL_ON = 'slower,worse,missing,unmeasured';
/** Kernels that this device or checkout cannot run. No runner supports all, so they fail only on request. */
const UNMEASURED_HERE = 'unmeasured-here';

export type CompareOptions = OptionsOf<typeof compareOptions>;

export function compareOptions(argv: Argv) {
  return argv
    .positional('base', { type: 'string', describe: 'Folder of kernels, or git ref; ref:NAME forces a ref' })
    .positional('head', { type: 'string', describe: 'Like base; default: the kernels of the working folder' })
    .option('suite', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      defaultDescription: 'each changed kernel on suite gate, and changed cases of suite quick',
      describe: 'Suite file or name',
    })
    .option('shape', SHAPE)
    .option('filter', FILTER)
    .option('kernel', KERNEL)
    .options(deviceOptions())
    .option('minimum-effect', {
      type: 'number',
      default: MINIMUM_EFFECT,
      describe: 'Smallest relative difference that counts as slower or faster',
    })
    .option('budget', {
      type: 'number',
      defaultDescription: 'without --suite 150 for each changed kernel file, else none',
      describe: 'Time limit in seconds; every changed kernel gets a first case before any gets a second',
    })
    .option('cold-bytes', COLD_BYTES_OPTION)
    .option('robustness', ROBUSTNESS)
    .option('seed', SEED)
    .option('results', CALIBRATIONS)
    .option('resume', resume('comparison'))
    .option('harness', {
      type: 'string',
      describe: 'Compare harnesses instead of kernels: a ref or checked-out folder, whose code is executed',
    })
    .option('inspect', {
      type: 'string',
      default: ASKED.usual,
      describe: `GPUs whose compilers are asked, as in shapemark inspect; ${ASKED.usual}: one of each vendor whose driver is here; ${ASKED.none}`,
    })
    .option('root', ROOT)
    .option('fail-on', {
      type: 'string',
      default: FAIL_ON,
      describe: `Comma-separated verdicts that exit with 1; ${UNMEASURED_HERE}: also kernels that this device cannot run`,
    })
    .options(FORMATS);
}

/** Reads `--fail-on`: whether a case fails the comparison. Throws UsageError. */
export function failing(text: string): (compared: Pick<ComparedCase, 'verdict' | 'cause'>) => boolean {
  const asked = wordsToFailOn(text, [...VERDICTS, UNMEASURED_HERE]);
  return ({ verdict, cause }) => {
    const elsewhere = cause === 'device' || cause === 'harness';
    return asked.has(verdict === 'unmeasured' && elsewhere ? UNMEASURED_HERE : verdict);
  };
}

/** Defaults of options that any measurement of the same cases must share. */
const MEASURED = { budget: undefined, 'cold-bytes': undefined, robustness: 'on' } as const;
/** Likewise of a comparison, besides those of every command that measures. */
const COMPARED = {
  ...MEASURED,
  'minimum-effect': MINIMUM_EFFECT,
  inspect: ASKED.usual,
  root: undefined,
  'fail-on': FAIL_ON,
} as const;

/** The command that resumes this one after an interruption. */
export function resumeCompareCommand(options: CompareOptions): string {
  const { base, head, suite, filter, kernel, format, harness } = options;
  return commandLine(
    'compare',
    [base, head],
    [
      ...Object.entries({ suite, filter, kernel, harness }),
      ...flagsUnlike(options, { ...COMPARED, ...USUAL }),
      ['format', options.json ? 'json' : format === 'text' ? undefined : format],
      ['resume', true],
    ],
  );
}

/** The command that compares one case again; a kernel that only the head has is timed by `run`. */
export function reproduceCommand(options: CompareOptions, id: string, sides: 'both' | 'head' = 'both'): string {
  const [, kernel] = id.split('/kernel=');
  const asked = options.suite.length > 0 && options.kernel.length === 0;
  const suite = options.suite.length > 0 ? options.suite : [id.split('/')[0] ?? ''];
  if (sides === 'head') {
    // There it is the folder that a record is written to.
    const { results: _, ...usual } = USUAL;
    const flags = { kernel, kernels: options.head, filter: id.split('/').slice(0, 2).join('/') };
    return commandLine('run', suite, [...Object.entries(flags), ...flagsUnlike(options, { ...MEASURED, ...usual })]);
  }
  const named = asked || kernel === undefined || kernel === 'best' ? [] : [kernel];
  return again(options, { suite, harness: options.harness, kernel: named, filter: id });
}

/** The command that measures a changed kernel that was not measured, on another adapter where this one cannot. */
export function kernelCommand(options: CompareOptions, kernel: string, cause: UnmeasuredCause): string {
  const adapter = cause === 'device' ? { adapter: 'gpu' } : {};
  return again({ ...options, ...adapter }, { suite: options.suite, kernel });
}

/** The command that shows what a GPU's compiler makes of a case, on both sides. */
export function inspectCommand({ base, head, root, robustness }: CompareOptions, gpu: string, id: string): string {
  const [suite = '', kernel] = [id.split('/')[0], id.split('/kernel=')[1]];
  const named = kernel === 'best' ? undefined : kernel;
  const checks = robustness === 'on' ? undefined : robustness;
  const flags = Object.entries({ gpu, base, kernels: head, root, robustness: checks, kernel: named, filter: id });
  return commandLine('inspect', [suite], flags);
}

function again(options: CompareOptions, flags: Flags): string {
  const { base, head } = options;
  const unlike = flagsUnlike(options, { ...COMPARED, ...USUAL });
  const { filter, ...rest } = flags;
  return commandLine('compare', [base, head], [...Object.entries(rest), ...unlike, ['filter', filter]]);
}

interface Flags {
  readonly suite: readonly string[];
  readonly kernel?: string | readonly string[];
  readonly harness?: string | undefined;
  readonly filter?: string;
}
