import { beforeAll, describe, expect, it } from 'vitest';
import { playSearch, type Verdict } from './play.ts';

const RUNS = 12;

describe('searches of known truth (npm run eval search plays 200)', () => {
  const verdicts: Verdict[] = [];
  beforeAll(async () => {
    for (let seed = 1; seed <= RUNS; seed++) verdicts.push(await playSearch(seed));
  }, 240_000);

  it('hold a true best', () => {
    expect(verdicts.filter(({ holdsBest }) => holdsBest)).toHaveLength(RUNS);
  });

  it('hold hardly anything more than 2 % slower', () => {
    expect(verdicts.filter(({ worstWinner }) => worstWinner > 0.02).length).toBeLessThanOrEqual(1);
  });

  it('hardly ever call one of several equals better than another', () => {
    expect(verdicts.filter(({ splitsPlateau }) => splitsPlateau).length).toBeLessThanOrEqual(1);
  });

  it('cost less than half of measuring all equally', () => {
    const mean = verdicts.reduce((sum, { cost }) => sum + cost, 0) / RUNS;
    expect(mean).toBeLessThanOrEqual(0.42);
    // And not for having given up: each went on until 1 % could be told.
    expect(Math.min(...verdicts.map(({ processes }) => processes))).toBeGreaterThan(12);
  });

  it('play the same for the same seed', async () => {
    expect(await playSearch(1)).toEqual(verdicts[0]);
  }, 60_000);
});
