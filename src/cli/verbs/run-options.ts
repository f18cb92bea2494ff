/** What `run` can be asked. */
import type { Argv } from 'yargs';
import { engineNames } from '../../engine/registry.node.ts';
import { UsageError } from '../../experiment/errors.ts';
import { DEFAULT_BUDGET_SECONDS } from '../../experiment/setup/settings.ts';
import { DEFAULT_PROCESSES, MIN_PROCESSES_BESIDE, MOST_PROCESSES } from '../../measure/parent/settings.ts';
import type { OperandMode, Robustness } from '../../plan/case/case.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { FILTER, KERNEL, KERNELS, type MeasuringOptions, measuringOptions, ROBUSTNESS, suites } from '../options.ts';

export interface RunOptions extends MeasuringOptions {
  suite: string[];
  kernel: string[];
  operands: OperandMode | undefined;
  robustness: Robustness;
  processes: number | undefined;
  budget: number | undefined;
  shard: string | undefined;
  tuning: boolean;
  'divide-by-sentinel': boolean;
  profile: boolean;
}

export function runOptions(argv: Argv): Argv<RunOptions> {
  return argv
    .positional('suite', suites('quick'))
    .option('kernel', KERNEL)
    .options(measuringOptions('run', engineNames()))
    .option('filter', {
      ...FILTER,
      defaultDescription: 'all cases',
      describe: 'Only cases that match; repeat for "or"',
    })
    .option('kernels', { ...KERNELS, defaultDescription: "kernels/ here, else shapemark's own" })
    .option('operands', {
      choices: ['cold', 'hot'] as const,
      defaultDescription: 'as the suite says',
      describe: 'Operands outside or inside the last-level cache',
    })
    .option('robustness', ROBUSTNESS)
    .option('processes', {
      type: 'number',
      defaultDescription: `the suite's, else ${DEFAULT_PROCESSES}, and up to ${MOST_PROCESSES} where intervals are wide`,
      describe: 'Fresh processes; 6 or more for a 95 % interval',
    })
    .option('budget', {
      type: 'number',
      defaultDescription: `the suite's; ${DEFAULT_BUDGET_SECONDS} where neither it nor --processes says how far to go`,
      describe: 'Seconds the run may take',
    })
    .option('shard', { type: 'string', describe: 'I/N: every N-th case, from the I-th; or auto/N' })
    .option('tuning', {
      type: 'boolean',
      default: true,
      describe: 'Let best follow what was tuned on this machine; --no-tuning follows the rule',
    })
    .option('divide-by-sentinel', {
      type: 'boolean',
      default: false,
      describe: 'Time a frozen matmul before every block; print, and stop by, times divided by it',
    })
    .option('profile', { type: 'boolean', default: false, describe: 'Print where the time went' });
}

/** What yargs cannot check. Throws UsageError. */
export function checkNumbers({ processes, budget, seed, 'divide-by-sentinel': divides }: RunOptions): void {
  if (processes !== undefined && !(Number.isInteger(processes) && processes >= 1 && processes <= 10_000)) {
    throw new UsageError(`--processes ${processes}: expected a whole number from 1 to 10000`);
  }
  if (divides && processes !== undefined && processes < MIN_PROCESSES_BESIDE) {
    throw new UsageError(`--processes ${processes}: --divide-by-sentinel takes ${MIN_PROCESSES_BESIDE} at least`);
  }
  if (budget !== undefined && !(budget > 0 && Number.isFinite(budget))) {
    throw new UsageError(`--budget ${budget}: expected seconds, more than 0`);
  }
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed ${seed}: expected a whole number`);
}

/** The same command, to go on with after an interruption. */
export function resumeCommand(options: RunOptions): string {
  const { suite, filter, kernel, kernels, operands, 'cold-bytes': cold, processes, budget, shard } = options;
  return commandLine('run', suite, [
    ...Object.entries({ filter, kernel, kernels, operands, 'cold-bytes': cold, processes, budget, shard }),
    ...flagsUnlike(options, { ...USUAL, tuning: true, 'divide-by-sentinel': false }),
    ['resume', true],
  ]);
}
