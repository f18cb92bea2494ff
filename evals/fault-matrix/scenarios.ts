/** Every fault of the table, in its order. */
import { OF_DEVICE } from './of-device.ts';
import { OF_FILES } from './of-files.ts';
import { OF_OUTPUT } from './of-output.ts';
import { OF_SIGNALS } from './of-signals.ts';
import { OF_TIME } from './of-time.ts';
import type { Scenario } from './scenario.ts';

export interface Group {
  readonly title: string;
  readonly about: string;
  readonly scenarios: readonly Scenario[];
}

export const GROUPS: readonly Group[] = [
  {
    title: 'Kernels and the device',
    about: 'A fault costs its own case; a worker that ended or hung is replaced. All of these were cases of one run.',
    scenarios: OF_DEVICE,
  },
  {
    title: 'Files',
    about: 'Whether results can be written is tried before anything is measured.',
    scenarios: OF_FILES,
  },
  { title: 'Output', about: 'Results are stored whether or not anybody reads what is printed.', scenarios: OF_OUTPUT },
  {
    title: 'Signals and other runs',
    about: 'No process of the run was left a few seconds later. `--resume` was given the same command.',
    scenarios: OF_SIGNALS,
  },
  {
    title: 'Time',
    about: 'Samples and budgets are read from clocks that are never set. The date only names a record.',
    scenarios: OF_TIME,
  },
];

export const SCENARIOS: readonly Scenario[] = GROUPS.flatMap(({ scenarios }) => scenarios);
