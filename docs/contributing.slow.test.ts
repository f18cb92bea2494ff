/** Follows CONTRIBUTING.md step by step in a fresh clone: a kernel, a shape and a record. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../src/record/testdata/git.ts';
import { commandsIn } from './documented.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const LONG = { timeout: 300_000 };

let clone = '';
const within = (path: string) => join(clone, path);

const git = (...args: string[]) => gitIn(clone, ...args);

/** The one command of the guide that begins so. */
function documented(beginning: string): string {
  const texts = commandsIn(GUIDE, 'CONTRIBUTING.md').map(({ text }) => text);
  const [command, ...others] = [...new Set(texts.filter((text) => text.startsWith(beginning)))];
  if (command === undefined || others.length > 0)
    throw new Error(`CONTRIBUTING.md has ${others.length + 1} commands that begin with \`${beginning}\``);
  return command;
}

interface Outcome {
  readonly exit: number | null;
  readonly output: string;
}

function run(command: string): Outcome {
  const env = { ...process.env, SHAPEMARK_UNIT: '0123456789abcdef', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: clone, env, encoding: 'utf8' });
  return { exit: status, output: stdout + stderr };
}

/** Runs a documented command in the clone; `more` is what the test adds to it. */
const follow = (beginning: string, more = '') => run(`${documented(beginning)} ${more}`);

function expectFine({ exit, output }: Outcome): string {
  expect(exit, output).toBe(0);
  return output;
}

beforeAll(() => {
  clone = join(mkdtempSync(join(tmpdir(), 'shapemark-clone-')), 'shapemark');
  execFileSync('git', ['clone', '-q', ROOT, clone]);
  git('checkout', '-q', '-B', 'main');
  // What is not committed yet is tried as well.
  const changed = git('-C', ROOT, 'ls-files', '--modified', '--others', '--exclude-standard').split('\n');
  for (const file of changed.filter((path) => path !== '' && existsSync(join(ROOT, path))))
    cpSync(join(ROOT, file), within(file));
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'working tree');
  symlinkSync(join(ROOT, 'node_modules'), within('node_modules'));
  writeFileSync(within('scenario.yaml'), 'cost: [{flopPerSecond: 1e12}]\n');
  git('checkout', '-q', '-b', 'mine');
}, 60_000);
afterAll(() => rmSync(join(clone, '..'), { recursive: true, force: true }));

describe('a kernel', () => {
  const [, entry = ''] = /^ *```ts\n(.*?)^ *```$/ms.exec(GUIDE) ?? [];
  const [, table = ''] = /`(evals\/faults\/\w+\.ts)`/.exec(GUIDE) ?? [];

  beforeAll(() => {
    // Another name for the shortest example; what only one kernel may claim stays with that one.
    const text = readFileSync(within('kernels/naive.wgsl'), 'utf8');
    const own = text.replace(/^\/\/ name: naive$/m, '// name: my-tile').replace(/^\/\/ vouches:.*\n/m, '');
    expect(own).not.toBe(text);
    writeFileSync(within('kernels/my-tile.wgsl'), own);
  });

  it('is refused without an entry in the fault table', LONG, () => {
    const { exit, output } = run("npx vitest run evals/faults -t 'fault table'");
    expect(exit).toBe(1);
    expect(output).toContain('my-tile');
  });

  it('passes with the entry that the guide shows, and is broken in each of its ways', LONG, () => {
    const text = readFileSync(within(table), 'utf8');
    const withEntry = text.replace(
      /^(export const \w+_FAULTS\b.*\{)$/m,
      `$1\n${entry.replace(/^ {3}/gm, '  ').trimEnd()}`,
    );
    expect(withEntry).not.toBe(text);
    writeFileSync(within(table), withEntry);
    expectFine(run(`npx biome check ${table}`));
    const output = expectFine(follow('npx vitest run src/kernel evals/faults', '--reporter=verbose'));
    for (const [, name = ''] of entry.matchAll(/\bname: '([^']+)'/g))
      expect(output).toMatch(new RegExp(`✓.*my-tile > is caught with: '${name}'`));
  });

  it('is on the list of kernels after the step that says so', LONG, () => {
    const test = 'npx vitest run docs/pages.test.ts';
    expect(run(test).exit).toBe(1);
    expectFine(follow('npm run docs'));
    expect(readFileSync(within('docs/kernels.md'), 'utf8')).toContain('my-tile');
    expectFine(run(test));
  });

  it('is compared with main, which does not have it', LONG, () => {
    const { exit, output } = follow('npm run -s shapemark -- compare', '--engine scripted --scenario scenario.yaml');
    expect([0, 3], output).toContain(exit);
    expect(output).toMatch(/\bnew\b/);
    expect(output).toContain('my-tile');
  });
});

describe('a shape', () => {
  it('is listed, and passes the tests of suites', LONG, () => {
    const [, suite = ''] = /```yaml\n(# benches\/mine\.yaml\n.*?)```/s.exec(README) ?? [];
    writeFileSync(within('benches/mine.yaml'), suite);
    const listed = expectFine(run(documented('npm run -s shapemark -- list').replace('NAME', 'mine')));
    expect(listed).toContain('16×11008×4096 nt');
    expectFine(follow('npx vitest run src/plan'));
    expectFine(run('npx vitest run src/plan'));
  });
});

describe('a record', () => {
  it('of a committed tree is accepted, and is the files that the guide names', LONG, () => {
    git('add', '-A');
    git('commit', '-q', '-m', 'A kernel and a shape');
    // One case instead of a suite of many.
    const bench = documented('npm run bench').replace(/--.*/, '');
    expectFine(run(`${bench}-- quick --filter 'm=1,n=128,w=f32' --processes 1 --adapter embedded`));
    const added = git('status', '--porcelain', '-uall', 'results').match(/(?<=^\?\? results\/).*/gm) ?? [];
    const [record = ''] = added.filter((file) => /\/\d.*(?<!samples)\.json$/.test(file));
    const stem = record.replace('.json', '');
    const files = ['csv', 'json', 'samples.json.gz'].map((ending) => `${stem}.${ending}`);
    expect(added.filter((file) => !file.endsWith('/machine.json')).sort()).toEqual(files);
    const validate = documented('npm run -s shapemark -- validate').replace('<machine>/<run>', stem);
    expect(expectFine(run(validate))).toMatch(/^accept/);
  });
});
