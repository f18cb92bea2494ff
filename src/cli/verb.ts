/** A verb of the command line: its options and what it does. */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { UsageError } from '../experiment/errors.ts';
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

/** The options that a function adds. */
export type OptionsOf<Add extends (argv: Argv) => Argv<unknown>> =
  ReturnType<Add> extends Argv<infer Options> ? Options : never;

/** Infers the options of a verb from what it tells yargs. */
export const verb = <Options>(one: Verb<Options>): Verb<Options> => one;

/** A verb, whatever its options. */
export interface AnyVerb {
  /** @param done gets the exit code where the verb was the one that was named */
  readonly addTo: (parser: Argv, io: Io, done: (exit: ExitCode) => void) => Argv;
}

export function anyVerb<Options>({ command, describe, lists, options, run }: Verb<Options>): AnyVerb {
  return {
    addTo: (parser, io, done) =>
      parser.command(
        command,
        describe,
        (builder) => options(builder.strict()),
        async (parsed) => {
          refuseRepeats(parsed, lists);
          done(await run(parsed, io));
        },
      ),
  };
}

/** yargs gathers an option given twice into an array, whatever its type. */
function refuseRepeats(parsed: Readonly<Record<string, unknown>>, lists: readonly string[]): void {
  for (const [name, value] of Object.entries(parsed)) {
    if (Array.isArray(value) && name !== '_' && !lists.includes(name))
      throw new UsageError(`--${name} is given more than once`);
  }
}
