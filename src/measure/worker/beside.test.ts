import { describe, expect, it } from 'vitest';
import { besideSentinel } from '../parent/settings.ts';
import { measureScripted, testCase, testSettings } from '../parent/testdata/scripted-experiment.ts';

const COST = 'cost: [{seconds: 0.002}]';

/** Times over the sentinel's, one a process. */
async function ratios(scenario: string, settings = besideSentinel(testSettings())): Promise<(number | undefined)[]> {
  const { cases } = await measureScripted(scenario, { cases: [testCase('one')], settings });
  return (cases[0]?.visits ?? []).map(({ result }) => result?.contenders[0]?.toSentinel);
}

describe('the sentinel beside a case', () => {
  it('slows down with it, so their ratio does not see what the machine does', async () => {
    const [steady = 0] = await ratios(COST);
    expect(steady).toBeGreaterThan(0);
    const moved = [`${COST}\ndrift: {perSecond: 0.1}`, `${COST}\nsteps: [{afterSeconds: 1.5, factor: 2}]`];
    for (const scenario of moved)
      for (const ratio of await ratios(scenario)) expect(Math.abs((ratio ?? 0) / steady - 1)).toBeLessThan(0.02);
  });

  it('is not read unless asked', async () => {
    for (const ratio of await ratios(COST, testSettings())) expect(ratio).toBeUndefined();
  });
});
