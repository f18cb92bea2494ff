import { describe, expect, it } from 'vitest';
import type { Launchable } from '../../engine/port.ts';
import type { TimerFacts } from '../../record/journal/journal.ts';
import { warmUp } from './warm-up.ts';

const timer = (kind: TimerFacts['kind']): TimerFacts => ({
  ...{ kind, resolutionSeconds: 1e-3, quantized: false, proven: true, wallResolutionSeconds: 1e-3, gpuOverWall: null },
});

/** Takes these seconds for a launch, the last of them from then on. */
function launchable(...seconds: number[]): { launchable: Launchable; now: () => number } {
  let [time, calls] = [0, 0];
  const launch = async ({ repeats }: { repeats: number }) => {
    const took = (seconds[Math.min(calls++, seconds.length - 1)] ?? 0) * repeats;
    time += took;
    return { gpuSeconds: took, wallSeconds: took };
  };
  return { launchable: { pipelineSeconds: 0, launch, dispose: () => {} }, now: () => time };
}

const run = (kind: TimerFacts['kind'], ...seconds: number[]) => {
  const device = launchable(...seconds);
  return warmUp(device.launchable, timer(kind), 0.05, () => 0, device.now);
};

describe('a warm-up', () => {
  it('takes one launch that is as long as all of it', async () => {
    expect(await run('gpu', 0.4)).toMatchObject({ launches: 1, plateau: true, launchSeconds: 0.4 });
  });

  it('by the wall clock takes two, so that a stall is not taken for a long launch', async () => {
    expect((await run('wall', 0.4)).launchSeconds).toBe(0.4);
    expect((await run('wall', 0.4)).launches).toBe(2);
    const { launchSeconds } = await run('wall', 0.4, 0.004);
    expect(launchSeconds).toBe(0.004);
  });

  it('ends when times have stopped falling', async () => {
    const { launches, plateau, launchSeconds } = await run('gpu', 0.009, 0.008, 0.005);
    expect(plateau).toBe(true);
    expect(launches).toBeGreaterThanOrEqual(6);
    expect(launchSeconds).toBe(0.005);
  });
});
