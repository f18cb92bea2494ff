import { Bench } from './bench.ts';
import type { Outcome, Scenario } from './scenario.ts';

/** Makes a scenario happen in a folder of its own. */
export async function outcomesOf({ faults, observe }: Scenario): Promise<Outcome[]> {
  const bench = new Bench();
  try {
    const observed = await observe(bench);
    return observed.map((outcome, i) => ({ fault: faults[i] ?? '', ...outcome }));
  } finally {
    bench.dispose();
  }
}
