import { describe, expect, it } from 'vitest';
import { isOneRow, rowsOf } from './one-row.ts';
import { measured } from './testdata/places.ts';

describe('rows', () => {
  it('are tokens where experts share them out, and those of A otherwise', () => {
    expect([measured({}), measured({ m: 512 }), measured({ tokens: 1 }), measured({ tokens: 16 })].map(rowsOf)).toEqual(
      [...[1, 512, 1, 16]],
    );
    expect([measured({ tokens: 1 }), measured({ tokens: 16 })].map(isOneRow)).toEqual([true, false]);
  });
});
