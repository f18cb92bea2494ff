/** The decisions of `compare` on real processes whose truth is known (`npm run eval ab` says more of them). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AB_RULES } from '../../src/judge/ab/rules.ts';
import { seededRandom } from '../../src/stats/random.ts';
import { HEAD_NAMES, HEADS, type Head, type Pool, stepShares, trueRatios } from './pool.ts';
import { scoreHead } from './replay.ts';

const FILE = fileURLToPath(new URL('./pool.json.gz', import.meta.url));
const pool = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as Pool;
const REPLAYS = 1000;

const score = (head: Head) => scoreHead(pool, head, AB_RULES, REPLAYS, seededRandom(1, 100 * HEADS[head]));

describe('the pool', () => {
  it('holds 300 processes without a change and 100 of each slowdown, of 8 cases', () => {
    expect(pool.cases).toHaveLength(8);
    for (const head of HEAD_NAMES)
      for (const processes of pool.series[head])
        expect(processes.length).toBeGreaterThanOrEqual(head === 'equal' ? 300 : 100);
  });

  it('knows slowdowns near those it was made for', () => {
    const within: Readonly<Record<Head, readonly [number, number]>> = {
      equal: [-0.005, 0.005],
      'slow-3': [0.022, 0.048],
      'slow-5': [0.04, 0.065],
      'slow-10': [0.09, 0.12],
    };
    for (const head of HEAD_NAMES) {
      const [least, most] = within[head];
      for (const ratio of trueRatios(pool, head)) {
        expect(ratio - 1).toBeGreaterThan(least);
        expect(ratio - 1).toBeLessThan(most);
      }
    }
  });

  it('shows equal work between base and twin at least as often as three draws of one kind would', () => {
    const { slower, between, faster } = stepShares(pool);
    expect(between).toBeGreaterThanOrEqual(1 / 3 - 0.02);
    expect(slower).toBeLessThanOrEqual(1 / 3 + 0.02);
    expect(faster).toBeLessThanOrEqual(1 / 3 + 0.02);
  });
});

describe('comparisons replayed on real processes', () => {
  it('cry wolf in at most 1 of 100 in which nothing changed, and leave noisier cases unclear rather than wrong', () => {
    const { anyEither, total } = score('equal');
    expect(anyEither).toBeLessThanOrEqual(0.01);
    expect(total.quiet.same).toBeGreaterThanOrEqual(0.85);
    expect(total.all.same + total.all.unclear).toBeGreaterThanOrEqual(0.998);
  });

  it.each([
    ['slow-10', 0.98],
    ['slow-5', 0.9],
    ['slow-3', 0.6],
  ] as const)('find %s in a share of %d where the floor is below 1.5 %%', (head, least) => {
    const { total, anyFaster } = score(head);
    expect(total.quiet.slower).toBeGreaterThanOrEqual(least);
    expect(anyFaster).toBe(0);
  });
});
