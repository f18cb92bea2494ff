import { describe, expect, it } from 'vitest';
import type { FinishedVisit } from './progress.ts';
import { testCase } from './testdata/scripted-experiment.ts';
import { type RowFacts, rowWarnings } from './warnings.ts';

const MB = 1e6;
const profile = { operands: 0, verify: 0, compile: 0, measuring: 0, kernels: 0 };

function warned(sets: number, bytesRead: number, cache: Partial<RowFacts['cache']> | null = {}, mode?: 'hot') {
  const result = { caseId: '', process: 0, sets, bytesPerSet: bytesRead, contenders: [], profile };
  const visits = [{ caseId: '', process: 0, refusal: null, sentinel: null, result } satisfies FinishedVisit];
  const item = { ...testCase('one'), operands: mode ?? ('cold' as const) };
  const [warning] = rowWarnings({
    outcome: { case: item, entry: null, visits, refusal: null },
    contenders: [],
    summary: { processes: 6 } as RowFacts['summary'],
    wanted: 6,
    ended: 'target',
    bytesRead,
    cache: cache && { bytes: 50 * MB, known: true, coldBytes: 100 * MB, maxSets: 16, ...cache },
  }).filter(({ code }) => code === 'not-cold');
  return warning?.message;
}

describe('not-cold', () => {
  it('is said of a row whose operand sets the cache can hold', () => {
    expect(warned(16, 2 * MB)).toBe(
      'launches read 32.0 MB in turn (16 operand sets), which the last-level cache of 50.0 MB holds: not memory bandwidth',
    );
    expect(warned(16, 3 * MB)).toMatch(/read 48\.0 MB/);
    expect(warned(16, 4 * MB)).toBeUndefined();
    expect(warned(1, 120 * MB)).toBeUndefined();
  });

  it('says that a cache is assumed, and what would help', () => {
    expect(warned(2, 2 * MB, { known: false })).toContain('the assumed last-level cache of 50.0 MB');
    expect(warned(2, 2 * MB, { coldBytes: 4 * MB })).toMatch(/; raise --cold-bytes$/);
    expect(warned(16, 2 * MB, { coldBytes: 4 * MB })).not.toContain('--cold-bytes');
  });

  it('counts what launches read: the experts that tokens are routed to, not all that lie in memory', () => {
    const result = warned(1, 33 * MB);
    expect(result).toContain('33.0 MB in turn (1 operand set)');
  });

  it('is not said of hot operands, nor of a device that plays a script', () => {
    expect(warned(1, 2 * MB, {}, 'hot')).toBeUndefined();
    expect(warned(16, 2 * MB, null)).toBeUndefined();
  });
});
