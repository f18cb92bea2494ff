/** Commands as a reader can paste them into a shell. */

type Value = string | number | boolean | readonly string[] | undefined;

/** @param flags by name, a list for one that is repeated; undefined for one that is not given */
export function commandLine(
  verb: string,
  words: readonly (string | undefined)[],
  flags: readonly (readonly [name: string, value: Value])[],
): string {
  const given = flags.flatMap(([name, value]) => flag(name, value));
  return ['shapemark', verb, ...words.filter((word) => word !== undefined).map(quoted), ...given].join(' ');
}

function flag(name: string, value: Value): string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
  return [value].flat().flatMap((one) => [`--${name}`, quoted(String(one))]);
}

/** The flags that make a command mean the same again: of `usual`, in its order, those that `options` has otherwise. */
export function flagsUnlike<Options extends object, Names extends keyof Options & string>(
  options: Options,
  usual: Pick<Options, Names>,
): [name: string, value: Value][] {
  return Object.entries<unknown>(usual).flatMap(([name, value]) => {
    const given = options[name as Names] as Value;
    return given === value ? [] : [[name, given] satisfies [string, Value]];
  });
}

/** What every command that measures does unless told otherwise; lists are always given. */
export const USUAL = { adapter: 'auto', engine: 'webgpu', scenario: undefined, seed: 1, results: 'results' } as const;

/** Quoted unless no shell would see anything special in it. */
export function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
