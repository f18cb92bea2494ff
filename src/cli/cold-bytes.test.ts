import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../experiment/errors.ts';
import { recordSchema } from '../record/schema.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { readColdBytes } from './cold-bytes.ts';
import { inProcess, UNIT } from './testdata/in-process.ts';

const testdata = (name: string) => fileURLToPath(new URL(`./testdata/${name}`, import.meta.url));
const SCRIPTED = ['--engine', 'scripted', '--scenario', testdata('steady.yaml')];

const dir = folderOfEach();

/** @param onProgress called with every turn of the progress line */
async function shapemark(args: readonly string[], onProgress?: () => void) {
  return inProcess(args, { cwd: dir(), environment: UNIT, onProgress });
}

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

describe('commands with cold operands', () => {
  const tiny = testdata('tiny.yaml');
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['run', ['run', tiny]],
    ['compare', ['compare', '.', '.', '--suite', tiny]],
    ['calibrate', ['calibrate', tiny]],
    ['tune', ['tune', tiny]],
    ['search', ['search', '--hidden', '64', '--distance', '8']],
  ];

  it.each(commands)('%s refuses a size that is none, before anything else', async (_, args) => {
    const { exit, err } = await shapemark([...args, ...SCRIPTED, '--cold-bytes', '12 elephants']);
    expect(exit).toBe(2);
    expect(err).toMatch(/--cold-bytes 12 elephants: expected a size such as 512MiB/);
  });

  it('refuses it twice', async () => {
    const { exit, err } = await shapemark(['run', tiny, ...SCRIPTED, '--cold-bytes', '1MiB', '--cold-bytes', '2MiB']);
    expect({ exit, err }).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--cold-bytes is given more than once'),
    });
  });

  it('run rotates through as many operand sets as exceed it, and the record says so', async () => {
    const sets = async (...more: string[]) => {
      const { exit, out } = await shapemark(['run', tiny, ...SCRIPTED, '--json', '--processes', '3', ...more]);
      expect(exit).toBe(0);
      const { settings, cases } = recordSchema.parse(JSON.parse(out));
      return { settings, sets: cases.map(({ operands }) => operands.sets) };
    };
    const [usual, few] = [await sets(), await sets('--cold-bytes', '20KiB')];
    expect(usual).toMatchObject({ settings: { coldBytes: 2 ** 28, maxSets: 16, probes: 2 }, sets: [16, 16] });
    expect(few.settings.coldBytes).toBe(20_480);
    expect(few.sets.every((count) => count !== undefined && count < 16)).toBe(true);
    const hot = await sets('--cold-bytes', '20KiB', '--operands', 'hot');
    expect(hot.sets).toEqual([1, 1]);
  });

  it('go on with the same size after an interruption', async () => {
    const asked = ['run', tiny, ...SCRIPTED, '--cold-bytes', '1MiB'];
    let turns = 0;
    const interrupted = await shapemark(asked, () => {
      turns++;
      if (turns === 5) process.emit('SIGINT');
    });
    expect(interrupted.exit).toBe(130);
    expect(interrupted.err + interrupted.out).toContain('--cold-bytes 1048576');
    const [machine = ''] = readdirSync(join(dir(), 'results'));
    const journal = readdirSync(join(dir(), 'results', machine)).find((name) => name.endsWith('.journal.ndjson'));
    expect(readFileSync(join(dir(), 'results', machine, journal ?? ''), 'utf8')).toContain('"coldBytes":1048576');
    const other = await shapemark([...asked.slice(0, -1), '2MiB', '--resume']);
    expect(other.err).toContain('nothing to resume');
  });
});
