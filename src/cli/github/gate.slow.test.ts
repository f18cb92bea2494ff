/** The gate in repositories as actions/checkout makes them, for every event that a workflow may run it for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../record/testdata/git.ts';
import { argumentsFrom, gate } from './gate.ts';
import { type Event, Forge, NAIVE, OTHER, type Ran, SCRIPTED, SLOW } from './testdata/forge.ts';

const ZEROS = '0'.repeat(40);
const KERNEL = 'kernels/naive.wgsl';
let forge: Forge;
/** `main` before and after another text of the kernel, and what is proposed to it: a slower kernel each. */
let [old, main, branch, branchMerge, fork, forkMerge, queued] = ['', '', '', '', '', '', ''];
const QUEUE = 'refs/heads/gh-readonly-queue/main/pr-7';

beforeAll(() => {
  forge = new Forge();
  old = forge.commit([], { [KERNEL]: NAIVE, 'packages/gpu/kernels/naive.wgsl': NAIVE });
  main = forge.commit([old], { [KERNEL]: OTHER });
  branch = forge.commit([old], { [KERNEL]: SLOW, 'packages/gpu/kernels/naive.wgsl': SLOW });
  branchMerge = forge.commit([main, branch], { [KERNEL]: SLOW, 'packages/gpu/kernels/naive.wgsl': SLOW });
  fork = forge.commit([old], { [KERNEL]: `${SLOW}// of a fork\n` });
  forkMerge = forge.commit([main, fork], { [KERNEL]: `${SLOW}// of a fork\n` });
  queued = forge.commit([main], { [KERNEL]: SLOW });
  forge.publish(main, 'refs/heads/main', 'refs/heads/feature/fast-mm', 'refs/tags/v1');
  forge.publish(branch, 'refs/heads/change', 'refs/pull/7/head');
  forge.publish(branchMerge, 'refs/pull/7/merge');
  // Nothing but the pull request leads to what a fork proposes.
  forge.publish(fork, 'refs/pull/8/head');
  forge.publish(forkMerge, 'refs/pull/8/merge');
  forge.publish(queued, QUEUE);
  forge.tag('v0', old);
}, 60_000);
afterAll(() => forge.remove());

const request = (number: number, head: string, base = main): Event => [
  'pull_request',
  { pull_request: { number, base: { sha: base }, head: { sha: head } } },
];

const INPUTS = { INPUT_SUITE: 'tiny.yaml\n', INPUT_ADAPTER: 'auto', INPUT_MINIMUM_EFFECT: '0.02', INPUT_BUDGET: '600' };
const OPTIONS = { ...INPUTS, SHAPEMARK_ARGUMENTS: SCRIPTED.join('\n') };
type Variables = Readonly<Record<string, string>>;

/** As a step of a job. */
const script = (clone: string, event: Event, more: Variables = {}) =>
  forge.script('compare.sh', clone, { ...OPTIONS, ...more }, event);

/** The same without a process of its own. */
async function here(cwd: string, event: Event, more: Variables = {}): Promise<Ran> {
  const { variables, summary } = forge.job(event);
  let [out, err] = ['', ''];
  const exit = await gate(
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      ...{ cwd, environment: { ...variables, ...OPTIONS, ...more } },
    },
    () => Promise.reject(new Error('no network')),
  );
  return { exit, out, err, summary: summary() };
}

describe('the gate', { timeout: 300_000, concurrent: true }, () => {
  it('compares a pull request from a branch with what it was merged onto, once and again on the same runner', async () => {
    const clone = forge.checkout('refs/pull/7/merge', branchMerge);
    // The event is of a time when main was older; what main changed since is not the pull request's.
    const event = request(7, branch, old);
    const first = await script(clone, event, { SHAPEMARK_TITLE: 'on software', SHAPEMARK_COMMENT: 'true' });
    expect(first.err).toContain(`base ref:${main}, head kernels\n`);
    expect(first.err).toContain('comment: no pull request or no token here\n');
    expect(first).toMatchObject({ exit: 1, out: '' });
    expect(first.summary).toMatch(/^### shapemark: on software\n\n\*\*.*: 2 slower /);
    expect(first.summary).toMatch(/\| slower \| tiny\/shape\/row.* \| 1\.\d+ \|/);
    expect(gitIn(clone, 'rev-parse', 'refs/shapemark/base')).toBe(main);
    forge.checkout('refs/pull/8/merge', forkMerge, clone);
    const second = await script(clone, request(8, fork), { INPUT_FILTER: 'm=16' });
    expect(second).toMatchObject({ exit: 1, summary: expect.stringContaining('1 slower') });
  });

  it('compares a pull request from a fork, with kernels read from git beside a checkout of the base', async () => {
    const clone = forge.checkout('refs/heads/main', main);
    const { exit, err, summary } = await script(clone, request(8, fork, old), { SHAPEMARK_HEAD: `ref:${forkMerge}` });
    expect(err).toContain(`base ref:${main}, head ref:${forkMerge}\n`);
    expect({ exit, summary }).toMatchObject({ exit: 1, summary: expect.stringContaining('2 slower') });
    expect(gitIn(clone, 'status', '--porcelain')).toBe('');
  });

  it('compares a push to a branch with the commit before it', async () => {
    const clone = forge.checkout('refs/heads/main', main);
    const { exit, err, summary } = await script(clone, ['push', { ref: 'refs/heads/main', before: old, after: main }]);
    expect(err).toContain(`base ref:${old}, head kernels\n`);
    expect({ exit, summary }).toMatchObject({ exit: 0, summary: expect.stringContaining('2 same') });
  });

  it('compares a group of the merge queue with what it goes onto', async () => {
    const clone = forge.checkout(QUEUE, queued);
    const { exit, err, summary } = await script(clone, [
      'merge_group',
      { merge_group: { base_sha: main, head_sha: queued } },
    ]);
    expect(err).toContain(`base ref:${main}, head kernels\n`);
    expect({ exit, summary }).toMatchObject({ exit: 1, summary: expect.stringContaining('2 slower') });
  });

  it('says for a tag, and for a run by hand, that somebody has to set a base; and takes the one that is set', async () => {
    const clone = forge.checkout('refs/tags/v1', main);
    const tag = await script(clone, ['push', { ref: 'refs/tags/v1', before: ZEROS, after: main }]);
    expect(tag).toMatchObject({
      exit: 2,
      summary: expect.stringMatching(/no pull request; set base \(a push of refs\/tags\/v1/),
    });
    const byHand: Event = ['workflow_dispatch', { ref: 'refs/tags/v1', inputs: {} }];
    const dispatch = await script(clone, byHand);
    expect(dispatch.err).toBe('this event has no pull request; set base (workflow_dispatch)\n');
    expect(dispatch).toMatchObject({ exit: 2, summary: expect.stringContaining(dispatch.err) });
    const named = await here(clone, byHand, { SHAPEMARK_BASE: 'change' });
    expect(named.err).toContain(`base change (${branch}), head kernels\n`);
    expect(named).toMatchObject({ exit: 0, summary: expect.stringContaining('2 faster') });
  });

  it('does not call a commit the same as itself, but says that nothing was compared', async () => {
    const clone = forge.checkout('refs/heads/main', main);
    const one = await here(clone, ['schedule', {}], { SHAPEMARK_BASE: 'main' });
    expect(one).toMatchObject({ exit: 3, summary: expect.stringContaining(`base and head are one commit, ${main}`) });
    const two = await here(clone, ['schedule', {}], { SHAPEMARK_BASE: 'v1', SHAPEMARK_HEAD: 'feature/fast-mm' });
    expect(two).toMatchObject({ exit: 3, err: expect.stringContaining('nothing was compared') });
    // A kernel that no commit holds is a change.
    writeFileSync(join(clone, KERNEL), SLOW);
    expect(await here(clone, ['schedule', {}], { SHAPEMARK_BASE: 'main' })).toMatchObject({ exit: 1 });
  });

  it('compares the kernels of a package from its folder', async () => {
    const clone = forge.checkout('refs/pull/7/merge', branchMerge);
    const package_ = join(clone, 'packages/gpu');
    const options = {
      INPUT_SUITE: '../../tiny.yaml',
      SHAPEMARK_ARGUMENTS: ['--engine', 'scripted', '--scenario', '../../scenario.yaml'].join('\n'),
    };
    const { exit, summary } = await here(package_, request(7, branch), options);
    expect({ exit, summary }).toMatchObject({ exit: 1, summary: expect.stringContaining('2 slower') });
  });

  it('shows what went wrong where nothing could be compared', async () => {
    const clone = forge.checkout('refs/pull/7/merge', branchMerge);
    const wrong = await here(clone, request(7, branch), { INPUT_SUITE: 'nowhere.yaml' });
    expect(wrong).toMatchObject({
      exit: 2,
      summary: expect.stringContaining('nowhere.yaml'),
      err: expect.stringContaining('nowhere.yaml'),
    });
    const elsewhere = await here(join(clone, 'packages'), request(7, branch));
    expect(elsewhere).toMatchObject({ exit: 2, err: expect.stringContaining('head: there is no folder kernels/ in') });
  });
});

describe('the inputs of the action', () => {
  it('are options of compare, and an empty one leaves its default', () => {
    expect(argumentsFrom({ INPUT_SUITE: '', INPUT_FILTER: '\n', INPUT_FAIL_ON: '' })).toEqual([]);
    const given = {
      INPUT_SUITE: 'a.yaml\n\n b.yaml ',
      INPUT_KERNEL: 'naive\nsplit-k',
      INPUT_FILTER: '-m=1',
      INPUT_FAIL_ON: 'slower,unclear',
    };
    expect(argumentsFrom({ ...given, INPUT_MINIMUM_EFFECT: '0.05', SHAPEMARK_ARGUMENTS: '--seed\n7\n' })).toEqual([
      ...['--suite=a.yaml', '--suite=b.yaml', '--filter=-m=1', '--kernel=naive', '--kernel=split-k'],
      ...['--minimum-effect=0.05', '--fail-on=slower,unclear', '--seed', '7'],
    ]);
  });
});
