/** The replay itself, on pools whose truth is made up; what it says of real processes is in ab.pool.test.ts. */
import { describe, expect, it } from 'vitest';
import { AB_RULES } from '../../src/judge/ab/rules.ts';
import { gaussian, type Random, seededRandom } from '../../src/stats/random.ts';
import { blockOf, HEAD_NAMES, HEADS, type Head, type Pool, readPool, trueRatios } from './pool.ts';
import { scoreHead } from './replay.ts';

const CASES = ['one', 'two', 'three'];

/** Three blocks a contender, all alike, in µs; the base's are 1000. */
function line(kind: 'equal' | 'slowed', draw: (slowdown: number) => number): string {
  const heads = kind === 'equal' ? (['equal'] as const) : (['slow-3', 'slow-5', 'slow-10'] as const);
  const blocks = (ratio: number) => [1000 * ratio, 1000 * ratio, 1000 * ratio];
  const times = () => ({
    base: blocks(1),
    twin: blocks(draw(0)),
    ...Object.fromEntries(heads.map((head) => [head, blocks(draw(HEADS[head]))])),
  });
  return JSON.stringify({
    kind,
    startedAt: '2026-01-01T00:00:00Z',
    seconds: 6,
    adapter: 'made up',
    times: Object.fromEntries(CASES.map((name) => [name, times()])),
  });
}

function poolOf(sigma: number, random: Random, processes = 60): Pool {
  const draw = (slowdown: number) => (1 + slowdown) * Math.exp(sigma * gaussian(random));
  const lines = Array.from({ length: processes }, (_, i) => line(i % 2 === 0 ? 'equal' : 'slowed', draw));
  return readPool(`${lines.join('\n')}\n`);
}

describe('a pool', () => {
  it('keeps the processes of each kind in order, and knows what is true', () => {
    const pool = poolOf(0.001, seededRandom(1));
    expect(pool.cases).toEqual(['one', 'three', 'two']);
    expect(pool.processSeconds).toBe(6);
    for (const head of HEAD_NAMES) {
      expect(pool.series[head].map((processes) => processes.length)).toEqual([30, 30, 30]);
      for (const ratio of trueRatios(pool, head)) expect(Math.abs(ratio - 1 - HEADS[head])).toBeLessThan(0.001);
    }
  });

  it('leaves out processes in which a case failed, and says which line is no process', () => {
    const good = line('equal', (slowdown) => 1.1 + slowdown);
    const torn = JSON.stringify({ ...JSON.parse(good), times: { one: { base: [1], equal: [1], twin: [1] }, two: {} } });
    expect(readPool(`${good}\n${torn}\n`).series.equal[0]).toEqual([
      { headToBase: 1.1, headToTwin: 1, twinToBase: 1.1 },
    ]);
    expect(() => readPool(`${good}\n${good.slice(0, 40)}`)).toThrow('line 2 of the pool is no process');
    expect(() => readPool('\n')).toThrow('the pool is empty');
    expect(() => readPool(`${good}\n${good.replace('made up', 'another')}`)).toThrow(
      'mixes adapters: made up and another',
    );
  });

  it('is read in a circle', () => {
    expect(blockOf([1, 2, 3], 2, 2)).toEqual([3, 1]);
    expect(blockOf([1, 2, 3], 1, 9)).toEqual([2, 3, 1]);
  });
});

describe('replayed comparisons', () => {
  const score = (head: Head, sigma: number) =>
    scoreHead(poolOf(sigma, seededRandom(2), 200), head, AB_RULES, 100, seededRandom(3));

  it('are right where processes agree', () => {
    const equal = score('equal', 0.005);
    expect(equal).toMatchObject({ anyEither: 0, total: { all: { same: 1 }, quietShare: 1 } });
    expect(equal.endedAt[0]).toEqual({ processes: AB_RULES.looks[0], share: 1 });
    expect(score('slow-5', 0.005).total.quiet.slower).toBe(1);
  });

  it('are unclear where processes do not', () => {
    const equal = score('equal', 0.12);
    expect(equal.total.all.unclear).toBeGreaterThan(0.95);
    expect(equal.total.quietShare).toBeLessThan(0.05);
    expect(equal.processes).toBe(AB_RULES.looks.at(-1));
  });

  it('need a pool that is long enough', () => {
    const pool = poolOf(0.01, seededRandom(4), 30);
    expect(() => scoreHead(pool, 'equal', AB_RULES, 1, seededRandom(1))).toThrow(/^equal: 15 processes in the pool/);
  });
});
