/** Whole runs under a budget on a scripted device, with accurate and with misleading rehearsals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceFacts } from '../../engine/port.ts';
import type { Case } from '../../plan/case/case.ts';
import { CaseState, visitSeconds } from './case-state.ts';
import type { Measurement } from './measurement.ts';
import { entryOf, shrink } from './rehearsal.ts';
import { measureScripted, scriptedSource, testCase, testSettings } from './testdata/scripted-experiment.ts';

/** Seconds of a process besides its visits: opening, sentinels, and in the first one peaks. */
const OVERHEAD = 3;

/** What is expected of a visit over what this device takes: launches of warm-up that a noisier one needs. */
const CAUTION = 9 / 7;

/** Work of a case by its n: 2·64·64·n FLOP, so 0.6 s to 34 s a visit of seven launches. */
const caseOf = (n: number, i: number) => testCase(`case-${i}`, 'naive', n);

/** A device whose small problems, which rehearsals are, run so many times slower or faster than their work says. */
function device(misleading: number, { startSeconds = 0.5, smallest = 2049 } = {}): string {
  return `
cost: [{flopPerSecond: 2e8, penalties: [{when: 'n<${smallest}', factor: ${misleading}}]}]
processStartSeconds: ${startSeconds}
probes: [{probe: '*', seconds: 1.0e-4}]
`;
}

/** What one visit of each case truly takes. */
async function trueSeconds(cases: readonly Case[]): Promise<Map<string, number>> {
  const settings = testSettings({ processes: 1, looks: [1] });
  const { cases: outcomes } = await measureScripted(device(1), { cases, settings });
  return new Map(
    outcomes.map(({ case: { id }, visits }) => [id, visits[0]?.result ? visitSeconds(visits[0].result) : Number.NaN]),
  );
}

const taken = ({ cases }: Measurement, from: number) =>
  cases
    .flatMap(({ visits }) => visits.slice(from))
    .reduce((sum, { result }) => sum + (result ? visitSeconds(result) : 0), 0);

const sizes = fc.array(fc.integer({ min: 2049, max: 120_000 }), { minLength: 1, maxLength: 6 });

describe('a budget', () => {
  it('ends without time for a case that it turned away, whatever rehearsals said, and overruns by one visit at most', async () => {
    const property = fc.asyncProperty(
      sizes,
      fc.integer({ min: 5, max: 300 }),
      fc.constantFrom(0.2, 0.5, 1, 2, 5),
      fc.constantFrom(1, 3, 6),
      async (widths, budgetSeconds, misleading, processes) => {
        const cases = widths.map(caseOf);
        const truth = await trueSeconds(cases);
        const settings = testSettings({ budgetSeconds, processes });
        const run = await measureScripted(device(misleading), { cases, settings });
        const unspent = budgetSeconds - run.wallSeconds;
        expect(unspent).toBeGreaterThan(-Math.max(...truth.values()) - OVERHEAD);
        for (const { case: item, visits, refusal } of run.cases) {
          const seconds = truth.get(item.id) ?? Number.NaN;
          if (visits.length > 0) expect(refusal).toBeNull();
          else {
            expect(refusal).toMatchObject({ status: 'skipped', reason: 'budget' });
            expect(unspent).toBeLessThan(seconds + OVERHEAD);
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('measures every case once before any case twice', async () => {
    const property = fc.asyncProperty(sizes, fc.integer({ min: 10, max: 300 }), async (widths, budgetSeconds) => {
      const cases = widths.map(caseOf);
      const truth = await trueSeconds(cases);
      const run = await measureScripted(device(1), { cases, settings: testSettings({ budgetSeconds }) });
      for (const { case: item, visits } of run.cases)
        if (visits.length === 0)
          expect(taken(run, 1)).toBeLessThan(CAUTION * (truth.get(item.id) ?? Number.NaN) + OVERHEAD);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('learns from the first visit how long the others take', async () => {
    const cases = [0, 1, 2, 3, 4, 5, 6].map((i) => caseOf(30_000 + i, i));
    const seconds = Math.max(...(await trueSeconds(cases)).values());
    const settings = testSettings({ budgetSeconds: 10 * seconds });
    const run = await measureScripted(device(5, { smallest: 30_000 }), { cases, settings });
    expect(run.cases.map(({ visits }) => visits[0]?.process)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('looks closer at a case that seems too long before it gives its time to second visits', async () => {
    const cheap = [1, 2, 3, 4, 5].map((i) => testCase(`cheap-${i}`, 'cheap', 64));
    const long = caseOf(100_000, 0);
    const seconds = [...(await trueSeconds([long])).values()][0] ?? Number.NaN;
    const scenario = device(5).replace('cost: [', "cost: [{when: 'kernel=cheap', seconds: 0.1}, ");
    const settings = testSettings({ budgetSeconds: 2 * seconds });
    const run = await measureScripted(scenario, { cases: [...cheap, long], settings });
    expect(run.cases.map(({ visits }) => visits[0]?.process)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('visits first what an interrupted run had not come to', async () => {
    const cases = [20_000, 30_001].map(caseOf);
    const settings = testSettings({ processes: 9, looks: [9] });
    const before = await measureScripted(device(1), { cases: cases.slice(0, 1), settings });
    const finished = before.cases.flatMap(({ visits }) => visits.slice(0, 4));
    const seconds = Math.max(...(await trueSeconds(cases)).values());
    const tight = { ...settings, budgetSeconds: seconds + OVERHEAD };
    const run = await measureScripted(device(1), { cases, settings: tight, finished });
    expect(run.cases.map(({ visits }) => visits.length)).toEqual([4, 1]);
    expect(run.cases.map(({ refusal }) => refusal)).toEqual([null, null]);
  });

  it('says of a case without a visit what was needed, spent and left', async () => {
    const cases = [testCase('small'), caseOf(10_000_000, 0)];
    const { cases: outcomes } = await measureScripted(device(1), {
      cases,
      settings: testSettings({ budgetSeconds: 60 }),
    });
    expect(outcomes[0]?.visits).toHaveLength(6);
    expect(outcomes[1]?.refusal?.detail).toMatch(
      /^needs about \d{4} s in a separate process; of the budget of 60 s, [\d.]+ s are spent and [\d.]+ s left$/,
    );
  });

  it('ends a visit begun on the doubt that it may fit when the time is over, and says so', async () => {
    const long = caseOf(100_000, 0);
    const seconds = [...(await trueSeconds([long])).values()][0] ?? Number.NaN;
    const run = await measureScripted(device(1), {
      cases: [long],
      settings: testSettings({ budgetSeconds: seconds / 2 }),
    });
    expect(run.ended).toBe('budget');
    expect(run.wallSeconds).toBeLessThan(seconds / 2 + OVERHEAD);
    expect(run.cases[0]?.refusal?.detail).toMatch(
      /^was started with [\d.]+ s left and did not finish in time; the budget of [\d.]+ s is spent: work begun before its end/,
    );
  });

  it('measures nothing that it has no time for at all', async () => {
    const run = await measureScripted(device(1, { startSeconds: 5 }), { settings: testSettings({ budgetSeconds: 2 }) });
    expect(run.cases.map(({ visits }) => visits.length)).toEqual([0, 0, 0]);
    expect(run.cases[0]?.refusal?.detail).toMatch(
      /the budget of 2 s is spent: work begun before its end lasted until 6\.1 s$/,
    );
  });
});

describe('a rehearsal', () => {
  it('is a smaller problem, in whole blocks', () => {
    const { problem } = testCase('large', 'naive', 1 << 20);
    const property = fc.property(fc.integer({ min: 1e6, max: 1e10 }), (most) => {
      const { shape } = shrink(problem, most);
      expect(shape).toMatchObject({ batch: 1, m: 64, k: 64 });
      expect(shape.n % 64).toBe(0);
      expect(2 * 64 * shape.n * 64).toBeLessThanOrEqual(Math.max(most, 2 * 64 * 256 * 64));
    });
    fc.assert(property);
  });

  it('is of the kernels that the case has, not of those that a small problem would have', () => {
    const item = testCase('large', 'best', 1 << 20);
    const enter = ({ kernel, problem }: Case) => {
      const picked = kernel === 'best' ? (problem.shape.n > 1000 ? 'for large' : 'for small') : kernel;
      const vouching = problem.shape.n > 1000 ? 'fast' : 'naive';
      const named = (name: string) => ({ name, source: scriptedSource(name) });
      return { contenders: [named(picked)], reference: named(vouching) };
    };
    const state = new CaseState(item, []);
    state.enter(enter(item));
    const entry = entryOf(state, shrink(item.problem, 1e6), enter, {} as DeviceFacts);
    expect([entry?.contenders[0]?.name, entry?.reference?.name]).toEqual(['for large', 'fast']);
  });
});
