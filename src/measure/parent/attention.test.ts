/** Measuring where something can stop or disturb it, as a page that is hidden or paused. */
import { describe, expect, it } from 'vitest';
import { scripted } from '../../engine/scripted/engine.ts';
import { playedHost } from './host.played.ts';
import type { Attention, MeasureRequest } from './measurement.ts';
import { Interrupted } from './process.ts';
import type { FinishedVisit } from './progress.ts';
import { measureScripted, testCase, testSettings } from './testdata/scripted-experiment.ts';

const STEADY = 'cost: [{seconds: 0.002}]';
const FRONT: Attention = { ready: async () => {}, disturbance: () => null };

const measured = (request: Partial<MeasureRequest>) => measureScripted(STEADY, request);

describe('attention', () => {
  it('that never lapses changes nothing', async () => {
    const [plain, attended] = [await measured({}), await measured({ attention: FRONT })];
    expect(attended).toEqual(plain);
  });

  it('is waited for before every process and visit', async () => {
    let asked = 0;
    const attention = { ...FRONT, ready: async () => void asked++ };
    const { cases, processes } = await measured({ attention, settings: testSettings({ processes: 3, looks: [3] }) });
    expect(asked).toBe(processes.length * (1 + cases.length));
  });

  it('that lapses during a visit has it thrown away and measured again, and the process says so', async () => {
    let visit = 0;
    const seen: FinishedVisit[] = [];
    // The third, and its repetition.
    const attention = { ...FRONT, disturbance: () => (++visit === 3 || visit === 4 ? 'the page was hidden' : null) };
    const { cases, processes, peaks } = await measured({
      attention,
      settings: testSettings({ processes: 2, looks: [2] }),
      onVisit: (found) => seen.push(found),
    });
    expect(cases.map(({ visits, refusal }) => [visits.length, refusal])).toEqual(cases.map(() => [2, null]));
    expect(seen).toHaveLength(6);
    const third = seen[2]?.caseId;
    const sentence = `the page was hidden during ${third}, which was measured again`;
    expect(processes.map(({ deaths }) => deaths)).toEqual([[sentence], []]);
    expect(peaks).not.toBeNull();
  });

  it('leaves peaks to a later process where they were disturbed', async () => {
    let asked = 0;
    const attention = { ...FRONT, disturbance: () => (++asked === 4 ? 'the page was hidden' : null) };
    const settings = testSettings({ processes: 2, looks: [2] });
    const { peaks, processes } = await measured({ attention, settings });
    // Three visits and the peaks of the first process, then three visits and the peaks of the second.
    expect(asked).toBe(8);
    expect(peaks).not.toBeNull();
    expect(processes).toHaveLength(2);
  });

  it('that is missing for an hour costs nothing of the budget', async () => {
    const host = playedHost(scripted.read(STEADY, 'scenario.yaml'));
    const settings = testSettings({ budgetSeconds: 60, processes: 3, looks: [3] });
    const plain = await measured({ settings, cases: [testCase('one')] });
    const attention = { ...FRONT, ready: async () => host.clock.advance(1200) };
    const { cases, ended, wallSeconds } = await measured({ host, attention, settings, cases: [testCase('one')] });
    expect(plain.ended).toBe('processes');
    expect(ended).toBe('processes');
    expect(cases[0]?.visits).toHaveLength(3);
    expect(wallSeconds).toBeGreaterThan(6 * 1200);
  });

  it('is not waited for any more once the run is interrupted', async () => {
    const abort = new AbortController();
    let asked = 0;
    const attention = { ...FRONT, ready: async () => void (++asked === 3 && abort.abort()) };
    await expect(measured({ attention, signal: abort.signal })).rejects.toBeInstanceOf(Interrupted);
    expect(asked).toBe(3);
  });
});
