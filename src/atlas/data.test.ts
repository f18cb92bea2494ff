import { describe, expect, it } from 'vitest';
import { attribute } from '../judge/history/attribute.ts';
import { Track } from '../judge/history/track.ts';
import { runsData } from './data.ts';

const IDS = ['quick/decode/q/m=1/kernel=best', 'quick/decode/k/m=1/kernel=best'];

/** Runs of two cases: one that scatters by a thousandth each way and becomes slower at once, and one that begins late. */
function trackOf(count: number) {
  const track = new Track('some-gpu', '0123456789abcdef');
  for (let run = 0; run < count; run++) {
    const id = `202609${String(run + 1).padStart(2, '0')}T000000Z-abcdef01`;
    const facts = {
      ...{ id, machine: 'some-gpu', unit: '0123456789abcdef', startedAt: '', commit: 'a'.repeat(40), dirty: false },
      ...{ replication: 'process' as const, isPart: false, family: 'x', surroundings: {} },
    };
    const of = (at: number, ln: number, kernel: string) => ({
      ...{ series: String(at), id: IDS[at] ?? '', status: 'measured' as const, seconds: Math.exp(ln) },
      ...{ kernel, kernelHash: kernel === '' ? '' : 'ab' },
    });
    const ln = (run % 2) / 1000 + (run >= count / 2 ? 0.2 : 0);
    track.add(facts, [of(0, ln, run === 0 ? 'naive' : 'gemv'), ...(run >= count - 3 ? [of(1, 0, 'direct')] : [])]);
  }
  return attribute(track);
}

describe('the runs of a machine as data', () => {
  const data = runsData(trackOf(20));

  it('have an interval from the scatter of runs that follow each other, which a new level leaves alone', () => {
    expect(data.spread[0]).toBeCloseTo((1.96 * 1.4826 * 0.001) / Math.SQRT2, 5);
  });

  it('have none where there are few', () => {
    expect(data.spread[1]).toBeNull();
  });

  it('name the kernels that ran, not the choice that was asked for', () => {
    expect(data.kernels).toEqual(['naive', 'gemv', 'direct']);
    expect(data.ran).toEqual([
      [0, ...Array.from({ length: 19 }, () => 1)],
      [...Array.from({ length: 17 }, () => -1), 2, 2, 2],
    ]);
  });
});
