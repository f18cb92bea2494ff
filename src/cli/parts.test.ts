import { describe, expect, it, vi } from 'vitest';
import { ScriptedDevice } from '../engine/scripted/device.ts';
import { parseScenario } from '../engine/scripted/scenario.ts';
import { scriptedFacts } from '../engine/scripted/session.ts';
import { VirtualClock } from '../engine/virtual-clock.ts';
import { NothingToDo, UsageError } from '../experiment/errors.ts';
import { interruption } from '../experiment/session/interruption.ts';
import { progressLine, remaining } from '../experiment/session/progress.ts';
import type { Progress } from '../measure/parent/progress.ts';
import { PLAIN } from '../report/style.ts';
import { EXIT, failureOf, worst } from './exit.ts';
import { styleFor } from './style.ts';

const DEVICE = new ScriptedDevice(parseScenario('cost: [{seconds: 1}]', 'scenario.yaml'), new VirtualClock());

describe('exit codes', () => {
  it('put wrong use before broken before regression before nothing', () => {
    expect(worst([])).toBe(EXIT.fine);
    expect(worst([3, 1])).toBe(EXIT.regression);
    expect(worst([3, 1, 4])).toBe(EXIT.broken);
    expect(worst([3, 4, 2, 1])).toBe(EXIT.usage);
    expect(worst([2, 130])).toBe(EXIT.interrupted);
  });

  it('give an unforeseen error code 4', () => {
    expect(failureOf(new TypeError('oops'))).toMatchObject({ code: 'internal', exit: 4 });
    expect(failureOf(new UsageError('no'))).toEqual({ code: 'usage', exit: 2, message: 'no' });
    expect(failureOf(new NothingToDo('empty')).exit).toBe(3);
  });
});

describe('progress', () => {
  const visit = (done: number): Progress => ({
    type: 'visit',
    done,
    planned: 4,
    caseId: `quick/decode/case-${done}`,
    process: 0,
  });

  it('is a plain line a process where stderr is no terminal, and one a minute in a long one', () => {
    let [written, now] = ['', 100];
    const lines = progressLine({ err: (text) => (written += text), columns: null }, () => now);
    const process = (index: number, advance: { done: number; planned: number; secondsLeft?: number }): Progress => ({
      ...{ type: 'process', index, most: 4, visits: 2 },
      ...advance,
    });
    lines.update(process(0, { done: 0, planned: 4 }));
    lines.update({ type: 'opened', facts: scriptedFacts(DEVICE), tried: [] });
    now += 61;
    lines.update(visit(1));
    now += 1;
    lines.update(visit(2));
    lines.update(process(1, { done: 2, planned: 4 }));
    lines.update(process(1, { done: 2, planned: 4, secondsLeft: 70 }));
    lines.update({ type: 'look', processes: 2, unsettled: 1 });
    lines.clear();
    expect(written.split('\n')).toEqual([
      'progress: process 1 of at most 4: 0 of 4 visits done, 0:00 elapsed',
      'progress: measuring on scripted device',
      'progress: process 1 of at most 4: 1 of 4 visits done, 1:01 elapsed, 3:03 to 7:07 left',
      'progress: process 2 of at most 4: 2 of 4 visits done, 1:02 elapsed, 1:02 to 3:06 left',
      'progress: process 2 of at most 4: 2 of 4 visits done, 1:02 elapsed, 1:02 to 1:10 left',
      '',
    ]);
  });

  it('rewrites one line with the time that is left, cut to the terminal', () => {
    const written: string[] = [];
    let now = 100;
    const line = progressLine({ err: (text) => void written.push(text), columns: 40 }, () => now);
    now = 130;
    line.update(visit(1));
    line.clear();
    expect(written).toEqual(['\r\u001b[2K25 % 1/4 1:30 left quick/decode/case-1', '\r\u001b[2K']);
    line.update({ ...visit(1), caseId: 'x'.repeat(60) } as Progress);
    expect(written[2]).toHaveLength('\r\u001b[2K'.length + 39);
    expect(remaining(3599.6)).toBe('60:00 left');
  });
});

describe('an interruption', () => {
  it('aborts once, and ends everything when repeated', () => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const { signal, release } = interruption();
    try {
      process.emit('SIGINT');
      expect([signal.aborted, exit.mock.calls]).toEqual([true, []]);
      process.emit('SIGTERM');
      expect(exit.mock.calls).toEqual([[EXIT.interrupted]]);
    } finally {
      release();
      exit.mockRestore();
    }
    expect(process.listeners('SIGHUP')).toEqual([]);
  });
});

describe('colours', () => {
  it('follow NO_COLOR, then FORCE_COLOR, then the terminal', () => {
    const coloured = (environment: Record<string, string>, terminal: boolean) =>
      styleFor(environment, terminal) !== PLAIN;
    expect(coloured({}, true)).toBe(true);
    expect(coloured({}, false)).toBe(false);
    expect(coloured({ TERM: 'dumb' }, true)).toBe(false);
    expect(coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(coloured({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(styleFor({ FORCE_COLOR: '1' }, false).bad('x')).toBe('\u001b[31mx\u001b[39m');
  });
});
