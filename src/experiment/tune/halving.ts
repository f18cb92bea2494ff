/**
 * Successive halving (Karnin, Koren & Somekh, ICML 2013): all contenders are measured briefly, the faster half again, and so on,
 * so that most time is spent on distinguishing the last few.
 */

/** The better half of `scored` (lowest first), but never fewer than `fewest`; those without a score are out. */
export function fasterHalf<T>(scored: readonly { readonly item: T; readonly score: number }[], fewest: number): T[] {
  const sound = scored.filter(({ score }) => Number.isFinite(score));
  const kept = Math.max(fewest, Math.ceil(sound.length / 2));
  return [...sound]
    .sort((a, b) => a.score - b.score)
    .slice(0, kept)
    .map(({ item }) => item);
}

/**
 * Number of visits, halving each time, until `field` contenders are reduced to `fewest`; and the total number of contenders
 * measured.
 */
export function halvings(field: number, fewest: number): { readonly rounds: number; readonly appearances: number } {
  let [rounds, appearances] = [0, 0];
  for (let left = field; left > fewest; left = Math.max(fewest, Math.ceil(left / 2))) {
    rounds++;
    appearances += left;
  }
  return { rounds, appearances };
}
