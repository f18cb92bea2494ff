/** Suggestions for mistyped names. */
import { distance } from 'fastest-levenshtein';

/** A transposition counts as one edit. */
function slips(a: string, b: string): number {
  const letters = (word: string) => [...word].sort().join('');
  const edits = distance(a, b);
  return edits === 2 && letters(a) === letters(b) ? 1 : edits;
}

/** The known name closest to a mistyped one, or nothing when none is close. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best = wanted.length < 3 ? undefined : known.find((candidate) => candidate.toLowerCase().startsWith(wanted));
  if (best !== undefined) return best;
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const count = slips(wanted, candidate.toLowerCase());
    if (count < fewest) [best, fewest] = [candidate, count];
  }
  return best;
}

/** The remedy after an unknown name: the closest known one, or the whole (short) list. */
export function remedy(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  const shown = known.slice(0, 24).join(', ');
  return `known: ${shown}${known.length > 24 ? ', …' : ''}`;
}
