/** Records of one job after another on the same runner, whatever the one before has left. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../record/testdata/git.ts';
import { Forge, NAIVE, ROOT, SCRIPTED } from './testdata/forge.ts';

const BRANCH = 'shapemark-results';
let forge: Forge;
let commit = '';
let clone = '';
let history = '';

beforeAll(() => {
  forge = new Forge();
  commit = forge.commit([], { 'kernels/naive.wgsl': NAIVE });
  forge.publish(commit, 'refs/heads/main');
  clone = forge.checkout('refs/heads/main', commit);
  // As in bench.yml, beside the checkout.
  history = join(dirname(clone), 'history');
});
afterAll(() => forge.remove());

function record(more: Readonly<Record<string, string>> = {}, cwd = clone) {
  return forge.script('record.sh', cwd, {
    ...{ SHAPEMARK_HISTORY: join(cwd, '..', 'history'), SHAPEMARK_CHART: join(forge.folder, 'chart.json') },
    ...{ SHAPEMARK_SUITE: 'tiny.yaml', SHAPEMARK_ARGUMENTS: [...SCRIPTED, '--processes', '2'].join('\n'), ...more },
  });
}

const stored = () => gitIn(forge.remote, 'ls-tree', '-r', '--name-only', BRANCH).split('\n');
const records = () => stored().filter((path) => /Z-[0-9a-f]{8}(-\d+)?\.json$/.test(path));
const commits = () => gitIn(forge.remote, 'log', '--format=%s', BRANCH).split('\n');

describe('record.sh and check.sh', { timeout: 120_000 }, () => {
  it('keep a record on a branch of its own, write the chart, and call a young history young', async () => {
    const { exit, err } = await record();
    expect({ exit, err }).toMatchObject({ exit: 0 });
    const entries: { unit: string }[] = JSON.parse(readFileSync(join(forge.folder, 'chart.json'), 'utf8'));
    expect(entries.map(({ unit }) => unit)).toEqual(['GFLOP/s', 'GFLOP/s']);
    expect(stored().every((path) => path.startsWith('results/scripted/'))).toBe(true);
    expect(stored().some((path) => path.endsWith('.samples.json.gz'))).toBe(true);
    expect(commits()).toEqual([`Record ${commit}`]);
    const checked = await forge.script('check.sh', clone, { SHAPEMARK_HISTORY: history });
    expect(checked).toMatchObject({ exit: 0, out: '::notice::nothing to compare with yet\n' });
    const nowhere = await forge.script('check.sh', clone, { SHAPEMARK_HISTORY: join(forge.folder, 'nowhere') });
    expect(nowhere).toMatchObject({ exit: 2, err: expect.stringContaining('is not there: nothing was recorded') });
  });

  it('do so again with what a killed job left, while another runner pushes; check sees every record, samples stay away', async () => {
    rmSync(join(history, 'results'), { recursive: true });
    writeFileSync(join(history, 'half-way'), 'killed');
    letAnotherIn();
    expect(await record()).toMatchObject({ exit: 0 });
    expect(commits()).toEqual([`Record ${commit}`, 'another runner', `Record ${commit}`]);
    expect(records()).toHaveLength(2);
    // Nothing that was there is lost, though the first samples were never checked out.
    expect(stored().filter((path) => path.endsWith('.samples.json.gz'))).toHaveLength(2);
    const here = readdirSync(join(history, 'results/scripted'));
    expect(here.filter((name) => name.endsWith('.samples.json.gz'))).toHaveLength(1);
    expect(here.filter((name) => name.endsWith('.csv'))).toHaveLength(2);
    expect(existsSync(join(history, 'half-way'))).toBe(false);
    const checked = await forge.script('check.sh', clone, { SHAPEMARK_HISTORY: history });
    expect(checked.summary).toMatch(/^### shapemark: history\n\n\*\*2 series: 2 new\*\*/);
    expect(gitIn(clone, 'worktree', 'list').split('\n')).toHaveLength(1);
    // One commit of the branch is here, not its history.
    expect(gitIn(clone, 'rev-list', '--count', 'refs/shapemark/results')).toBe('1');
  });

  it('replace a worktree that an earlier version left, registered and locked', async () => {
    rmSync(history, { recursive: true });
    gitIn(clone, 'fetch', '-q', '--no-tags', 'origin', `+refs/heads/${BRANCH}:refs/remotes/origin/${BRANCH}`);
    gitIn(clone, 'worktree', 'add', '-q', '--force', '-B', BRANCH, history, `origin/${BRANCH}`);
    gitIn(clone, 'worktree', 'lock', history);
    expect(await record()).toMatchObject({ exit: 0, err: expect.not.stringContaining('fatal') });
    expect(gitIn(clone, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(records()).toHaveLength(3);
  });

  it('take nothing away that may be somebody’s, in a new checkout beside what outlived an older one', async () => {
    const fresh = forge.checkout('refs/heads/main', commit);
    const beside = (name: string) => join(dirname(fresh), name);
    mkdirSync(beside('history'));
    writeFileSync(beside('history/.git'), `gitdir: ${join(forge.folder, 'gone/.git/worktrees/history')}\n`);
    writeFileSync(beside('history/thesis.tex'), 'years of work');
    // The branch is checked out in another folder, too.
    gitIn(fresh, 'fetch', '-q', '--no-tags', 'origin', `+refs/heads/${BRANCH}:refs/remotes/origin/${BRANCH}`);
    gitIn(fresh, 'worktree', 'add', '-q', '-B', BRANCH, beside('elsewhere'), `origin/${BRANCH}`);
    expect(await record({}, fresh)).toMatchObject({
      exit: 0,
      err: expect.stringMatching(/::warning::.* held something else/),
    });
    const [aside = ''] = readdirSync(dirname(fresh)).filter((name) => name.startsWith('history.old-'));
    expect(readFileSync(beside(`${aside}/history/thesis.tex`), 'utf8')).toBe('years of work');
    expect(existsSync(beside('elsewhere/results'))).toBe(true);
    expect(records()).toHaveLength(4);
  });

  it('are what atlas.sh makes the site from, without fetching samples', async () => {
    gitIn(forge.remote, 'config', 'uploadpack.allowFilter', 'true');
    const fresh = forge.checkout('refs/heads/main', commit);
    const site = join(forge.folder, 'site');
    const log = join(forge.folder, 'packets');
    const made = await forge.script('atlas.sh', fresh, { SHAPEMARK_SITE: site, GIT_TRACE_PACKET: log });
    expect(made).toMatchObject({ exit: 0, out: expect.stringContaining('of 1 machine written to') });
    expect(existsSync(join(site, 'index.html'))).toBe(true);
    const blobs = (suffix: string) =>
      gitIn(forge.remote, 'ls-tree', '-r', BRANCH)
        .split('\n')
        .filter((line) => line.endsWith(suffix))
        .map((line) => line.split(/\s/)[2] ?? '');
    const asked = readFileSync(log, 'utf8');
    for (const blob of blobs('.csv')) expect(asked).toContain(`want ${blob}`);
    for (const blob of blobs('.samples.json.gz')) expect(asked).not.toContain(`want ${blob}`);
    expect(gitIn(fresh, 'config', '--local', '--list')).not.toContain('promisor');
  });

  it('measure nothing where the remote cannot be reached', async () => {
    const fresh = forge.checkout('refs/heads/main', commit);
    gitIn(fresh, 'remote', 'set-url', 'origin', join(forge.folder, 'gone'));
    expect(await record({}, fresh)).toMatchObject({
      exit: 4,
      err: expect.stringContaining('does not appear to be a git repository'),
    });
  });
});

/** A hook of the remote by which somebody else's push comes first, once. */
function letAnotherIn(): void {
  const who = ['AUTHOR', 'COMMITTER'].map((role) => `export GIT_${role}_NAME=o GIT_${role}_EMAIL=o@example.org`);
  const update = `git update-ref refs/heads/${BRANCH} $(git commit-tree -p ${BRANCH} -m 'another runner' ${BRANCH}^{tree})`;
  const hook = ['#!/bin/sh', '[ -e once ] && exit 0', 'touch once', 'unset GIT_QUARANTINE_PATH', ...who, update, ''];
  writeFileSync(join(forge.remote, 'hooks/pre-receive'), hook.join('\n'), { mode: 0o755 });
}

describe('matrix.sh', () => {
  const matrix = (more: string) => {
    const env = { ...process.env, SHAPEMARK_RUNNERS: more, GITHUB_OUTPUT: '' };
    return execFileSync('bash', [join(ROOT, '.github/scripts/matrix.sh')], { env, encoding: 'utf8' });
  };

  it('has a hosted runner, and those of the repository', () => {
    const hosted = { name: 'software', 'runs-on': ['ubuntu-24.04'], adapter: 'software' };
    const gpu = { name: 'rtx-4090', 'runs-on': ['self-hosted', 'rtx-4090'], adapter: 'gpu' };
    expect(matrix('')).toBe(`matrix=${JSON.stringify({ include: [hosted] })}\n`);
    expect(matrix(JSON.stringify([gpu]))).toBe(`matrix=${JSON.stringify({ include: [hosted, gpu] })}\n`);
  });
});
