/** What the page runs, on a scripted device: everything but the page and the browser. */
import { describe, expect, it } from 'vitest';
import { browserEnvironment } from '../../atlas/measure/environment.ts';
import { browserRecord, type MeasuringRequest, measured } from '../../atlas/measure/measuring.ts';
import { scripted } from '../../engine/scripted/engine.ts';
import { playedHost } from '../../measure/parent/host.played.ts';
import { parseRecord } from '../../record/read.ts';
import { storedRecord } from '../../record/store/stored.ts';
import { recordTier } from '../../record/tier.ts';
import type { Io } from '../io.ts';
import { vetRecord } from '../validate/vet.ts';
import { measureData } from './measure-data.ts';

const io = { cwd: process.cwd(), environment: {}, out: () => {}, err: () => {} } as never as Io;
const data = await measureData(io, 'src/atlas/testdata/browser.yaml');
const SCENARIO = `cost: [{flopPerSecond: 1e10}]
noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}`;

function run(request: Partial<MeasuringRequest> = {}) {
  const host = { ...playedHost(scripted.read(SCENARIO, 'scenario.yaml')), replication: 'device' as const };
  return measured({
    ...{ data, cases: data.cases, settings: data.settings, host },
    attention: { ready: async () => {}, disturbance: () => null },
    signal: new AbortController().signal,
    onVisit: () => {},
    onProgress: () => {},
    ...request,
  });
}

function recordOf(of: Awaited<ReturnType<typeof run>>, claimed = '') {
  if (!of) throw new Error('nothing was measured');
  const facts = { ...of.measurement.facts, backend: 'browser' };
  const environment = browserEnvironment({ userAgent: 'Firefox/145.0', cores: 8 }, facts, {
    shapemark: '1.2.3',
    claimed,
  });
  return browserRecord({ data, measured: of, settings: data.settings, environment, unit: '0123456789abcdef' });
}

describe('a run of the page', () => {
  it('becomes a record that can be read, of fresh devices', async () => {
    const record = recordOf(await run(), 'Arc B580');
    const { json } = storedRecord(record);
    const read = parseRecord(json, 'x.json');
    expect(read.cases.map(({ status }) => status)).toEqual(['measured', 'measured', 'measured']);
    expect(read.processes.map(({ replication }) => replication)).toEqual(['device', 'device', 'device']);
    expect(read.settings).toMatchObject({ suites: ['browser'], tuning: null, kernels: { hash: data.kernelsHash } });
    expect(read.environment.claimed).toBe('Arc B580');
    expect(recordTier(read)).toBe('browser');
    expect(json.endsWith('}\n')).toBe(true);
    // A scenario is never accepted, but nothing contradicts anything.
    expect(vetRecord(record, { withSamples: true }).verdict).toBe('ask');
  });

  it('keeps what was measured until it is stopped', async () => {
    const abort = new AbortController();
    let visits = 0;
    const stopped = await run({ signal: abort.signal, onVisit: () => void (++visits === 4 && abort.abort()) });
    const record = recordOf(stopped);
    expect(record.ended).toBe('interrupted');
    expect(record.cases.flatMap((row) => row.visits)).toHaveLength(4);
    expect(parseRecord(storedRecord(record).json, 'x.json').cases).toHaveLength(3);
  });

  it('is nothing when it is stopped before the first visit', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await run({ signal: abort.signal })).toBeNull();
  });

  it('fails with the reason where no device opens', async () => {
    const host = playedHost(scripted.read(SCENARIO, 'scenario.yaml'));
    const onExit = (listener: (how: string) => void) => queueMicrotask(() => listener('could not be loaded'));
    const start = () => ({ post: () => {}, onMessage: () => {}, onExit, kill: () => {} });
    await expect(run({ host: { ...host, start } })).rejects.toThrow('the worker could not be loaded');
  });
});
