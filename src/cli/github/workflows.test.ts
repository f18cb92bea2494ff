/** Workflows cannot run here: their YAML is linted, and their steps are scripts, which gate.slow.test.ts and record.slow.test.ts run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
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
const NAMES = ['atlas', 'bench', 'ci', 'contributions', 'release'];
const PLACES: readonly (readonly [string, readonly Step[]])[] = [
  ['action.yml', action.runs.steps],
  ...NAMES.flatMap((name) =>
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
    const uses = NAMES.map((name) => `.github/workflows/${name}.yml`)
      .concat('action.yml')
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

  it('release what was built without a secret, after the checks, and only from a tag', () => {
    const release = workflow('release');
    expect(release.on).toEqual({ push: { tags: ['v*.*.*'] } });
    expect(release.permissions).toEqual({ contents: 'read' });
    const { build, publish } = release.jobs;
    expect(build?.permissions).toBeUndefined();
    expect(JSON.stringify(build)).not.toContain('secrets.');
    expect(build?.steps.flatMap(({ run }) => run ?? [])).toContain('npm ci --ignore-scripts');
    expect(publish?.permissions).toEqual({ contents: 'write', 'id-token': 'write', attestations: 'write' });
    expect(publish?.steps.some(({ run }) => run?.includes('--provenance'))).toBe(true);
    // Nothing of the repository runs beside the secret.
    expect(publish?.steps.some(({ uses }) => uses?.startsWith('actions/checkout'))).toBe(false);
  });

  it('run scripts that are there, and the harness of the base on pull requests', () => {
    const scripts = PLACES.flatMap(([, steps]) => steps).flatMap(
      ({ run }) => run?.match(/\.github\/scripts\/\w+\.sh/g) ?? [],
    );
    expect(scripts.length).toBeGreaterThanOrEqual(4);
    for (const script of scripts) expect(existsSync(join(ROOT, script))).toBe(true);
    // Whatever is decided is decided in a script, where tests reach it.
    const steps = [...PLACES.flatMap(([, all]) => all)].flatMap(({ run }) => run ?? []);
    const others = steps.filter(
      (run) => !/^bash (\S+\/|"\S+\/)?\.(github\/scripts\/\w+\.sh|ci\/(run|sid\.sh))"?$/.test(run),
    );
    expect(others.sort()).toEqual([
      ...Array(2).fill(
        'apt-get update -qq && apt-get install -y -qq ca-certificates gcc git libc6-dev libvulkan1 mesa-vulkan-drivers',
      ),
      'gh release create "$GITHUB_REF_NAME" release/* --repo "$GITHUB_REPOSITORY" --verify-tag --generate-notes',
      ...Array(7).fill('npm ci'),
      'npm ci --ignore-scripts',
      'npm ci --prefix "$GITHUB_ACTION_PATH"',
      'npm publish release/*.tgz --provenance --access public',
      'npm run check',
      ...Array(3).fill('sudo apt-get update -qq && sudo apt-get install -y -qq mesa-vulkan-drivers'),
    ]);
    for (const job of [bench.jobs.compare, workflow('contributions').jobs.vet])
      expect(job?.steps[0]?.with).toMatchObject({
        ref: expect.stringMatching(/^\$\{\{ github\.event\.pull_request\.base\.sha \}\}$/),
        'persist-credentials': false,
      });
  });

  it('publish the site with no other right than to publish, and read all else', () => {
    const { build, publish } = workflow('atlas').jobs;
    expect(workflow('atlas').permissions).toEqual({ contents: 'read' });
    expect(build?.permissions).toBeUndefined();
    expect(build?.steps[0]?.with).toEqual({ ref: 'main', 'persist-credentials': false });
    expect(publish?.permissions).toEqual({ pages: 'write', 'id-token': 'write' });
    expect(publish?.steps.every(({ run }) => run === undefined)).toBe(true);
  });

  it('vet contributions without a secret, and without a right to write', () => {
    expect(workflow('contributions').permissions).toEqual({ contents: 'read' });
    expect(workflow('contributions').jobs.vet?.permissions).toBeUndefined();
    expect(textOf('.github/workflows/contributions.yml')).not.toMatch(/secrets|pull_request_target/);
  });

  it('run code of a pull request on a hosted runner alone, with nothing to take or to change', () => {
    const job = bench.jobs['compare-source'];
    expect(job).toMatchObject({ 'runs-on': 'ubuntu-24.04', permissions: { contents: 'read' } });
    expect(job?.steps[0]?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
    expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN|vars\./);
    const { paths } = bench.on.pull_request as { paths: string[] };
    for (const written of ['kernels/**', 'src/**']) expect(paths).toContain(written);
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
    const variables = textOf('.github/scripts/compare.sh').match(/INPUT_\w+/g) ?? [];
    expect(variables.length).toBeGreaterThan(6);
    const given = action.runs.steps.flatMap(({ env }) => Object.keys(env ?? {}));
    for (const variable of variables) expect(given).toContain(variable);
    // Where the command has a default, the action has none of its own.
    for (const name of ['base', 'head', 'suite', 'filter', 'kernel', 'fail-on'])
      expect(action.inputs[name]?.default, name).toBe('');
  });

  it('run in the bash of macOS, which is 3.2', () => {
    const folder = join(ROOT, '.github/scripts');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text, name).not.toMatch(
        /\b(mapfile|readarray|coproc)\b|declare -[Agn]|local -n|\$\{\w+(,,?|\^\^?|@[A-Za-z])\}|&>>|\|&|\bwait -n\b|\$EPOCH|\[\[ -v|printf '%\(/,
      );
      // An empty list is an unset variable there.
      for (const [use] of text.matchAll(/.{0,20}"\$\{\w+\[@\]\}"/g)) expect(use, name).toMatch(/\[@\]\+"/);
    }
  });
});
