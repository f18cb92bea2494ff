import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderOfEach } from '../../record/testdata/folder.ts';
import { attribute } from './attribute.ts';
import { appendVerdicts, logFile, readLog } from './log.node.ts';
import { standing, standingKey } from './log.ts';
import { MACHINES, type SyntheticRun, syntheticRuns } from './testdata/synthetic.ts';
import { Track } from './track.ts';

const [MACHINE] = MACHINES;
const { machine, unit } = MACHINE as { machine: string; unit: string };
const RUNS = [
  ...syntheticRuns({
    seed: 4,
    commits: 80,
    cases: 8,
    machines: MACHINES.slice(0, 1),
    missing: 0,
    events: [{ at: 50, factor: 1.2, cases: (index) => index === 2 }],
  }),
];

function judge(runs: readonly SyntheticRun[]) {
  const track = new Track(machine, unit);
  for (const { facts, rows } of runs) track.add(facts, rows);
  return [attribute(track)];
}

const folder = folderOfEach();
beforeEach(() => {
  mkdirSync(join(folder(), machine));
});

describe('the verdict log', () => {
  it('holds suspicion and confirmation, each said by the run that knew it', () => {
    const appended = appendVerdicts(folder(), machine, judge(RUNS));
    expect(appended).toEqual({ file: logFile(folder(), machine), findings: readLog(folder(), machine).lines.length });
    const about = readLog(folder(), machine).lines.filter(({ series, ratio }) => series === 'series-2' && ratio > 1.1);
    const index = (id: string) => RUNS.findIndex(({ facts }) => facts.id === id);
    expect(about.map(({ kind, run, saidBy }) => [kind, index(run), index(saidBy)])).toEqual([
      ['suspected', 50, 51],
      ['confirmed', 50, 54],
    ]);
  });

  it('is the same whether runs are judged together or one at a time', () => {
    for (let count = 1; count <= RUNS.length; count++) appendVerdicts(folder(), machine, judge(RUNS.slice(0, count)));
    const oneByOne = readLog(folder(), machine).lines;
    rmSync(logFile(folder(), machine));
    appendVerdicts(folder(), machine, judge(RUNS));
    expect(oneByOne).toEqual(readLog(folder(), machine).lines);
    expect(oneByOne.length).toBeGreaterThan(1);
  });

  it('does not change when the same runs are judged again', () => {
    appendVerdicts(folder(), machine, judge(RUNS));
    const before = readFileSync(logFile(folder(), machine), 'utf8');
    expect(appendVerdicts(folder(), machine, judge(RUNS))).toBeNull();
    expect(readFileSync(logFile(folder(), machine), 'utf8')).toBe(before);
  });

  it('keeps what it said when a record arrives late', () => {
    appendVerdicts(folder(), machine, judge(RUNS.filter((_, i) => i !== 49)));
    const before = readLog(folder(), machine).lines;
    appendVerdicts(folder(), machine, judge(RUNS));
    expect(readLog(folder(), machine).lines).toEqual(before);
  });

  it('survives a line that was cut off, and names one that is damaged', () => {
    appendVerdicts(folder(), machine, judge(RUNS.slice(0, 60)));
    const before = readLog(folder(), machine).lines;
    appendFileSync(logFile(folder(), machine), '{"schema":"shapemark-verd');
    expect(readLog(folder(), machine).lines).toEqual(before);
    appendFileSync(logFile(folder(), machine), '\n');
    const line = readFileSync(logFile(folder(), machine), 'utf8').split('\n').length - 1;
    expect(() => readLog(folder(), machine)).toThrow(`verdicts.jsonl:${line}: `);
  });

  it('goes on after a line that was cut off', () => {
    appendVerdicts(folder(), machine, judge(RUNS.slice(0, 52)));
    appendFileSync(logFile(folder(), machine), '{"schema":"shapemark-verd');
    appendVerdicts(folder(), machine, judge(RUNS));
    const state = standing(readLog(folder(), machine).lines);
    expect(state.get(standingKey({ unit, series: 'series-2' }))?.kind).toBe('confirmed');
  });
});
