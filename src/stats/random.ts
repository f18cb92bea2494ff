/**
 * Seeded random numbers for schedules, simulations and resampling, reproducible everywhere. Operand values have a separate
 * generator that a device can evaluate (gemm/generator.ts).
 */
/** Uniform in [0, 1). */
export type Random = () => number;

const GOLDEN = 0x9e3779b9;

/** Bijective mixer of 32 bits (lowbias32 by Chris Wellons, public domain): flipping one bit flips each other with p ≈ ½. */
export function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A Weyl sequence of 32 bits through a bijective mixer, started from any number of seeds. */
export function seededRandom(...seeds: readonly number[]): Random {
  let state = GOLDEN;
  for (const seed of seeds) state = mix((state ^ (seed >>> 0)) + GOLDEN);
  return () => {
    state = (state + GOLDEN) | 0;
    return mix(state >>> 0) / 2 ** 32;
  };
}

/** Uniform integer in [0, bound). */
export function below(bound: number, random: Random): number {
  return Math.floor(random() * bound);
}

/** Standard normal (Box–Muller, one of the pair). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Fisher–Yates on a copy. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = below(i + 1, random);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
