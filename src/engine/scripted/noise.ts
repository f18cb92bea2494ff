/** Seeded draws for a scenario's noise. */
import type { Scenario } from '../../plan/scenario.ts';

export type Draw = () => number;

/** A generator that depends on every number given, so that each process, visit and pipeline has its own luck. */
export function draws(...seeds: readonly number[]): Draw {
  let state = 0x6d2b79f5;
  for (const seed of seeds) state = scramble(state ^ (seed + 0x9e3779b9));
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (scramble(state) >>> 0) / 2 ** 32;
  };
}

function scramble(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** Standard normal (Box–Muller). */
export function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** Student's t with 3 degrees of freedom: heavy tails with a finite variance. */
function student3(draw: Draw): number {
  const chi = normal(draw) ** 2 + normal(draw) ** 2 + normal(draw) ** 2;
  return normal(draw) / Math.sqrt(chi / 3);
}

/** The factor that a pipeline keeps for the whole life of its process. */
export function betweenProcesses(noise: Scenario['noise']['betweenProcesses'], draw: Draw): number {
  if (!noise) return 1;
  switch (noise.kind) {
    case 'normal':
      return Math.max(0.01, 1 + noise.sigma * normal(draw));
    case 'lognormal':
      return Math.exp(noise.sigma * normal(draw));
    case 'heavy':
      return Math.exp(noise.sigma * student3(draw));
    case 'bimodal':
      return (draw() < noise.probability ? noise.factor : 1) * Math.exp(noise.sigma * normal(draw));
  }
}

/** The factor of one sample. */
export function withinProcess(noise: Scenario['noise']['withinProcess'], draw: Draw): number {
  if (!noise) return 1;
  const factor = Math.exp(noise.sigma * normal(draw));
  return noise.outliers && draw() < noise.outliers.probability ? factor * noise.outliers.factor : factor;
}
