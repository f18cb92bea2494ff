/** Things that a report tells of once. */

/** In the order of the first of each. */
export function alike<T>(things: readonly T[], keyOf: (thing: T) => string): [first: T, ...others: T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group) group.push(thing);
    else groups.set(keyOf(thing), [thing]);
  }
  return [...groups.values()];
}
