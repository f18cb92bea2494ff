/** Workflows cannot run here: their YAML is linted, and their steps are scripts that run against a repository of their own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}
interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = <T>(path: string): T => parse(textOf(path), { strict: true });
const workflow = (name: string) => read<Workflow>(`.github/workflows/${name}.yml`);
const bench = workflow('bench');
const action = read<{
  inputs: Record<string, { description: string; default: string }>;
  runs: { using: string; steps: readonly Step[] };
}>('action.yml');
const PLACES: readonly (readonly [string, readonly Step[]])[] = [
  ['action.yml', action.runs.steps],
  ...['bench', 'ci'].flatMap((name) =>
    Object.entries(workflow(name).jobs).map(([job, { steps }]) => [`${name}.yml ${job}`, steps] as const),
  ),
];

describe('the workflows', () => {
  it.each(PLACES)('%s pins every action by commit, says its version, and splices nothing into a script', (_, steps) => {
    expect(steps.length).toBeGreaterThan(0);
    for (const { uses, run } of steps) {
      expect(uses === undefined, 'a step either uses or runs').not.toBe(run === undefined);
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      // Text of a pull request must never become a command.
      expect(run ?? '').not.toContain('${{');
    }
  });

  it('say which version each commit is', () => {
    const uses = ['.github/workflows/bench.yml', '.github/workflows/ci.yml', 'action.yml']
      .flatMap((path) => textOf(path).split('\n'))
      .filter((line) => /\buses:/.test(line));
    for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may by default only read, end by themselves, and write only where a job says so', () => {
    expect(bench.permissions).toEqual({ contents: 'read' });
    expect(Object.keys(bench.on).sort()).toEqual(['pull_request', 'push', 'workflow_dispatch']);
    for (const job of Object.values(bench.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(bench.jobs.compare?.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(bench.jobs.record?.permissions).toEqual({ contents: 'write' });
  });

  it('run scripts that are there, and the harness of the base on pull requests', () => {
    const scripts = PLACES.flatMap(([, steps]) => steps).flatMap(
      ({ run }) => run?.match(/\.github\/scripts\/\w+\.sh/g) ?? [],
    );
    expect(scripts.length).toBeGreaterThanOrEqual(4);
    for (const script of scripts) expect(existsSync(join(ROOT, script))).toBe(true);
    const [checkout] = bench.jobs.compare?.steps ?? [];
    expect(checkout?.with).toMatchObject({
      ref: expect.stringMatching(/^\$\{\{ github\.event\.pull_request\.base\.sha \}\}$/),
      'persist-credentials': false,
    });
  });

  it('let github-action-benchmark draw, and never decide', () => {
    const step = bench.jobs.record?.steps.find(({ uses }) => uses?.includes('github-action-benchmark'));
    expect(step?.with).toMatchObject({
      tool: 'customBiggerIsBetter',
      'auto-push': true,
      'comment-on-alert': false,
      'fail-on-alert': false,
    });
  });

  it('offer other repositories an action whose every input is described, has a default and reaches its script', () => {
    expect(action.runs.using).toBe('composite');
    const text = textOf('action.yml');
    for (const [name, { description, default: value }] of Object.entries(action.inputs)) {
      expect(description.length).toBeGreaterThan(10);
      expect(value).toBeTypeOf('string');
      expect(text).toContain(`\${{ inputs.${name} }}`);
    }
    for (const { run, shell } of action.runs.steps) if (run !== undefined) expect(shell).toBe('bash');
    const variables = textOf('.github/scripts/action.sh').match(/INPUT_\w+/g) ?? [];
    const given = action.runs.steps.flatMap(({ env }) => Object.keys(env ?? {}));
    for (const variable of variables) expect(given).toContain(variable);
  });
});

const NAIVE = textOf('kernels/naive.wgsl');
const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';
let folder = '';
let clone = '';
let [base, head] = ['', ''];

function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** A remote whose second commit slows the kernel by a tenth, and a shallow clone of the first, as a job finds them. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shapemark-ci-'));
  const [remote, work] = [join(folder, 'remote.git'), join(folder, 'work')];
  clone = join(folder, 'clone');
  git(folder, 'init', '-q', '--bare', '-b', 'main', remote);
  git(remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(folder, 'init', '-q', '-b', 'main', work);
  mkdirSync(join(work, 'kernels'));
  cpSync(join(ROOT, 'src/cli/testdata/tiny.yaml'), join(work, 'tiny.yaml'));
  const slow = 'cost: [{when: "code=*planted*", seconds: 0.0022}, {seconds: 0.002}]';
  writeFileSync(join(work, 'scenario.yaml'), `${slow}\n${NOISE}\n`);
  const commit = (text: string, message: string) => {
    writeFileSync(join(work, 'kernels', 'naive.wgsl'), text);
    git(work, 'add', '-A');
    git(work, 'commit', '-q', '-m', message);
    return git(work, 'rev-parse', 'HEAD');
  };
  base = commit(NAIVE, 'base');
  head = commit(`${NAIVE}\n// planted\n`, 'head');
  git(work, 'push', '-q', remote, `${base}:refs/heads/main`, `${head}:refs/heads/change`);
  git(folder, 'clone', '-q', '--depth', '1', `file://${remote}`, clone);
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, variables: Readonly<Record<string, string>>) {
  const summary = join(folder, 'summary.md');
  rmSync(summary, { force: true });
  const { GITHUB_TOKEN: _token, GITHUB_EVENT_PATH: _event, ...rest } = process.env;
  const env = { ...rest, GITHUB_STEP_SUMMARY: summary, ...variables };
  const path = join(ROOT, '.github/scripts', name);
  const { status, stdout, stderr } = spawnSync('bash', [path], { cwd: clone, env, encoding: 'utf8' });
  return { exit: status, out: stdout, err: stderr, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
}

const SCRIPTED = ['--engine', 'scripted', '--scenario', 'scenario.yaml'];

describe('compare.sh', { timeout: 60_000 }, () => {
  const run = (more: Readonly<Record<string, string>>) =>
    script('compare.sh', {
      SHAPEMARK_BASE: `ref:${base}`,
      SHAPEMARK_ARGUMENTS: ['--suite', 'tiny.yaml', ...SCRIPTED].join('\n'),
      ...more,
    });

  it('fetches the head, fails on a slowdown, and puts the table into the summary', () => {
    const { exit, summary, out } = run({
      SHAPEMARK_HEAD: `ref:${head}`,
      SHAPEMARK_TITLE: 'on software',
      SHAPEMARK_COMMENT: 'true',
    });
    expect({ exit, out }).toEqual({ exit: 1, out: 'comment: no pull request or no token here\n' });
    expect(summary).toMatch(/^### shapemark: on software\n\n\*\*.*: 2 slower /);
    expect(summary).toMatch(/\| slower \| tiny\/shape\/row.* \| 1\.\d+ \|/);
  });

  it('passes without a change, and shows what went wrong where nothing could be compared', () => {
    expect(run({})).toMatchObject({ exit: 0, summary: expect.stringContaining('2 same') });
    const wrong = run({ SHAPEMARK_ARGUMENTS: '--suite\nnowhere.yaml' });
    expect(wrong.exit).toBe(2);
    expect(wrong.summary).toContain('nowhere.yaml');
    expect(wrong.err).toContain('nowhere.yaml');
  });

  it('takes the inputs of the action', () => {
    const { exit, summary } = script('action.sh', {
      ...{ SHAPEMARK_BASE: `ref:${base}`, SHAPEMARK_HEAD: `ref:${head}`, SHAPEMARK_ARGUMENTS: SCRIPTED.join('\n') },
      ...{ INPUT_SUITE: 'tiny.yaml\n', INPUT_FILTER: 'm=16', INPUT_ADAPTER: 'auto', INPUT_MINIMUM_EFFECT: '0.02' },
      ...{ INPUT_BUDGET: '600', INPUT_FAIL_ON: 'slower' },
    });
    expect(exit).toBe(1);
    expect(summary).toContain('1 slower');
  });
});

describe('record.sh and check.sh', { timeout: 60_000 }, () => {
  it('keep each record on a branch of its own, write the chart, and judge the history', () => {
    const chart = join(folder, 'chart.json');
    const record = (history: string) =>
      script('record.sh', {
        ...{ SHAPEMARK_HISTORY: history, SHAPEMARK_SUITE: 'tiny.yaml', SHAPEMARK_CHART: chart },
        SHAPEMARK_ARGUMENTS: [...SCRIPTED, '--processes', '2'].join('\n'),
      });
    const first = record(join(folder, 'history-1'));
    expect({ exit: first.exit, err: first.err }).toMatchObject({ exit: 0 });
    const entries: { unit: string }[] = JSON.parse(readFileSync(chart, 'utf8'));
    expect(entries.map(({ unit }) => unit)).toEqual(['GFLOP/s', 'GFLOP/s']);
    git(clone, 'worktree', 'remove', '--force', join(folder, 'history-1'));
    // Records are named by the second.
    spawnSync('sleep', ['1.1']);
    expect(record(join(folder, 'history-2')).exit).toBe(0);
    const kept = git(clone, 'ls-tree', '-r', '--name-only', 'origin/shapemark-results').split('\n');
    expect(kept.every((path) => path.startsWith('results/scripted/'))).toBe(true);
    const checked = script('check.sh', { SHAPEMARK_HISTORY: join(folder, 'history-2') });
    expect(checked.exit).toBe(0);
    expect(checked.summary).toMatch(/### shapemark: history\n\n\*\*2 series: 2 new\*\*/);
    expect(git(join(folder, 'remote.git'), 'log', '--oneline', 'shapemark-results').split('\n')).toHaveLength(2);
  });
});
