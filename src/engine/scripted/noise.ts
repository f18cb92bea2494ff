/** Seeded noise of a scenario. */
import { gaussian, type Random } from '../../stats/random.ts';
import type { Scenario } from './scenario.ts';

/** Student's t with 3 degrees of freedom: heavy tails with a finite variance. */
function student3(draw: Random): number {
  const chi = gaussian(draw) ** 2 + gaussian(draw) ** 2 + gaussian(draw) ** 2;
  return gaussian(draw) / Math.sqrt(chi / 3);
}

/** The factor that a pipeline keeps for the whole life of its process. */
export function betweenProcesses(noise: Scenario['noise']['betweenProcesses'], draw: Random): number {
  if (!noise) return 1;
  switch (noise.kind) {
    case 'normal':
      return Math.max(0.01, 1 + noise.sigma * gaussian(draw));
    case 'lognormal':
      return Math.exp(noise.sigma * gaussian(draw));
    case 'heavy':
      return Math.exp(noise.sigma * student3(draw));
    case 'bimodal':
      return (draw() < noise.probability ? noise.factor : 1) * Math.exp(noise.sigma * gaussian(draw));
  }
}

/** The factor of one sample. */
export function withinProcess(noise: Scenario['noise']['withinProcess'], draw: Random): number {
  if (!noise) return 1;
  const factor = Math.exp(noise.sigma * gaussian(draw));
  return noise.outliers && draw() < noise.outliers.probability ? factor * noise.outliers.factor : factor;
}
