import { describe, expect, it } from 'vitest';
import { repeatsFor, wallResolution } from './timer.ts';

/** A clock that advances by a little with every reading, and shows it in steps. */
function clock(step: number, reading = 1e-7, simulated = false) {
  let time = 12.3456;
  const now = () => {
    time += reading;
    return Math.floor(time / step) * step;
  };
  return { now, facts: { simulated } };
}

describe('the step of the wall clock', () => {
  it.each([5e-6, 1e-4, 1e-3, 1.6e-2])('is found where it is %s s, however many readings that takes', (step) => {
    expect(wallResolution(clock(step))).toBeCloseTo(step, 9);
  });

  it('is that of the coarsest browser where no reading shows a step', () => {
    expect(wallResolution(clock(10))).toBe(0.1);
  });

  it('is not looked for on a clock that does not advance by being read', () => {
    let readings = 0;
    const now = () => ++readings && 0;
    expect(wallResolution({ now, facts: { simulated: true } })).toBe(1e-6);
    expect(readings).toBeLessThan(1000);
  });
});

describe('launches of a sample', () => {
  const sampling = { minSampleSeconds: 4e-3, minQuanta: 50 };

  it('are as many as make it 50 steps of a coarse clock', () => {
    expect(repeatsFor(1e-3, { resolutionSeconds: 65_536e-9 }, sampling)).toBe(4);
    expect(repeatsFor(1e-3, { resolutionSeconds: 1e-4 }, sampling)).toBe(5);
    expect(repeatsFor(1e-3, { resolutionSeconds: 1e-3 }, sampling)).toBe(50);
  });
});
