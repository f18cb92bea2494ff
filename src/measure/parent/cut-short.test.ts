/** Results of a run whose workers die, whose device changes its behaviour, or which is interrupted. */
import { describe, expect, it } from 'vitest';
import { scripted } from '../../engine/scripted/engine.ts';
import type { ToWorker } from '../worker/protocol.ts';
import { playedHost } from './host.played.ts';
import type { Host, WorkerHandle } from './host.ts';
import type { Measurement } from './measurement.ts';
import { Interrupted } from './process.ts';
import { measureScripted, scriptedSource, testCase, testSettings } from './testdata/scripted-experiment.ts';

const STEADY = 'cost: [{seconds: 0.002}]';

/** The scripted device, with the calls that a test breaks: the worker exits instead of answering. */
function breaking(scenario: string, breaks: (call: ToWorker['call'], worker: number) => boolean): Host {
  const host = playedHost(scripted.read(scenario, 'scenario.yaml'));
  let workers = 0;
  const start = (): WorkerHandle => {
    const handle = host.start();
    const number = workers++;
    let exited: (how: string) => void = () => {};
    return {
      ...handle,
      onExit: (listener) => {
        exited = listener;
        handle.onExit(listener);
      },
      post: (message) => (breaks(message.call, number) ? queueMicrotask(() => exited('broke')) : handle.post(message)),
    };
  };
  return { ...host, start };
}

describe('a worker that dies', () => {
  it('under the sentinel costs no case', async () => {
    let sentinels = 0;
    const host = breaking(STEADY, (call) => call === 'sentinel' && ++sentinels === 2);
    const { cases, processes } = await measureScripted(STEADY, {
      host,
      settings: testSettings({ sentinelSeconds: 0 }),
    });
    expect(cases.map(({ refusal, visits }) => [refusal, visits.length])).toEqual(cases.map(() => [null, 6]));
    expect(processes[0]?.deaths).toEqual(['crashed: the worker broke']);
  });

  it('under the ceilings leaves them to a later process, or the run without', async () => {
    const first = breaking(STEADY, (call, worker) => call === 'peaks' && worker === 0);
    expect((await measureScripted(STEADY, { host: first })).peaks?.f32FlopPerSecond).toBeGreaterThan(0);
    const always = breaking(STEADY, (call) => call === 'peaks');
    const { peaks, cases } = await measureScripted(STEADY, { host: always });
    expect(peaks).toBeNull();
    expect(cases.map(({ visits }) => visits.length)).toEqual([6, 6, 6]);
  });

  it('before it can be opened ends the run, after handing over what there is', async () => {
    const host = breaking(STEADY, (call, worker) => call === 'open' && worker === 2);
    let soFar: Measurement | null = null;
    const run = measureScripted(STEADY, {
      host,
      onCutShort: (measured) => {
        soFar = measured;
      },
    });
    await expect(run).rejects.toThrow('the worker broke');
    expect(soFar).toMatchObject({
      ended: 'interrupted',
      cases: [{ refusal: null }, { refusal: null }, { refusal: null }],
    });
    expect(soFar).toHaveProperty('cases.0.visits.length', 2);
  });
});

describe('a case with a visit', () => {
  it('has failed when the device later says that it cannot', async () => {
    let visits = 0;
    const { cases } = await measureScripted("cost: [{when: 'kernel=served', seconds: 0.002}]", {
      cases: [testCase('one', 'served')],
      heat: () => ({
        contenders: [{ name: 'one', source: scriptedSource(visits++ < 2 ? 'served' : 'refused') }],
        sampling: testSettings().sampling,
      }),
    });
    expect(cases[0]?.refusal).toMatchObject({ status: 'failed', reason: 'unsupported' });
    expect(cases[0]?.visits.map(({ result }) => result?.contenders[0]?.status)).toEqual([
      'measured',
      'measured',
      'skipped',
    ]);
  });
});

describe('an interruption', () => {
  it('hands over every finished visit and its process, the one cut short too', async () => {
    const abort = new AbortController();
    let visits = 0;
    let soFar: Measurement | null = null;
    const interrupted = measureScripted(STEADY, {
      signal: abort.signal,
      onVisit: () => ++visits === 7 && abort.abort(),
      onCutShort: (measured) => {
        soFar = measured;
      },
    });
    await expect(interrupted).rejects.toThrow(Interrupted);
    const { cases, processes, ended, peaks } = soFar as unknown as Measurement;
    expect(ended).toBe('interrupted');
    expect(cases.flatMap((outcome) => outcome.visits)).toHaveLength(7);
    expect(processes.map(({ index, deaths }) => [index, deaths])).toEqual([
      [0, []],
      [1, []],
      [2, ['interrupted']],
    ]);
    expect(peaks).not.toBeNull();
  });

  it('in the first process says of the others that they had no turn', async () => {
    const abort = new AbortController();
    let soFar: Measurement | null = null;
    const interrupted = measureScripted(STEADY, {
      signal: abort.signal,
      onVisit: () => abort.abort(),
      onCutShort: (measured) => {
        soFar = measured;
      },
    });
    await expect(interrupted).rejects.toThrow(Interrupted);
    const { cases, peaks } = soFar as unknown as Measurement;
    expect(peaks).toBeNull();
    expect(cases.map(({ refusal }) => refusal?.reason).sort()).toEqual(['interrupted', 'interrupted', undefined]);
  });

  it('resumed with fewer processes or no time keeps what there was', async () => {
    const { cases: whole } = await measureScripted(STEADY);
    const finished = whole.flatMap((outcome) => outcome.visits).filter(({ process }) => process !== 4);
    for (const settings of [testSettings({ processes: 2, looks: [2] }), testSettings({ budgetSeconds: 1e-3 })]) {
      const opened: number[] = [];
      const { cases } = await measureScripted(STEADY, {
        ...{ settings, finished },
        onProcess: ({ index }) => opened.push(index),
      });
      expect(cases.map(({ refusal, visits }) => [refusal, visits.length])).toEqual(cases.map(() => [null, 5]));
      expect(opened).toEqual([0]);
    }
  });
});
