import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, flagsUnlike, quoted } from './command-line.ts';

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

  it('repeats a flag for each of a list, and says no where that is what was asked', () => {
    const flags = [
      ['filter', ['m=1', 'm=2']],
      ['tuning', false],
      ['resume', true],
    ] as const;
    expect(commandLine('run', [], flags)).toBe('shapemark run --filter m=1 --filter m=2 --no-tuning --resume');
  });

  it('gives only what is not as usual', () => {
    const options = { seed: 1, adapter: 'software', scenario: undefined, tuning: false, json: true };
    const usual = { adapter: 'auto', scenario: undefined, seed: 1, tuning: true };
    expect(commandLine('run', [], flagsUnlike(options, usual))).toBe('shapemark run --adapter software --no-tuning');
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
