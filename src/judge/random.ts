/** Seeded randomness for simulations and resampling: the same everywhere, so that every figure can be reproduced. */
import { mix } from '../gemm/generator.ts';

/** Uniform in [0, 1). */
export type Random = () => number;

const GOLDEN = 0x9e3779b9;

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
