/** Commands as a reader can paste them into a shell. */

/** @param flags by name; undefined for one that is not given */
export function commandLine(
  verb: string,
  words: readonly (string | undefined)[],
  flags: readonly (readonly [name: string, value: string | number | undefined])[],
): string {
  const given = flags.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, quoted(String(value))]));
  return ['shapemark', verb, ...words.filter((word) => word !== undefined).map(quoted), ...given].join(' ');
}

/** Quoted unless no shell would see anything special in it. */
export function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
