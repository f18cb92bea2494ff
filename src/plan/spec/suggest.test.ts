import { describe, expect, it } from 'vitest';
import { closest, remedy } from './suggest.ts';

const VERBS = ['run', 'list', 'compare', 'check', 'calibrate', 'search', 'explain', 'report'];

describe('a mistyped name', () => {
  it.each([
    ['rnu', 'run'],
    ['lsit', 'list'],
    ['LIST', 'list'],
    ['comp', 'compare'],
    ['chekc', 'check'],
    ['calibate', 'calibrate'],
    ['xplain', 'explain'],
    ['reports', 'report'],
  ])('%s was meant to be %s', (typed, meant) => {
    expect(closest(typed, VERBS)).toBe(meant);
  });

  it.each(['xyz', 'nuker', 'to', 'measurements'])('%s is near none of them', (typed) => {
    expect(closest(typed, VERBS)).toBeUndefined();
    expect(remedy(typed, VERBS)).toBe(`known: ${VERBS.join(', ')}`);
  });
});
