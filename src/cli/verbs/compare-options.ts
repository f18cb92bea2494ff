/** What `compare` can be asked. */
import type { Argv } from 'yargs';
import { VERDICTS, type Verdict } from '../../report/comparison.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { UsageError } from '../exit.ts';

/** Smallest relative difference worth a verdict, unless said otherwise. */
const MINIMUM_EFFECT = 0.02;
const FAIL_ON = 'slower';

export interface CompareOptions {
  base: string | undefined;
  head: string | undefined;
  suite: string[];
  filter: string[];
  adapter: string;
  engine: 'webgpu' | 'scripted';
  scenario: string | undefined;
  'minimum-effect': number;
  budget: number | undefined;
  seed: number;
  results: string;
  resume: boolean;
  harness: string | undefined;
  'fail-on': string;
  format: 'text' | 'markdown' | 'json';
  json: boolean;
}

export function compareOptions(argv: Argv): Argv<CompareOptions> {
  return argv
    .positional('base', {
      type: 'string',
      describe: 'Folder of kernels or git ref; ref:NAME forces a ref',
    })
    .positional('head', { type: 'string', describe: 'The same; by default the kernels here' })
    .option('suite', { type: 'string', array: true, nargs: 1, default: ['quick'], describe: 'Suite file or name' })
    .option('filter', { type: 'string', array: true, nargs: 1, default: [], describe: 'Only cases that match' })
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
    .option('minimum-effect', {
      type: 'number',
      default: MINIMUM_EFFECT,
      describe: 'Smallest relative difference worth a verdict',
    })
    .option('budget', { type: 'number', describe: 'Seconds it may take' })
    .option('seed', { type: 'number', default: 1, describe: 'Seed of the schedule' })
    .option('results', { type: 'string', default: 'results', describe: 'Folder with calibrations of this machine' })
    .option('resume', { type: 'boolean', default: false, describe: 'Go on where an interrupted comparison stopped' })
    .option('harness', {
      type: 'string',
      describe: 'Compare harnesses, not kernels: a ref (or checked-out folder) whose code runs; trusted ones only',
    })
    .option('fail-on', { type: 'string', default: FAIL_ON, describe: 'Verdicts that exit with 1, comma between' })
    .option('format', {
      choices: ['text', 'markdown', 'json'] as const,
      default: 'text' as const,
      describe: 'Form of the output',
    })
    .option('json', { type: 'boolean', default: false, describe: 'Same as --format json' });
}

/** Reads `--fail-on`. Throws UsageError. */
export function failingVerdicts(text: string): Set<Verdict> {
  const asked = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unknown = asked.find((word) => !VERDICTS.some((verdict) => verdict === word));
  if (unknown !== undefined) throw new UsageError(`--fail-on ${unknown}: expected some of ${VERDICTS.join(', ')}`);
  return new Set(VERDICTS.filter((verdict) => asked.includes(verdict)));
}

/** The same command, to go on with after an interruption. */
export function resumeCompareCommand(options: CompareOptions): string {
  const { base, head, suite, filter, budget, format } = options;
  return commandLine(
    'compare',
    [base, head],
    [
      ...Object.entries({ suite, filter, budget }),
      ...flagsUnlike(options, { ...USUAL, 'minimum-effect': MINIMUM_EFFECT, 'fail-on': FAIL_ON }),
      ['format', options.json ? 'json' : format === 'text' ? undefined : format],
      ['resume', true],
    ],
  );
}

/** The command that compares one case again. */
export function reproduceCommand(options: CompareOptions, id: string): string {
  const { base, head, suite, harness } = options;
  const { results: _, ...usual } = USUAL;
  return commandLine(
    'compare',
    [base, head],
    [
      ...Object.entries({ suite, harness }),
      ...flagsUnlike(options, { ...usual, 'minimum-effect': MINIMUM_EFFECT }),
      ['filter', id],
    ],
  );
}
