import { describe, expect, it } from 'vitest';
import { COVERAGE_SCENARIOS, coverageOf } from './runs.ts';

describe('the 95 % interval of a whole run, adaptive stopping on', () => {
  it.each(Object.keys(COVERAGE_SCENARIOS))(
    'holds the truth in 92 to 98 of 100 runs: %s',
    async (name) => {
      const { covered } = await coverageOf(name, 500);
      expect(covered).toBeGreaterThanOrEqual(0.92);
      expect(covered).toBeLessThanOrEqual(0.98);
    },
    60_000,
  );
});
