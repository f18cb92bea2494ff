import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FinishedVisit } from '../src/measure/parent/progress.ts';
import { folderOfEach } from '../src/record/testdata/folder.ts';
import { Journal } from './journal.ts';

const folder = folderOfEach();
let path: string;
beforeEach(() => {
  path = join(folder(), 'nested', 'peers.jsonl');
});

const visit = (process: number): FinishedVisit => ({
  caseId: 'a',
  process,
  result: null,
  refusal: null,
  sentinel: null,
});
const IDENTITY = { cases: ['a'], seed: 1 };

describe('the journal of a comparison', () => {
  it('gives back finished visits to the same comparison, again and again', () => {
    const first = new Journal(path, IDENTITY, false);
    first.add(visit(0));
    first.add(visit(1));
    const second = new Journal(path, { seed: 1, cases: ['a'] }, true);
    expect(second.finished).toEqual([visit(0), visit(1)]);
    second.add(visit(2));
    expect(new Journal(path, IDENTITY, true).finished).toEqual([visit(0), visit(1), visit(2)]);
  });

  it('gives none to another comparison, nor to one that starts afresh', () => {
    new Journal(path, IDENTITY, false).add(visit(0));
    expect(new Journal(path, { ...IDENTITY, seed: 2 }, true).finished).toEqual([]);
    new Journal(path, IDENTITY, false).add(visit(0));
    expect(new Journal(path, IDENTITY, false).finished).toEqual([]);
  });

  it('survives a line that was cut short', () => {
    new Journal(path, IDENTITY, false).add(visit(0));
    appendFileSync(path, '{"caseId":"a","proc');
    const journal = new Journal(path, IDENTITY, true);
    journal.add(visit(1));
    expect(new Journal(path, IDENTITY, true).finished).toEqual([visit(0), visit(1)]);
  });

  it('is gone when the comparison is complete', () => {
    new Journal(path, IDENTITY, false).remove();
    expect(existsSync(path)).toBe(false);
    expect(new Journal(path, IDENTITY, true).finished).toEqual([]);
  });
});
