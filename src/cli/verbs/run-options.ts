/** The options of `run`. */
import type { Argv } from 'yargs';
import { engineNames } from '../../engine/registry.node.ts';
import { UsageError } from '../../experiment/errors.ts';
import { DEFAULT_BUDGET_SECONDS } from '../../experiment/setup/settings.ts';
import { DEFAULT_PROCESSES, MIN_PROCESSES_BESIDE, MOST_PROCESSES } from '../../measure/parent/settings.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { FILTER, KERNEL, KERNELS, measuringOptions, ROBUSTNESS, SHAPE, SUITES_OR_SHAPES } from '../options.ts';
import type { OptionsOf } from '../verb.ts';

export type RunOptions = OptionsOf<typeof runOptions>;

export function runOptions(argv: Argv) {
  return argv
    .positional('suite', SUITES_OR_SHAPES)
    .option('shape', SHAPE)
    .option('kernel', KERNEL)
    .options(measuringOptions('run', engineNames()))
    .option('filter', {
      ...FILTER,
      defaultDescription: 'all cases',
      describe: 'Only matching cases; repeat for "or"',
    })
    .option('kernels', { ...KERNELS, defaultDescription: 'kernels/ in the working folder, else those of shapemark' })
    .option('operands', {
      choices: ['cold', 'hot'] as const,
      defaultDescription: 'as in the suite',
      describe: 'Operands outside (cold) or inside (hot) the last-level cache',
    })
    .option('robustness', ROBUSTNESS)
    .option('processes', {
      type: 'number',
      defaultDescription: `as in the suite, else ${DEFAULT_PROCESSES}`,
      describe: `Fewest fresh processes; 6 or more give a 95 % interval, and up to ${MOST_PROCESSES} follow where it is wide`,
    })
    .option('budget', {
      type: 'number',
      defaultDescription: `as in the suite; ${DEFAULT_BUDGET_SECONDS} if neither it nor --processes limits the run`,
      describe: 'Time limit of the run in seconds',
    })
    .option('shard', {
      type: 'string',
      describe: 'I/N: the I-th of N parts of about equal duration; auto takes both from the scheduler, auto/N the I',
    })
    .option('tuning', {
      type: 'boolean',
      default: true,
      describe: 'Use the stored tuning of this machine for `best`; --no-tuning uses the built-in rule',
    })
    .option('divide-by-sentinel', {
      type: 'boolean',
      default: false,
      describe: 'Time a fixed matmul before every block, and print and stop by times divided by it',
    })
    .option('verify-only', {
      type: 'boolean',
      default: false,
      describe: 'Verify without timing, on one device for all cases; stores nothing',
    })
    .option('profile', { type: 'boolean', default: false, describe: 'Print the wall time of each phase' });
}

/** Validates what yargs cannot. Throws UsageError. */
export function checkNumbers({ processes, budget, seed, 'divide-by-sentinel': divides }: RunOptions): void {
  if (processes !== undefined && !(Number.isInteger(processes) && processes >= 1 && processes <= 10_000)) {
    throw new UsageError(`--processes ${processes}: expected a whole number from 1 to 10000`);
  }
  if (divides && processes !== undefined && processes < MIN_PROCESSES_BESIDE) {
    throw new UsageError(`--processes ${processes}: --divide-by-sentinel needs at least ${MIN_PROCESSES_BESIDE}`);
  }
  if (budget !== undefined && !(budget > 0 && Number.isFinite(budget))) {
    throw new UsageError(`--budget ${budget}: expected a positive number of seconds`);
  }
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed ${seed}: expected a whole number`);
}

/** The command that resumes this one after an interruption. */
export function resumeCommand(options: RunOptions): string {
  const { suite, filter, kernel, kernels, operands, 'cold-bytes': cold, processes, budget, shard } = options;
  return commandLine('run', suite, [
    ...Object.entries({ filter, kernel, kernels, operands, 'cold-bytes': cold, processes, budget, shard }),
    ...flagsUnlike(options, { ...USUAL, robustness: 'on', tuning: true, 'divide-by-sentinel': false }),
    ['resume', true],
  ]);
}
