import { expect, it } from 'vitest';
import { digestOf } from './to-record.ts';

it('the digest of C is that of all visits, null where they disagree, and absent where none worked it out', () => {
  expect(digestOf([{ digest: 'a' }, {}, { digest: 'a' }])).toEqual({ digest: 'a' });
  expect(digestOf([{ digest: 'a' }, { digest: 'b' }])).toEqual({ digest: null });
  expect(digestOf([{}, {}])).toEqual({});
});
