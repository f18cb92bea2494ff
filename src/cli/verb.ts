/** A verb of the command line: its options and what it does. */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Io } from '../experiment/io.ts';
import type { ExitCode } from './exit.ts';

export interface Verb<Options> {
  /** As yargs writes it: `run [suite..]`. */
  readonly command: string;
  readonly describe: string;
  /** Options and positionals that may hold several values; any other given twice is a mistake. */
  readonly lists: readonly string[];
  readonly options: (argv: Argv) => Argv<Options>;
  readonly run: (options: ArgumentsCamelCase<Options>, io: Io) => Promise<ExitCode>;
}
