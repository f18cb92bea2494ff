/** A small experiment on a scripted device: what tests and the coverage evaluation run. */
import type { Source } from '../../../engine/port.ts';
import { scripted } from '../../../engine/scripted/engine.ts';
import type { Case } from '../../../plan/case/case.ts';
import { playedHost } from '../host.played.ts';
import { measure } from '../measure.ts';
import type { Measurement, MeasureRequest } from '../measurement.ts';
import { looksFor, REFERENCE_MACS, SAMPLING, type Settings } from '../settings.ts';

export function testCase(name: string, kernel = 'naive', n = 64): Case {
  return {
    id: `test/raw/${name}/m=64/n=${n}/k=64/layout=nn/w=f32/a=f32/acc=f32/out=f32/kernel=${kernel}`,
    suite: 'test',
    phase: 'raw',
    name,
    problem: {
      shape: { batch: 1, m: 64, n, k: 64 },
      layout: 'nn',
      format: { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
      bias: false,
    },
    operands: 'cold',
    distribution: 'normal',
    seed: 1,
    kernel,
    from: 'test',
    series: name,
    count: 1,
  };
}

export function testSettings(settings: Partial<Settings> = {}): Settings {
  return {
    processes: 6,
    looks: looksFor(settings.processes ?? 6),
    target: 0.03,
    budgetSeconds: null,
    seed: 7,
    sampling: SAMPLING,
    coldBytes: 1 << 20,
    maxSets: 16,
    referenceMacs: REFERENCE_MACS,
    sentinelSeconds: 5,
    ...settings,
  };
}

/** Source of a kernel for a scripted device: its name. */
export function scriptedSource(kernel: string): Source {
  const program = {
    kernel,
    kernelHash: kernel,
    code: '',
    tile: { m: 1, n: 1, k: 1 },
    thread: { m: 1, n: 1 },
    workgroup: [1, 1],
    bindings: [],
    features: [],
    uniform: [],
    workgroups: [1, 1, 1],
  } as const;
  return { kind: 'wgsl', program };
}

export function measureScripted(scenario: string, request: Partial<MeasureRequest> = {}): Promise<Measurement> {
  const host = playedHost(scripted.read(scenario, 'scenario.yaml'));
  return measure({
    cases: [testCase('one'), testCase('two'), testCase('three')],
    host,
    open: { engine: 'scripted', adapter: 'auto', yieldCpu: false },
    enter: (item) => ({ reference: null, contenders: [{ name: item.kernel, source: scriptedSource(item.kernel) }] }),
    settings: testSettings(),
    finished: [],
    onOpen: () => {},
    onVisit: () => {},
    onProcess: () => {},
    onProgress: () => {},
    ...request,
  });
}
