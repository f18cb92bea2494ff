import { describe, expect, it } from 'vitest';
import { atlasOf, MADE, measured, placeOf, rowsIn } from '../testdata/places.ts';
import { comparePage } from './compare.ts';

/** A problem that two suites have, twice as fast on the other machine, and one that is eight times as fast. */
const rows = (speed: number) => [
  measured({ suite: 'quick', name: 'q', w: 'mxfp4', seconds: 1 / speed }),
  measured({ suite: 'gate', name: 'one-row', w: 'mxfp4', seconds: 1 / speed }),
  measured({ suite: 'moe', tokens: 1, w: 'mxfp4', seconds: 1 / speed ** 3 }),
  measured({ suite: 'moe', tokens: 16, w: 'mxfp4', seconds: 1 }),
];
const page = comparePage(atlasOf([placeOf('One GPU', rows(1)), placeOf('Two GPU', rows(2))]), MADE);

describe('all machines beside one', () => {
  it('count a problem of two suites once, one token as one row, and more tokens as more', () => {
    expect(rowsIn(page, 'Rates relative to One GPU')).toEqual([
      ['One GPUVulkan · Linux', '1.00×', '1.00×'],
      ['Two GPUVulkan · Linux', '4.00×', '1.00×'],
    ]);
  });

  it('stand above the list of cases', () => {
    expect(page.indexOf('All machines beside one')).toBeLessThan(page.indexOf('id="result"'));
    expect(page.indexOf('id="summary"')).toBeLessThan(page.indexOf('All machines beside one'));
  });
});
