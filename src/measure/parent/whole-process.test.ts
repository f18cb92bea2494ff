import { describe, expect, it } from 'vitest';
import type { FinishedProcess } from '../../record/journal/journal.ts';
import type { FinishedVisit } from './progress.ts';
import { begun, wholeProcesses } from './whole-process.ts';

const TIMER: FinishedProcess['timer'] = {
  ...{ kind: 'gpu', resolutionSeconds: 1e-9, quantized: false, proven: true },
  ...{ wallResolutionSeconds: 1e-6, gpuOverWall: 1 },
};
const reading = (atSeconds: number) => ({ atSeconds, aluSeconds: 1, copySeconds: 1 });

function part(index: number, startSeconds: number, seconds: number, deaths: string[] = []): FinishedProcess {
  return {
    ...{ index, startSeconds, seconds, deaths, orderSeed: 7 + index },
    openSeconds: 1,
    sentinel: [reading(1)],
    timer: TIMER,
  };
}

function visit(process: number, seconds: number): FinishedVisit {
  const profile = { operands: 0, compile: 0, verify: 0, measuring: seconds, kernels: 0 };
  const result = { ...{ caseId: 'a', process, sets: 1, bytesPerSet: 1, contenders: [] }, profile };
  return { ...{ caseId: 'a', process, result }, refusal: null, sentinel: null };
}

describe('the processes of a run', () => {
  it('are what they ended as, in order, each once', () => {
    const [one, other] = [part(0, 0, 5), part(1, 5, 6)];
    expect(wholeProcesses([begun(one), one, begun(other), other], [])).toEqual([one, other]);
  });

  it('are the sum of their parts where they were interrupted and resumed', () => {
    const [first, second] = [part(3, 40, 5, ['interrupted']), part(3, 900, 7)];
    expect(wholeProcesses([begun(first), first, begun(second), second], [])).toEqual([
      { ...first, seconds: 12, openSeconds: 2, sentinel: [reading(1), reading(1)] },
    ]);
  });

  it('last as long as their visits where they were killed', () => {
    const killed = begun(part(2, 10, 0));
    expect(wholeProcesses([killed], [visit(2, 3), visit(2, 4), visit(1, 100)])).toEqual([
      { ...killed, seconds: 7, deaths: ['killed'] },
    ]);
  });
});
