import { describe, expect, it } from 'vitest';
import { type DeviceFacts, EngineError, type Probe, type Session } from '../../engine/port.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { flopCeiling, measurePeaks, type PeakFacts } from './peaks.ts';

const TIMER: TimerFacts = {
  ...{ kind: 'gpu', resolutionSeconds: 1e-9, quantized: false, proven: true },
  ...{ wallResolutionSeconds: 1e-9, gpuOverWall: 1 },
};
const FACTS: DeviceFacts = {
  ...{ source: 'system-software', vendor: '', architecture: '', device: '', description: '', backend: 'test' },
  ...{ driver: '', features: [], limits: {}, toggles: [], timestamps: true, simulated: false },
};

/** A device whose probes take `secondsOf`, longer at each reading but the second. */
function device(secondsOf: (probe: Probe) => number, facts: Partial<DeviceFacts> = {}): Session {
  const none = async () => {
    throw new Error('only probes here');
  };
  const probe: Session['probe'] = async (asked) => {
    const seconds = secondsOf(asked);
    let reading = 0;
    const launch = async ({ repeats }: { repeats: number }) => {
      const slower = reading++ === 1 ? 1 : 1.5;
      return { gpuSeconds: seconds * repeats * slower, wallSeconds: seconds * repeats * slower };
    };
    return { pipelineSeconds: 0, launch, dispose: () => {} };
  };
  const lost = new Promise<string>(() => {});
  return { facts: { ...FACTS, ...facts }, now: () => 0, allocate: none, prepare: none, probe, lost, dispose: none };
}

/** FLOP of a grid of multiply-adds, from its text. */
function flopOf({ code, workgroups: [x] }: Probe): number {
  const number = (pattern: RegExp) => Number(pattern.exec(code)?.[1] ?? Number.NaN);
  const lanes = /let x = vec4/.test(code) ? 4 : 1;
  const perThread = 2 * lanes * (code.match(/= fma\(/g)?.length ?? 0) * number(/i < (\d+)u/);
  return perThread * number(/workgroup_size\((\d+)\)/) * x;
}

const sizeOf = ({ bufferBytes: [bytes = 0] }: Probe) => bytes;

describe('the ceiling of a kernel', () => {
  const peaks: PeakFacts = {
    ...{ f32FlopPerSecond: 1, f16FlopPerSecond: 2, matrixFlopPerSecond: 8 },
    ...{ copyBytesPerSecond: 1, launchSeconds: 1 },
  };
  it('is that of its accumulator, or of the matrix units it uses, however fast others are', () => {
    expect(flopCeiling(peaks, { acc: 'f32' }, false)).toBe(1);
    expect(flopCeiling(peaks, { acc: 'f16' }, false)).toBe(2);
    expect(flopCeiling(peaks, { acc: 'f32' }, true)).toBe(8);
  });

  it('is none where it was not measured', () => {
    const bare = { ...peaks, f16FlopPerSecond: null, matrixFlopPerSecond: null };
    for (const [acc, units] of [
      ['f16', false],
      ['f32', true],
      ['f16', true],
    ] as const)
      expect(flopCeiling(bare, { acc }, units)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('ceilings', () => {
  /** Threads that read and write side by side are half as fast; sums in pairs twice as fast as other multiply-adds. */
  const seconds = (probe: Probe) => {
    if (probe.name === 'empty') return 1e-6;
    if (probe.name.startsWith('peak-fma')) return flopOf(probe) / (/rest\);/.test(probe.code) ? 1e11 : 2e11);
    const rate = /lane \* \d+u/.test(probe.code) ? 4e9 : 8e9;
    return (probe.name === 'peak-copy' ? 2.5 : 1) * (sizeOf(probe) / rate);
  };

  it('are those of the fastest loop, in the best reading', async () => {
    const peaks = await measurePeaks(device(seconds), TIMER);
    expect(peaks.f32FlopPerSecond / 2e11).toBeCloseTo(1, 6);
    expect((peaks.readBytesPerSecond ?? 0) / 8e9).toBeCloseTo(1, 6);
    expect(peaks.copyBytesPerSecond / 6.4e9).toBeCloseTo(1, 6);
    expect([peaks.f16FlopPerSecond, peaks.matrixFlopPerSecond]).toEqual([null, null]);
  });

  it('let nothing read slower than a copy does', async () => {
    const disturbed = (probe: Probe) => seconds(probe) * (probe.name === 'peak-read' ? 10 : 1);
    const { readBytesPerSecond, copyBytesPerSecond } = await measurePeaks(device(disturbed), TIMER);
    expect((readBytesPerSecond ?? 0) / (copyBytesPerSecond / 2)).toBeCloseTo(1, 9);
  });

  it('take streams larger than the cache: twice what the vendor states, 64 MiB in software', async () => {
    const longest = async (facts: Partial<DeviceFacts>) => {
      const sizes: number[] = [];
      const session = device((probe) => {
        if (/copy|read/.test(probe.name)) sizes.push(sizeOf(probe));
        return seconds(probe);
      }, facts);
      await measurePeaks(session, TIMER);
      return Math.max(...sizes) / 2 ** 20;
    };
    expect(await longest({})).toBe(64);
    expect(await longest({ source: 'gpu', vendor: 'amd', device: 'AMD Instinct MI300X' })).toBe(512);
    expect(await longest({ source: 'gpu' })).toBe(256);
    expect(await longest({ source: 'gpu', limits: { maxStorageBufferBindingSize: 128 * 2 ** 20 } })).toBe(128);
  });

  it('survive loops that the driver cannot compile, and no others', async () => {
    const refusing = (refused: (probe: Probe) => boolean, reason: EngineError['reason']) =>
      device((probe) => {
        if (refused(probe)) throw new EngineError(reason, 'refused');
        return seconds(probe);
      });
    const paired = (probe: Probe) => /fma/.test(probe.name) && !/rest\);/.test(probe.code);
    const { f32FlopPerSecond } = await measurePeaks(refusing(paired, 'compile-error'), TIMER);
    expect(f32FlopPerSecond / 1e11).toBeCloseTo(1, 6);
    const every = (probe: Probe) => /fma/.test(probe.name);
    await expect(measurePeaks(refusing(every, 'compile-error'), TIMER)).rejects.toThrow('refused');
    await expect(measurePeaks(refusing(paired, 'device-lost'), TIMER)).rejects.toThrow('refused');
  });
});
