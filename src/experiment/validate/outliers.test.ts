import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../stats/random.ts';
import { outlierFindings } from './outliers.ts';
import { type Draft, first, forged, measured } from './testdata/forger.ts';
import { SOUND } from './testdata/sound.ts';

const random = seededRandom(2);
const other = (scatter: number, change: (draft: Draft) => void = () => undefined) =>
  forged((draft) => {
    for (const row of measured(draft)) row.summary.medianSeconds *= 1.3 * (1 + scatter * gaussian(random));
    change(draft);
  });
const faster = (draft: Draft) => {
  first(draft).summary.medianSeconds /= 1.5;
};
const reasons = (record: typeof SOUND) => [...outlierFindings(record, SOUND)].map(({ reason }) => reason);

describe('a kernel that alone is faster than before', () => {
  it('is asked about on a quiet machine', () => {
    expect(reasons(other(0.02, faster))).toEqual([expect.stringMatching(/is 1\.[45]\d* times as fast as in 2026/)]);
  });

  it('is noise on a busy one, and may be due to a driver', () => {
    expect(reasons(other(0.3, faster))).toEqual([]);
    const updated = other(0.02, (draft) => {
      faster(draft);
      draft.environment.adapter.driver = 'llvmpipe: Mesa 26.0.0';
    });
    expect(reasons(updated)).toEqual([]);
  });

  it('is no machine that is faster as a whole', () => {
    expect(reasons(other(0.02))).toEqual([]);
  });
});
