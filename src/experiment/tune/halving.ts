/**
 * Successive halving (Karnin, Koren & Somekh, ICML 2013): everybody competes a little, the faster half competes on, until the
 * time that would have gone to losers is spent on telling the last few apart.
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

/** Visits, each of a halved field, until `field` contenders are down to `fewest`; and all their appearances together. */
export function halvings(field: number, fewest: number): { readonly rounds: number; readonly appearances: number } {
  let [rounds, appearances] = [0, 0];
  for (let left = field; left > fewest; left = Math.max(fewest, Math.ceil(left / 2))) {
    rounds++;
    appearances += left;
  }
  return { rounds, appearances };
}
