import { describe, expect, it } from 'vitest';
import { readColdBytes } from './cold-bytes.ts';
import { UsageError } from './exit.ts';

describe('--cold-bytes', () => {
  it.each([
    ['512MiB', 512 * 2 ** 20],
    ['1GiB', 2 ** 30],
    ['1.5 gib', 1.5 * 2 ** 30],
    ['64kb', 64_000],
    ['268435456', 268_435_456],
    ['1', 1],
    [undefined, undefined],
  ])('%s is %s bytes', (text, bytes) => {
    expect(readColdBytes(text)).toBe(bytes);
  });

  it.each(['', '0', '-1', '512 MiBs', 'lots', '1e9', '0x10', '.5GiB', '2000GiB', '1MiB2', 'NaN'])(
    'refuses "%s"',
    (text) => {
      expect(() => readColdBytes(text)).toThrow(UsageError);
      expect(() => readColdBytes(text)).toThrow(`--cold-bytes ${text}: expected a size such as 512MiB`);
    },
  );
});
