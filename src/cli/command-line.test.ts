import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted } from '../experiment/shell.ts';
import { asStartedHere, commandLine, flagsUnlike, knowVerbs, programOf } from './command-line.ts';
import { VERBS } from './verbs.ts';

describe('the program as it was started', () => {
  const start = { flags: [], cwd: '/home/me/work', environment: {} };

  it.each([
    [
      'npm run in a clone',
      { script: '/src/shapemark/src/cli/bin.ts', cwd: '/src/shapemark' },
      'npm run -s shapemark --',
    ],
    [
      'npm --prefix of a clone',
      { script: '/src/shapemark/src/cli/bin.ts', environment: { npm_package_json: '/src/shapemark/package.json' } },
      'npm run -s shapemark --',
    ],
    [
      'the source from elsewhere',
      { script: '/src/shapemark/src/cli/bin.ts', flags: ['--import', 'file:///src/my tsx.mjs'] },
      `node --import 'file:///src/my tsx.mjs' /src/shapemark/src/cli/bin.ts`,
    ],
    ['an action in CI', { script: '/actions/shapemark/src/cli/bin.ts', environment: { CI: 'true' } }, 'shapemark'],
    ['the command of a global install', { script: '/usr/bin/shapemark' }, 'shapemark'],
    ['npx', { script: '/home/me/work/node_modules/.bin/shapemark' }, 'npx shapemark'],
    ['npx on Windows', { script: 'C:\\work\\node_modules\\.bin\\shapemark' }, 'npx shapemark'],
    [
      'the file of an installed package',
      { script: '/home/me/work/node_modules/shapemark/dist/cli/bin.js' },
      'npx shapemark',
    ],
    ['a build', { script: '/home/me/work/dist/cli/bin.js' }, 'node dist/cli/bin.js'],
    ['a test runner', { script: '/home/me/work/node_modules/vitest/vitest.mjs' }, 'shapemark'],
  ])('by %s', (_, how, program) => {
    expect(programOf({ ...start, ...how })).toBe(program);
  });

  it('by the launcher of the portable archive', () => {
    const dir = mkdtempSync(join(tmpdir(), 'shapemark-'));
    try {
      mkdirSync(join(dir, 'shapemark-1', 'dist', 'cli'), { recursive: true });
      for (const file of ['shapemark', 'node']) writeFileSync(join(dir, 'shapemark-1', file), '');
      const script = join(dir, 'shapemark-1', 'dist', 'cli', 'bin.js');
      expect(programOf({ ...start, script, cwd: dir })).toBe('shapemark-1/shapemark');
      expect(programOf({ ...start, script, cwd: join(dir, 'shapemark-1') })).toBe('./shapemark');
      expect(programOf({ ...start, script })).toBe(join(dir, 'shapemark-1', 'shapemark'));
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('is named in every command of a text, and nowhere else', () => {
    knowVerbs(VERBS);
    const text =
      'see shapemark run --help; `shapemark list` of results/shapemark runs; shapemark 0.1, my-shapemark run';
    expect(asStartedHere(text, 'npx shapemark')).toBe(
      'see npx shapemark run --help; `npx shapemark list` of results/shapemark runs; shapemark 0.1, my-shapemark run',
    );
  });
});

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
