import { describe, expect, it } from 'vitest';
import { median } from '../../stats/centre.ts';
import { Interrupted } from './process.ts';
import type { FinishedVisit } from './progress.ts';
import { measureScripted, scriptedSource, testCase, testSettings } from './testdata/scripted-experiment.ts';

const STEADY = 'cost: [{seconds: 0.002}]';

function medians(visits: readonly FinishedVisit[]): number[] {
  return visits.map((visit) => median(visit.result?.contenders[0]?.samples ?? []));
}

describe('a run on a steady device', () => {
  it('visits every case once in each process and finds the true time', async () => {
    const { cases, processes, ended } = await measureScripted(STEADY);
    expect(processes).toHaveLength(6);
    expect(ended).toBe('target');
    for (const outcome of cases) {
      expect(outcome.refusal).toBeNull();
      expect(outcome.visits.map((visit) => visit.process)).toEqual([0, 1, 2, 3, 4, 5]);
      for (const value of medians(outcome.visits)) expect(value).toBeCloseTo(0.002, 8);
    }
  });

  it('visits cases in different orders in different processes, the same ones for the same seed', async () => {
    const orderOf = async (seed: number) => {
      const order: string[] = [];
      await measureScripted(STEADY, {
        settings: testSettings({ seed }),
        cases: Array.from({ length: 8 }, (_, i) => testCase(`c${i}`)),
        onVisit: (visit) => order.push(`${visit.process}:${visit.caseId.split('/')[2]}`),
      });
      return order;
    };
    const first = await orderOf(1);
    expect(await orderOf(1)).toEqual(first);
    expect(await orderOf(2)).not.toEqual(first);
    const inProcess = (p: number) => first.filter((entry) => entry.startsWith(`${p}:`)).map((entry) => entry.slice(2));
    expect(inProcess(0)).not.toEqual(inProcess(1));
    expect([...inProcess(1)].sort()).toEqual([...inProcess(0)].sort());
  });

  it('is deterministic', async () => {
    const noisy = `${STEADY}\nnoise: {betweenProcesses: {kind: heavy, sigma: 0.05}, withinProcess: {sigma: 0.02}}`;
    const [a, b] = [await measureScripted(noisy), await measureScripted(noisy)];
    expect(a.cases).toEqual(b.cases);
  });

  it('records first dispatch apart and keeps it out of the samples', async () => {
    const { cases } = await measureScripted(`${STEADY}\nfirstDispatch: {seconds: 0.5}`);
    const outcome = cases[0]?.visits[0]?.result?.contenders[0];
    expect(outcome?.firstDispatchSeconds).toBeCloseTo(0.502, 6);
    expect(Math.max(...(outcome?.samples ?? [1]))).toBeLessThan(0.0021);
  });
});

describe('adaptive stopping', () => {
  it('spends more processes on the noisy case only', async () => {
    const { cases, ended } = await measureScripted(
      `cost: [{seconds: 0.002}]
noise: {betweenProcesses: {kind: lognormal, sigma: 0.000001}}
`,
      { cases: [testCase('one'), testCase('two')] },
    );
    expect(cases.map((outcome) => outcome.visits.length)).toEqual([6, 6]);
    expect(ended).toBe('target');
    const noisy = await measureScripted(
      `cost: [{seconds: 0.002}]
noise: {betweenProcesses: {kind: lognormal, sigma: 0.2}}
`,
    );
    expect(Math.max(...noisy.cases.map((outcome) => outcome.visits.length))).toBe(27);
    expect(noisy.ended).toBe('processes');
  });

  it('takes exactly the processes asked for below six', async () => {
    const { processes, ended } = await measureScripted(STEADY, {
      settings: testSettings({ processes: 3, looks: [3] }),
    });
    expect(processes).toHaveLength(3);
    expect(ended).toBe('processes');
  });
});

describe('the clock', () => {
  it('sizes repeats so that a sample is at least 50 quanta', async () => {
    const { cases, processes } = await measureScripted(
      'cost: [{seconds: 0.0000103}]\ntimer: {quantumNanoseconds: 65536}',
    );
    expect(processes[0]?.timer).toMatchObject({ kind: 'gpu', quantized: true });
    expect(processes[0]?.timer.resolutionSeconds).toBeCloseTo(65536e-9, 12);
    for (const visit of cases.flatMap((outcome) => outcome.visits)) {
      const outcome = visit.result?.contenders[0];
      expect((outcome?.repeats ?? 0) * 10.3e-6).toBeGreaterThanOrEqual(50 * 65536e-9);
      for (const sample of outcome?.samples ?? []) {
        expect(sample).toBeGreaterThan(0);
        expect(Math.abs(sample / 10.3e-6 - 1)).toBeLessThan(0.03);
      }
    }
  });

  it.each([
    ['zero', 'zero'],
    ['negative', 'negative'],
    ['none', 'no timestamp-query'],
  ])('falls back to wall clock when timestamps are %s, and says why', async (mode, reason) => {
    const { cases, processes } = await measureScripted(`${STEADY}\ntimer: {timestamps: ${mode}}`);
    expect(processes[0]?.timer.kind).toBe('wall');
    expect(processes[0]?.timer.reason).toContain(reason);
    expect(medians(cases[0]?.visits ?? [])[0]).toBeCloseTo(0.002, 6);
  });
});

describe('isolation', () => {
  it('waits for drivers that compile no sooner than the first launch', async () => {
    const { cases } = await measureScripted(`${STEADY}\nfirstDispatch: {seconds: 60}`);
    expect(cases[0]?.refusal).toBeNull();
  });

  it.each([
    ['hang', 'hang', 'no sign of life'],
    ['crash', 'crashed', 'as scripted'],
    ['device-lost', 'device-lost', 'lost as scripted'],
    ['out-of-memory', 'out-of-memory', 'out of memory'],
    ['compile-error', 'compile-error', 'does not compile'],
    ['wrong-result', 'wrong-result', 'differs from the reference'],
  ])('a %s costs one case and no other', async (kind, reason, detail) => {
    const { cases } = await measureScripted(`${STEADY}\nevents: [{kind: ${kind}, when: kernel=bad}]`, {
      cases: [testCase('one'), testCase('two', 'bad'), testCase('three')],
    });
    const [one, two, three] = cases;
    expect(two?.refusal).toMatchObject({ status: 'failed', reason });
    expect(two?.refusal?.detail).toContain(detail);
    expect(two?.visits.flatMap((visit) => visit.result?.contenders[0]?.samples ?? [])).toEqual([]);
    for (const good of [one, three]) {
      expect(good?.refusal).toBeNull();
      expect(good?.visits).toHaveLength(6);
    }
  });

  it('keeps the visits that finished before a later crash', async () => {
    const { cases } = await measureScripted(`${STEADY}\nevents: [{kind: crash, when: kernel=bad, process: 3}]`, {
      cases: [testCase('one'), testCase('two', 'bad')],
    });
    expect(cases[1]?.refusal?.reason).toBe('crashed');
    expect(cases[1]?.visits).toHaveLength(3);
    expect(cases[0]?.visits).toHaveLength(6);
  });

  it('one wrong contender does not take the other with it', async () => {
    const { cases } = await measureScripted(`${STEADY}\nevents: [{kind: wrong-result, when: kernel=bad}]`, {
      cases: [testCase('one')],
      enter: () => ({
        reference: null,
        contenders: [
          { name: 'good', source: scriptedSource('good') },
          { name: 'bad', source: scriptedSource('bad') },
        ],
      }),
    });
    const outcomes = cases[0]?.visits[0]?.result?.contenders;
    expect(outcomes?.map((outcome) => outcome.status)).toEqual(['measured', 'failed']);
    expect(cases[0]?.refusal).toBeNull();
  });
});

describe('resume', () => {
  it('measures only what is missing and leaves what was there unchanged', async () => {
    const journal: FinishedVisit[] = [];
    const abort = new AbortController();
    const interrupted = measureScripted(STEADY, {
      signal: abort.signal,
      onVisit: (visit) => {
        journal.push(visit);
        if (journal.length === 7) abort.abort();
      },
    });
    await expect(interrupted).rejects.toThrow(Interrupted);
    const kept = [...journal];
    const again: FinishedVisit[] = [];
    const { cases } = await measureScripted(STEADY, { finished: kept, onVisit: (visit) => again.push(visit) });
    expect(again).toHaveLength(18 - kept.length);
    for (const outcome of cases) {
      expect(new Set(outcome.visits.map((visit) => visit.process)).size).toBe(6);
      for (const visit of kept.filter((v) => v.caseId === outcome.case.id)) expect(outcome.visits).toContain(visit);
    }
  });
});
