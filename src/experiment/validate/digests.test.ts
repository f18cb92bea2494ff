import { describe, expect, it } from 'vitest';
import { digest } from '../../gemm/digest.ts';
import { verifySchema } from '../../record/row.ts';
import { type Draft, first, forged, measured } from './testdata/forger.ts';
import { drawAnew, expectFound, vet } from './testdata/forgery.ts';

type Change = (draft: Draft) => void;

/** The sound record with digests. */
function withDigests(digestOf: (id: string) => string | null, change: Change = () => {}) {
  return forged((draft) => {
    for (const row of measured(draft)) row.verify.digest = digestOf(row.id);
    change(draft);
  });
}

const right = (id: string) => digest(id).slice(0, 16);
const wrong = (id: string) => digest(`${id}.`).slice(0, 16);
const OTHER = '20261123T151325Z-97bae60f';

/** Vets it beside another run of an equal device, which took other times. */
function beside(digestOf: (id: string) => string | null, change: Change = () => {}) {
  const other = withDigests(digestOf, (draft) => {
    draft.id = OTHER;
    drawAnew(draft);
    change(draft);
  });
  return vet(withDigests(right), { others: [other] });
}

describe('the digest of C', () => {
  it('is the same on an equal device, and asked about where it is not', () => {
    expect(beside(right).verdict).toBe('accept');
    expectFound(
      beside(wrong),
      new RegExp(`^C of (\\d+) of \\1 cases is not bit by bit that of ${OTHER}.*; the first is `),
    );
  });

  it.each<[string, Change]>([
    [
      'driver',
      (draft) => {
        draft.environment.adapter.driver = 'another';
      },
    ],
    [
      'commit',
      (draft) => {
        if (draft.commit) draft.commit.sha = '0'.repeat(40);
      },
    ],
    [
      'seed',
      (draft) => {
        for (const row of measured(draft)) row.seed += 1;
      },
    ],
    [
      'kernel',
      (draft) => {
        for (const { kernel } of measured(draft)) kernel.hash = 'f'.repeat(16);
      },
    ],
  ])('may differ with another %s', (_, change) => {
    expect(beside(wrong, change).verdict).toBe('accept');
  });

  it('is missing only where no run of the commit has one', () => {
    const without = (draft: Draft) => {
      for (const row of measured(draft)) delete row.verify.digest;
    };
    expect(vet(withDigests(right, without)).verdict).toBe('accept');
    const other = withDigests(right, (draft) => {
      draft.id = OTHER;
      drawAnew(draft);
    });
    expectFound(vet(withDigests(right, without), { others: [other] }), /cases have no digest of C, which .* has/);
  });

  it('is not that of another problem', () => {
    const ofFirst = (id: string) => right(id.includes('m=1/') ? 'x' : id);
    expectFound(vet(withDigests(ofFirst)), /C is bit by bit that of/);
  });

  it('that differed between processes is asked about by itself', () => {
    expectFound(vet(withDigests(() => null)), /C differed from process to process/);
  });

  it('is 16 hexadecimal digits', () => {
    const { verify } = first(withDigests(right) as Draft);
    expect(verifySchema.safeParse(verify).success).toBe(true);
    expect(verifySchema.safeParse({ ...verify, digest: 'F'.repeat(16) }).success).toBe(false);
  });
});
