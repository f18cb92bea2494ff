/** The options of `tune`. */
import type { Argv } from 'yargs';
import { UsageError } from '../../experiment/errors.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { measuringOptions, SEED, suites } from '../options.ts';
import type { OptionsOf } from '../verb.ts';

const DEFAULT_BUDGET_SECONDS = 600;

export type TuneOptions = OptionsOf<typeof tuneOptions>;

export function tuneOptions(argv: Argv) {
  return argv
    .positional('suite', suites('quick'))
    .options(measuringOptions('tuning'))
    .option('budget', { type: 'number', default: DEFAULT_BUDGET_SECONDS, describe: 'Time limit in seconds' })
    .option('seed', { ...SEED, describe: 'Seed of the schedule and of the sampled variants' });
}

/** Validates what yargs cannot. Throws UsageError. */
export function checkTuneNumbers({ budget, seed }: TuneOptions): void {
  if (!(budget > 0 && Number.isFinite(budget)))
    throw new UsageError(`--budget ${budget}: expected a positive number of seconds`);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed ${seed}: expected a whole number`);
}

/** The command that resumes this one after an interruption. */
export function resumeTuneCommand(options: TuneOptions): string {
  const { suite, filter, kernels } = options;
  const usual = flagsUnlike(options, { ...USUAL, budget: DEFAULT_BUDGET_SECONDS, 'cold-bytes': undefined });
  return commandLine('tune', suite, [['filter', filter], ['kernels', kernels], ...usual, ['resume', true]]);
}
