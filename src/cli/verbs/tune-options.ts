/** What `tune` can be asked. */
import type { Argv } from 'yargs';
import { UsageError } from '../../experiment/errors.ts';
import { COLD_BYTES_OPTION } from '../cold-bytes.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';

export interface TuneOptions {
  suite: string[];
  filter: string[];
  kernels: string | undefined;
  adapter: string;
  engine: 'webgpu' | 'scripted';
  scenario: string | undefined;
  budget: number;
  'cold-bytes': number | undefined;
  seed: number;
  results: string;
  resume: boolean;
  json: boolean;
}

const DEFAULT_BUDGET_SECONDS = 600;

export function tuneOptions(argv: Argv): Argv<TuneOptions> {
  return argv
    .positional('suite', {
      type: 'string',
      array: true,
      default: ['quick'],
      describe: 'Suite files, or names in benches/',
    })
    .option('filter', { type: 'string', array: true, nargs: 1, default: [], describe: 'Only cases that match' })
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
    .option('budget', { type: 'number', default: DEFAULT_BUDGET_SECONDS, describe: 'Seconds it may take' })
    .option('cold-bytes', COLD_BYTES_OPTION)
    .option('seed', { type: 'number', default: 1, describe: 'Seed of the schedule and of what is tried' })
    .option('results', { type: 'string', default: 'results', describe: 'Folder of records' })
    .option('resume', { type: 'boolean', default: false, describe: 'Go on where an interrupted tuning stopped' })
    .option('json', { type: 'boolean', default: false, describe: 'One JSON document' });
}

/** What yargs cannot check. Throws UsageError. */
export function checkTuneNumbers({ budget, seed }: TuneOptions): void {
  if (!(budget > 0 && Number.isFinite(budget)))
    throw new UsageError(`--budget ${budget}: expected seconds, more than 0`);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed ${seed}: expected a whole number`);
}

/** The same command, to go on with after an interruption. */
export function resumeTuneCommand(options: TuneOptions): string {
  const { suite, filter, kernels } = options;
  const usual = flagsUnlike(options, { ...USUAL, budget: DEFAULT_BUDGET_SECONDS, 'cold-bytes': undefined });
  return commandLine('tune', suite, [['filter', filter], ['kernels', kernels], ...usual, ['resume', true]]);
}
