/** Commands as a reader can paste them into a shell, where this one was started. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { quoted } from '../experiment/shell.ts';
import { USUAL_ENGINE } from '../record/environment.ts';

/** How the program was started. */
export interface Start {
  /** The file that Node was given, as it was named. */
  readonly script: string;
  /** Node's own flags. */
  readonly flags: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The command that starts it again from the same folder; in CI, or if it was not started as a command, its name. */
export function programOf({ script, flags, cwd, environment }: Start): string {
  const name = basename(script);
  if (name !== 'bin.ts' && name !== 'bin.js')
    return /node_modules[\\/]\.bin[\\/]/.test(script) ? 'npx shapemark' : 'shapemark';
  const root = dirname(dirname(dirname(script)));
  if (/[\\/]node_modules[\\/]shapemark$/.test(root)) return 'npx shapemark';
  const isClone = name === 'bin.ts';
  if (isClone && (cwd === root || environment.npm_package_json === join(root, 'package.json')))
    return 'npm run -s shapemark --';
  const launcher = join(root, 'shapemark');
  if (!isClone && existsSync(launcher) && existsSync(join(root, 'node'))) return here(launcher, cwd);
  if (environment.CI) return 'shapemark';
  return ['node', ...flags.map(quoted), here(script, cwd)].join(' ');
}

function here(file: string, cwd: string): string {
  const path = relative(cwd, file);
  if (path.startsWith('..')) return quoted(file);
  return quoted(path.includes('/') ? path : `./${path}`);
}

const PROGRAM = programOf({
  script: process.argv[1] ?? '',
  flags: process.execArgv,
  cwd: process.cwd(),
  environment: process.env,
});

/** A command in a text: the program's name before a verb. */
let named = namedBy([]);

function namedBy(verbs: readonly string[]): RegExp {
  return new RegExp(`(?<![\\w./-])shapemark (?=(?:${[...verbs, '--help'].join('|')})\\b)`, 'g');
}

/** What follows the program's name where a text holds a command: verbs' documents are printed by modules that cannot list the verbs. */
export function knowVerbs(verbs: readonly string[]): void {
  named = namedBy(verbs);
}

/** A text whose commands are named as in an installed program, with commands that work here. */
export function asStartedHere(text: string, program = PROGRAM): string {
  return text.replace(named, () => `${program} `);
}

type Value = string | number | boolean | readonly string[] | undefined;

/** @param flags by name, a list for one that is repeated; undefined for one that is not given */
export function commandLine(
  verb: string,
  words: readonly (string | undefined)[],
  flags: readonly (readonly [name: string, value: Value])[],
): string {
  const given = flags.flatMap(([name, value]) => flag(name, value));
  return [PROGRAM, verb, ...words.filter((word) => word !== undefined).map(quoted), ...given].join(' ');
}

function flag(name: string, value: Value): string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
  return [value].flat().flatMap((one) => [`--${name}`, quoted(String(one))]);
}

/** The flags that reproduce a command: those of `usual`, in its order, whose value in `options` differs. */
export function flagsUnlike<Options extends object, Names extends keyof Options & string>(
  options: Options,
  usual: Pick<Options, Names>,
): [name: string, value: Value][] {
  return Object.entries<unknown>(usual).flatMap(([name, value]) => {
    const given = options[name as Names] as Value;
    return given === value ? [] : [[name, given] satisfies [string, Value]];
  });
}

/** Defaults of every command that measures; lists are always given. */
export const USUAL = {
  adapter: 'auto',
  engine: USUAL_ENGINE,
  scenario: undefined,
  seed: 1,
  results: 'results',
} as const;
