/** What a name becomes in a checkout that has one commit and no branches. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../record/testdata/git.ts';
import { sideOf } from './side.ts';
import { Forge, NAIVE, OTHER, SLOW } from './testdata/forge.ts';

let forge: Forge;
let [old, main, later, branch, branchMerge, fork, forkMerge] = ['', '', '', '', '', '', ''];
let clone = '';

beforeAll(() => {
  forge = new Forge();
  const kernel = 'kernels/naive.wgsl';
  old = forge.commit([], { [kernel]: NAIVE, 'packages/gpu/kernels/naive.wgsl': NAIVE });
  main = forge.commit([old], { [kernel]: OTHER });
  later = forge.commit([main], { [kernel]: SLOW });
  branch = forge.commit([old], { [kernel]: SLOW });
  branchMerge = forge.commit([main, branch], { [kernel]: SLOW });
  fork = forge.commit([old], { [kernel]: `${SLOW}// of a fork\n` });
  forkMerge = forge.commit([main, fork], { [kernel]: `${SLOW}// of a fork\n` });
  forge.publish(main, 'refs/heads/main', 'refs/heads/feature/fast-mm', 'refs/tags/v1');
  forge.publish(branchMerge, 'refs/pull/7/merge');
  forge.publish(fork, 'refs/pull/8/head');
  forge.publish(forkMerge, 'refs/pull/8/merge');
  forge.tag('v0', old);
  clone = forge.checkout('refs/pull/7/merge', branchMerge);
}, 60_000);
afterAll(() => forge.remove());

describe('a side', { timeout: 60_000 }, () => {
  const commitOf = async (asked: string) => (await sideOf(asked, 'base', clone)).commit;
  const refusal = (asked: string) =>
    sideOf(asked, 'base', clone).then(
      ({ commit }) => `found ${commit}`,
      (error: Error) => error.message,
    );

  it('is known already, or fetched whatever the shape of its name', async () => {
    expect(gitIn(clone, 'for-each-ref', '--format=%(refname)')).toBe('refs/remotes/pull/7/merge');
    expect(await commitOf('HEAD')).toBe(branchMerge);
    expect(await commitOf('pull/7/merge')).toBe(branchMerge);
    for (const asked of [
      'main',
      'ref:main',
      'feature/fast-mm',
      'origin/main',
      'refs/heads/main',
      'v1',
      'refs/tags/v1',
      main,
      main.slice(0, 10),
    ])
      expect(await commitOf(asked), asked).toBe(main);
    // The annotated tag as the commit that it stands for.
    expect(await commitOf('v0')).toBe(old);
    expect(await commitOf('refs/pull/8/merge')).toBe(forkMerge);
    expect(await commitOf('pull/8/head')).toBe(fork);
    expect(await commitOf(fork)).toBe(fork);
    expect(gitIn(clone, 'rev-parse', '--is-shallow-repository')).toBe('true');
    expect(await sideOf('main:packages/gpu', 'head', clone)).toMatchObject({
      argument: `ref:${main}:packages/gpu`,
      path: 'packages/gpu',
    });
    expect(gitIn(clone, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
      'refs/remotes/pull/7/merge',
      'refs/shapemark/base',
      'refs/shapemark/head',
    ]);
  });

  it('is a folder where there is one', async () => {
    expect(await sideOf('kernels', 'base', clone)).toMatchObject({ argument: 'kernels', commit: null });
    expect(await sideOf(join(clone, 'packages/gpu'), 'base', clone)).toMatchObject({ commit: null });
  });

  it.each([
    ['', 'base: the name is empty; in CI: this event has no pull request; set base'],
    ['-x', 'base "-x": git knows no such ref, and no ref starts with "-" or holds a space'],
    ['--upload-pack=touch x', 'no ref starts with "-" or holds a space'],
    ['my branch', 'base "my branch": git knows no such ref, and no ref starts with "-" or holds a space'],
    ['nowhere', 'base "nowhere": there is no such folder, and neither this checkout nor origin knows such a ref'],
    ['refs/pull/9/merge', 'neither this checkout nor origin knows such a ref'],
    ['HEAD~3', 'neither this checkout nor origin knows such a ref'],
    ['a*b', 'neither this checkout nor origin knows such a ref'],
    ['0123456789', 'neither this checkout nor origin knows such a ref'],
    ['0123456789012345678901234567890123456789', 'this checkout knows no such ref, and origin says: '],
  ])('named %j is refused in one sentence', async (asked, message) => {
    const said = await refusal(asked);
    expect(said).toContain(message);
    expect(said).not.toContain('\n');
  });

  it('is looked up at the remote anew where its name says so, and leaves a whole clone whole', async () => {
    const whole = join(forge.folder, 'whole');
    gitIn(forge.folder, 'clone', '-q', forge.remote, whole);
    const stale = gitIn(whole, 'rev-parse', 'origin/feature/fast-mm');
    forge.publish(later, 'refs/heads/feature/fast-mm');
    expect((await sideOf('origin/feature/fast-mm', 'base', whole)).commit).toBe(later);
    expect(later).not.toBe(stale);
    expect((await sideOf('pull/8/merge', 'base', whole)).commit).toBe(forkMerge);
    expect(gitIn(whole, 'rev-parse', '--is-shallow-repository')).toBe('false');
    gitIn(whole, 'remote', 'set-url', 'origin', join(forge.folder, 'gone'));
    expect((await sideOf('origin/feature/fast-mm', 'base', whole)).commit).toBe(stale);
    await expect(sideOf('elsewhere', 'base', whole)).rejects.toThrow(/and origin says: .*gone' does not appear/);
  });
});
