/** The command line as a user meets it: a process, its output and its exit code. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('./bin.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const TESTDATA = fileURLToPath(new URL('./testdata/', import.meta.url));

interface Finished {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shapemark-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs the command in an empty folder. */
function shapemark(...args: string[]): Promise<Finished> {
  const env = { ...process.env, XDG_CONFIG_HOME: dir, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', TSX, BIN, ...args], { cwd: dir, env }, (error, out, err) => {
      resolve({ exit: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('shapemark', { timeout: 60_000 }, () => {
  it('explains itself', async () => {
    const { exit, out, err } = await shapemark('--help');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    for (const verb of ['run', 'list', 'report', 'validate', 'doctor', 'schema'])
      expect(out).toContain(`shapemark ${verb}`);
  });

  it('refuses an unknown verb with a suggestion, and prints nothing else', async () => {
    expect(await shapemark('rnu', 'quick')).toEqual({
      exit: 2,
      out: '',
      err: 'unknown verb "rnu"; did you mean "run"?\n',
    });
  });

  it('refuses an unknown option before doing anything', async () => {
    const { exit, out, err } = await shapemark('run', 'quick', '--proceses', '3');
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toBe('Unknown argument: proceses; see shapemark --help\n');
    expect(readdirSync(dir)).not.toContain('results');
  });

  it('names file, line and column of a bad spec, writes nothing', async () => {
    writeFileSync(join(dir, 'bad.yaml'), 'shapes:\n  - {m: 4, n: 12a, k: 8, from: made up}\n');
    const { exit, out, err } = await shapemark('run', 'bad.yaml');
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(/^bad\.yaml:2:\d+: shapes\[0\]\.n: .*"12a"\n$/);
    const asJson = await shapemark('run', 'bad.yaml', '--json');
    expect(asJson.exit).toBe(2);
    expect(JSON.parse(asJson.out)).toEqual({
      error: { code: 'bad-spec', message: expect.stringContaining('bad.yaml:2:'), file: 'bad.yaml', line: 2 },
    });
    expect(readdirSync(dir)).not.toContain('results');
  });

  it('says what machine this is, or what to install', async () => {
    const { exit, out, err } = await shapemark('doctor', '--json');
    expect([0, 3]).toContain(exit);
    expect(err).toBe('');
    const document: unknown = JSON.parse(out);
    if (exit === 3) expect(document).toMatchObject({ error: { code: 'no-adapter' } });
    else
      expect(document).toMatchObject({
        machine: expect.any(String),
        timer: { proven: true },
        tried: expect.any(Array),
      });
  });

  it('exits with 3 and the list of what was tried when no adapter has the name', async () => {
    const { exit, out, err } = await shapemark('doctor', '--adapter', 'voodoo2');
    expect({ exit, out }).toEqual({ exit: 3, out: '' });
    expect(err).toContain('no WebGPU adapter for --adapter voodoo2; tried\n');
  });

  it('prints one JSON document for a list', async () => {
    const { exit, out, err } = await shapemark('list', join(TESTDATA, 'tiny.yaml'), '--json', '--filter', 'row');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(JSON.parse(out)).toMatchInlineSnapshot(`
      {
        "cases": [
          {
            "arithmeticIntensity": 3.1475409836065573,
            "bias": false,
            "bytes": 3904,
            "count": 1,
            "distribution": "normal",
            "flop": 12288,
            "format": {
              "a": "f32",
              "acc": "f32",
              "out": "f32",
              "w": "mxfp4",
            },
            "from": "made up",
            "id": "tiny/shape/row/m=1/n=64/k=96/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32/kernel=naive",
            "kernel": "naive",
            "layout": "nt",
            "name": "row",
            "operands": "cold",
            "phase": "shape",
            "scale": {
              "block": 32,
              "format": "e8m0",
              "rule": "rceil",
              "ties": "even",
            },
            "series": "c903739196cdc758",
            "shape": {
              "batch": 1,
              "k": 96,
              "m": 1,
              "n": 64,
            },
            "suite": "tiny",
          },
        ],
        "skips": [],
        "totals": [],
      }
    `);
  });
});
