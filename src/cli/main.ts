/** The command line: parses it, runs one verb, and turns the outcome into output and an exit code. */
import yargs, { type Argv } from 'yargs';
import { UsageError } from '../experiment/errors.ts';
import { type Io, printJson } from '../experiment/io.ts';
import { closest, remedy } from '../plan/spec/suggest.ts';
import { shapemarkVersion } from '../record/environment.node.ts';
import { asStartedHere, knowVerbs } from './command-line.ts';
import { EXIT, type ExitCode, failureOf, wantsTrace } from './exit.ts';
import { isVerb, loadVerb, VERBS } from './verbs.ts';

knowVerbs(VERBS);

/** Runs the command line; resolves with the exit code and never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const { exit, code, message: text, file, line } = failureOf(error, wantsTrace(io.environment));
    const message = asStartedHere(text);
    if (argv.includes('--json')) printJson(io, { error: { code, message, file, line } });
    else io.err(`${message}\n`);
    return exit;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<ExitCode> {
  const [verb] = argv;
  // No file has such a name, and Node refuses it with an error of its own.
  const unnameable = argv.find((word) => word.includes('\0'));
  if (unnameable !== undefined) throw new UsageError(`${JSON.stringify(unnameable)} contains a NUL character`);
  if (verb !== undefined && !verb.startsWith('-') && !isVerb(verb))
    throw new UsageError(`unknown verb "${verb}"; ${remedy(verb, VERBS)}`);
  const verbs = await Promise.all((isVerb(verb) ? [verb] : VERBS).map(loadVerb));
  let exit: ExitCode = EXIT.fine;
  const done = (code: ExitCode) => {
    exit = code;
  };
  const parser = verbs.reduce((grown, one) => one.addTo(grown, io, done), bareParser());
  let printed = '';
  try {
    await parser.parseAsync([...argv], {}, (_error, _parsed, output) => {
      printed = output;
    });
  } catch (error) {
    if (!(error instanceof UnknownOptions)) throw error;
    throw new UsageError(await corrected(error.names, parser, argv));
  }
  if (printed !== '') io.out(`${printed}\n`);
  return exit;
}

/** All but the verbs. */
function bareParser(): Argv {
  return (
    yargs()
      .scriptName('shapemark')
      .usage('$0 <verb> [options]\n\nBenchmarks of GPU matmul (GEMM) shapes on WebGPU.')
      .exitProcess(false)
      .strict()
      .demandCommand(1, 1, 'name a verb, for example: shapemark run', 'only one verb at a time')
      .version(shapemarkVersion())
      .help()
      .wrap(100)
      .locale('en')
      .epilogue(
        'Exit codes: 0 success, 1 regression, 2 wrong usage or invalid input, 3 nothing measured or compared, 4 wrong results or failures.',
      )
      // If this returned, yargs would still run the verb.
      .fail((message, error) => {
        // An error of yargs is wrong usage; an error that a verb threw keeps its type.
        if (error && error.name !== 'YError') throw error;
        const text = (message ?? error.message).trim().replace(/\s*\n\s*/g, ' ');
        const unknown = /^Unknown arguments?: (.+)$/.exec(text)?.[1]?.split(', ');
        throw unknown ? new UnknownOptions(unknown) : new UsageError(`${text}; see shapemark --help`);
      })
  );
}

/** Options that the verb does not have. */
class UnknownOptions extends Error {
  constructor(readonly names: readonly string[]) {
    super('unknown options');
  }
}

/** Suggests the intended options. The verb's help is the only list of its options that yargs exposes. */
async function corrected(names: readonly string[], parser: Argv, argv: readonly string[]): Promise<string> {
  const [verb] = argv;
  let help = '';
  await parser.parseAsync([...(verb === undefined ? [] : [verb]), '--help'], {}, (_error, _parsed, output) => {
    help = output;
  });
  const known = [...new Set([...help.matchAll(/(?<=\s)--([a-z][\w-]*)/g)].map(([, name]) => name ?? ''))];
  // yargs reports a dashed option twice, the second time in camel case; argv distinguishes them, and options from positionals.
  const options = names.filter((name) => argv.some((word) => word.replace(/=.*/, '') === `--${name}`));
  const words = names.filter((name) => argv.includes(name));
  const meant = options.map((name) => {
    const near = closest(name, known);
    return `unknown option --${name}${near === undefined ? '' : ` (did you mean --${near}?)`}`;
  });
  const surplus = words.map((word) => `"${word}" is an unexpected argument`);
  return `${[...meant, ...surplus].join('; ') || `unknown: ${names.join(', ')}`}; see shapemark ${verb ?? ''} --help`;
}
