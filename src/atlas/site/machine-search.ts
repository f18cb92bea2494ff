/** Which machines are meant by what is typed on the start page, where people type more than a machine's name. */

export interface FoundMachines {
  /** Whether each machine is shown. */
  readonly shown: readonly boolean[];
  /** Words of machines' names, as typed; what no name has is left out, so that it does not empty the result. */
  readonly named: readonly string[];
  /** Words that the page of a machine can be filtered by. */
  readonly filter: readonly string[];
  /** Words that say nothing here. */
  readonly unknown: readonly string[];
  /** Whether no machine has all words of names, and those with some are shown. */
  readonly isNear: boolean;
}

/**
 * @param names of machines, in small letters
 * @param filters what lines of machines' pages are found by, in small letters
 */
export function findMachines(typed: string, names: readonly string[], filters: string): FoundMachines {
  const words = typed.trim().split(/\s+/).filter(Boolean);
  const has = (name: string) => (word: string) => name.includes(word.toLowerCase());
  const named = words.filter((word) => names.some((name) => has(name)(word)));
  const others = words.filter((word) => !named.includes(word));
  const filter = others.filter((word) => has(filters)(word));
  const unknown = others.filter((word) => !filter.includes(word));
  // Of `radeon 9999` no word may be left out: that is another machine.
  const isNone = named.length === 0 && unknown.length > 0;
  const whole = names.map((name) => !isNone && named.every(has(name)));
  const isNear = !isNone && named.length > 0 && !whole.includes(true);
  const shown = isNear ? names.map((name) => named.some(has(name))) : whole;
  return { shown, named, filter, unknown, isNear };
}

/** One sentence of it; nothing where nothing is typed. */
export function tellFound({ shown, named, filter, unknown, isNear }: FoundMachines): string {
  if (named.length + filter.length + unknown.length === 0) return '';
  const count = shown.filter(Boolean).length;
  if (count === 0) return 'None yet: measure it below.';
  const quoted = (words: readonly string[]) => `‘${words.join(' ')}’`;
  const machines = count === 1 ? '1 machine' : `${count} machines`;
  const found =
    named.length === 0
      ? machines
      : isNear
        ? `None of that name yet, ${count} like it`
        : unknown.length > 0
          ? `No machine is called ${quoted(unknown)}; ${machines} ${count === 1 ? 'matches' : 'match'} ${quoted(named)}`
          : filter.length > 0
            ? `${machines} ${count === 1 ? 'matches' : 'match'} ${quoted(named)}`
            : `${count} of ${shown.length}`;
  const filtered = filter.length > 0 ? `; the links filter the page of a machine by ${quoted(filter)}` : '';
  return `${found}${filtered}${count === 1 ? '; Enter opens it' : ''}`;
}
