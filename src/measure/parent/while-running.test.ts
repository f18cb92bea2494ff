import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whileRunning } from './while-running.ts';

/** Milliseconds during which the process did not run. */
let stopped = 0;
const after = whileRunning(() => (Date.now() + stopped) / 1e3);
const callback = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  callback.mockClear();
  stopped = 0;
});
afterEach(() => vi.useRealTimers());

it('calls back once, after so many seconds', () => {
  after(30.5, callback);
  vi.advanceTimersByTime(30_499);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(callback).toHaveBeenCalledTimes(1);
});

it('does not count time in which the process was stopped', () => {
  after(30, callback);
  vi.advanceTimersByTime(5_500);
  stopped = 3_600_000;
  vi.advanceTimersByTime(22_000);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3_000);
  expect(callback).toHaveBeenCalledTimes(1);
});

it('can be cancelled at any time', () => {
  const cancel = after(3, callback);
  vi.advanceTimersByTime(2_500);
  cancel();
  vi.advanceTimersByTime(10_000);
  expect(callback).not.toHaveBeenCalled();
});
