/** The command line as a user meets it: a process, its output and its exit code. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../record/journal/journal.node.ts';
import { round5 } from '../record/round.ts';
import { recordSchema } from '../record/schema.ts';
import { folderOfAll } from '../record/testdata/folder.ts';

const BIN = fileURLToPath(new URL('./bin.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TESTDATA = fileURLToPath(new URL('./testdata/', import.meta.url));

interface Finished {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

const dir = folderOfAll();

/** Not that of the npm script that runs the tests. */
const ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', npm_package_json: '', CI: '' };

/** Runs the command in an empty folder. */
function shapemark(...args: string[]): Promise<Finished> {
  return execute(process.execPath, ['--import', TSX, BIN, ...args]);
}

const sh = (command: string) => execute('sh', ['-c', command]);

function execute(file: string, args: string[], more: Record<string, string> = {}): Promise<Finished> {
  const env = { ...ENVIRONMENT, XDG_CONFIG_HOME: dir(), ...more };
  return new Promise((resolve) => {
    execFile(file, args, { cwd: dir(), env, maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ exit: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

/** The journal in a folder, once it has this many lines. */
async function appears(folder: string, lines: number): Promise<string> {
  for (;;) {
    const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('.ndjson')) : undefined;
    if (name && readFileSync(join(folder, name), 'utf8').split('\n').length > lines) return join(folder, name);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
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
    expect(err).toMatch(/^unknown option --proceses \(did you mean --processes\?\); see .* run --help\n$/);
    expect(readdirSync(dir())).not.toContain('results');
  });

  it('names file, line and column of a bad spec, writes nothing', async () => {
    writeFileSync(join(dir(), 'bad.yaml'), 'shapes:\n  - {m: 4, n: 12a, k: 8, from: made up}\n');
    const { exit, out, err } = await shapemark('run', 'bad.yaml');
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(/^bad\.yaml:2:\d+: shapes\[0\]\.n: .*"12a"\n$/);
    const asJson = await shapemark('run', 'bad.yaml', '--json');
    expect(asJson.exit).toBe(2);
    expect(JSON.parse(asJson.out)).toEqual({
      error: { code: 'bad-spec', message: expect.stringContaining('bad.yaml:2:'), file: 'bad.yaml', line: 2 },
    });
    expect(readdirSync(dir())).not.toContain('results');
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

  it('goes on after kill -9 without repeating or changing a visit', async () => {
    const results = join(dir(), 'killed');
    const args = [join(TESTDATA, 'tiny.yaml'), '--engine', 'scripted', '--scenario', join(TESTDATA, 'steady.yaml')];
    const run = ['run', ...args, '--processes', '200', '--results', results];
    const child = spawn(process.execPath, ['--import', TSX, BIN, ...run], { cwd: dir(), stdio: 'ignore' });
    const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const journal = await appears(join(results, 'scripted'), 30);
    child.kill('SIGKILL');
    expect(await gone).toBe('SIGKILL');
    const { header, entries } = readJournal(journal);
    const visits = entries.flatMap((entry) => (entry.type === 'visit' ? [entry.visit] : []));

    const { exit, out, err } = await shapemark(...run, '--resume', '--json');
    expect(err.startsWith(`resuming ${header.id}: ${visits.length} visits are done\nprogress: `)).toBe(true);
    expect(exit).toBe(0);
    const record = recordSchema.parse(JSON.parse(out));
    expect(record).toMatchObject({ id: header.id, startedAt: header.startedAt });
    expect(record.cases.map((row) => row.name)).toEqual(['small', 'row']);
    expect(record.processes.map((entry) => entry.index)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    for (const visit of visits) {
      const kept = record.cases.find((row) => row.id === visit.caseId)?.visits[visit.process];
      expect(kept?.samples).toEqual(visit.result?.contenders[0]?.samples.map(round5));
    }
    expect(existsSync(journal)).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'prints what there is on %s, and the command that goes on',
    async (signal) => {
      const results = join(dir(), signal);
      const args = [join(TESTDATA, 'tiny.yaml'), '--engine', 'scripted', '--scenario', join(TESTDATA, 'steady.yaml')];
      const run = ['run', ...args, '--processes', '5000', '--results', results];
      const child = spawn(process.execPath, ['--import', TSX, BIN, ...run], { cwd: dir(), env: ENVIRONMENT });
      let [out, err] = ['', ''];
      child.stdout.on('data', (text) => {
        out += text;
      });
      child.stderr.on('data', (text) => {
        err += text;
      });
      const exit = new Promise((resolve) => child.once('close', resolve));
      await appears(join(results, 'scripted'), 30);
      child.kill(signal);
      expect(await exit).toBe(130);
      expect(out).toMatch(/small +16×32×64 +f32 +naive +(1\.9|2\.0)\d ms/);
      expect(out).toContain('2 measured, 0 skipped, 0 failed; ended because the run was interrupted');
      const again = /interrupted; continue with: (.*) --resume\n$/.exec(err)?.[1] ?? '';
      if (signal !== 'SIGINT') return;
      const resumed = await sh(`${again.replace('--processes 5000', '--processes 1')} --resume`);
      expect(resumed).toMatchObject({ exit: 0, err: expect.stringMatching(/^resuming \S+: \d\d+ visits are done\n/) });
      expect(resumed.out).toContain('2 measured');
      expect(readdirSync(join(results, 'scripted')).filter((name) => name.includes('journal'))).toEqual([]);
    },
  );

  it('prints commands that work in a clone, as npm started it', async () => {
    const empty = ['check', '--results', 'none'];
    const environment = { npm_package_json: join(ROOT, 'package.json') };
    const { err } = await shapemark(...empty);
    expect(err).toMatch(/measure with: node --import \S+ \S+\/src\/cli\/bin\.ts run\n$/);
    const byNpm = await execute(process.execPath, ['--import', TSX, BIN, ...empty], environment);
    expect(byNpm.err).toMatch(/measure with: npm run -s shapemark -- run\n$/);
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
