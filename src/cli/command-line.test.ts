import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, quoted } from './command-line.ts';

describe('a command to paste', () => {
  it('leaves out what was not given, and quotes only what needs it', () => {
    const flags = [
      ['filter', "m<=16,it's"],
      ['seed', 3],
      ['adapter', undefined],
    ] as const;
    expect(commandLine('run', ['quick', undefined], flags)).toBe(
      `shapemark run quick --filter 'm<=16,it'\\''s' --seed 3`,
    );
  });

  it('reaches a program as it was', () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 1,
          unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '!', '*', '~', '\n', '/'),
        }),
        (text) => {
          expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
        },
      ),
      { numRuns: 40 },
    );
  });
});
