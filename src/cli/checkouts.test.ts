/** Verbs in repositories as people have them: shallow clones, packages, links; and names that a workflow left empty. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../record/testdata/git.ts';
import { Forge, NAIVE, OTHER, SLOW } from './github/testdata/forge.ts';
import { inProcess } from './testdata/in-process.ts';

const PACKAGE = 'packages/gpu/kernels/naive.wgsl';
let forge: Forge;
let whole = '';
let shallow = '';
/** Texts of the package's kernel, oldest first; the third is slow. */
const history: string[] = [];

beforeAll(() => {
  forge = new Forge();
  for (const text of [NAIVE, OTHER, SLOW, `${SLOW}// later\n`])
    history.push(forge.commit(history.slice(-1), { [PACKAGE]: text, 'kernels/naive.wgsl': NAIVE }));
  forge.publish(history.at(-1) ?? '', 'refs/heads/main');
  forge.publish(history[0] ?? '', 'refs/tags/v1');
  whole = join(forge.folder, 'whole');
  gitIn(forge.folder, 'clone', '-q', `file://${forge.remote}`, whole);
  shallow = join(forge.folder, 'shallow');
  gitIn(forge.folder, 'clone', '-q', '--depth', '1', `file://${forge.remote}`, shallow);
  gitIn(shallow, 'fetch', '-q', '--depth=1', 'origin', '+refs/tags/v1:refs/tags/v1');
}, 60_000);
afterAll(() => forge.remove());

async function shapemark(cwd: string, ...words: string[]) {
  return inProcess(words, { cwd });
}

const scripted = (top: string) => [
  '--suite',
  join(top, 'tiny.yaml'),
  '--engine',
  'scripted',
  '--scenario',
  join(top, 'scenario.yaml'),
];
const bisect = (cwd: string, top: string, ...ends: string[]) =>
  shapemark(cwd, 'bisect', ...ends, '--case', 'm=16', ...scripted(top));

describe('an empty name', () => {
  it.each([
    ['compare', ''],
    ['compare', '  '],
    ['compare', 'ref:'],
    ['compare', 'kernels', ''],
    ['list', '--kernels', ''],
    ['run', '--kernels', '', '--engine', 'scripted'],
    ['bisect', '', 'main', '--case', 'x'],
    ['compare', '--harness', ''],
  ])('is no folder: %s %j', async (...words) => {
    const { exit, out, err } = await shapemark(whole, ...words);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain('this event has no pull request; set base');
    expect(err.trim()).not.toContain('\n');
  });
});

describe('a package', { timeout: 60_000 }, () => {
  it('has its own kernels in a ref, for every verb', async () => {
    const cwd = join(whole, 'packages/gpu');
    const tiny = join(whole, 'tiny.yaml');
    for (const where of ['main', 'main:packages/gpu/kernels', 'main:./kernels', 'main:kernels'])
      expect(await shapemark(cwd, 'list', tiny, '--kernels', where), where).toMatchObject({ exit: 0 });
    const old = history[1] ?? '';
    const compared = await shapemark(cwd, 'compare', old, ...scripted(whole), '--json');
    expect(JSON.parse(compared.out)).toMatchObject({ base: `${old}:packages/gpu/kernels`, counts: { slower: 2 } });
    const atRoot = await shapemark(
      whole,
      'compare',
      `${old}:packages/gpu`,
      'main:packages/gpu',
      ...scripted(whole),
      '--json',
    );
    expect(JSON.parse(atRoot.out)).toMatchObject({ head: 'main:packages/gpu', counts: { slower: 2 } });
    const options = [
      ...scripted(whole).slice(2),
      '--processes',
      '2',
      '--results',
      join(forge.folder, 'results'),
      '--json',
    ];
    const ran = await shapemark(cwd, 'run', tiny, '--kernels', 'main', ...options);
    expect(ran).toMatchObject({ exit: 0 });
    expect(JSON.parse(ran.out).settings.kernels.from).toBe('main');
  });

  it('is searched where one stands, or where the ends say', async () => {
    const inPackage = await bisect(join(whole, 'packages/gpu'), whole, 'v1', 'main');
    expect(inPackage.err.replace(/^progress: .*\n/gm, '')).toBe('');
    expect(inPackage.exit).toBe(0);
    expect(inPackage.out).toContain(`first bad commit: ${history[2]}`);
    const named = await bisect(whole, whole, 'v1:packages/gpu/kernels', 'main');
    expect(named.out).toContain(`first bad commit: ${history[2]}`);
    expect(named.out).toContain(
      `shapemark compare ${history[1]}:packages/gpu/kernels ${history[2]}:packages/gpu/kernels`,
    );
    const atRoot = await bisect(whole, whole, 'v1', 'main');
    expect(atRoot).toMatchObject({ exit: 3, err: 'no commit between v1 and main touches kernels/\n' });
    const two = await bisect(whole, whole, 'v1:kernels', 'main:packages/gpu/kernels');
    expect(two).toMatchObject({ exit: 2, err: expect.stringContaining('name two folders') });
  });

  it('is searched through its links', async () => {
    const linked = join(forge.folder, 'linked');
    gitIn(forge.folder, 'clone', '-q', whole, linked);
    mkdirSync(join(linked, 'farm/kernels'), { recursive: true });
    symlinkSync('../../packages/gpu/kernels/naive.wgsl', join(linked, 'farm/kernels/naive.wgsl'));
    gitIn(linked, 'checkout', '-q', '--detach', history[0] ?? '');
    gitIn(linked, 'add', '-A');
    gitIn(linked, 'commit', '-q', '-m', 'link');
    for (const text of [OTHER, SLOW]) {
      writeFileSync(join(linked, PACKAGE), text);
      gitIn(linked, 'commit', '-q', '-a', '-m', 'behind the link');
    }
    // The commits leave farm/kernels alone, and change what it holds.
    const { exit, out } = await bisect(join(linked, 'farm'), linked, 'HEAD~2', 'HEAD');
    expect({ exit, out }).toMatchObject({
      exit: 0,
      out: expect.stringContaining(`first bad commit: ${gitIn(linked, 'rev-parse', 'HEAD')}`),
    });
  });
});

describe('bisect in a shallow clone', () => {
  it('says that the clone is shallow, where a whole one says which end is older', async () => {
    const cut = await bisect(shallow, shallow, 'v1', 'main');
    expect(cut.exit).toBe(2);
    expect(cut.err).toMatch(/^this clone is shallow: git fetch --unshallow \(in CI: fetch-depth: 0\); .*\n$/);
    const unknown = await bisect(shallow, shallow, 'v0', 'main');
    expect(unknown).toMatchObject({
      exit: 2,
      err: '"v0": git knows no such ref; this clone is shallow: git fetch --unshallow --tags\n',
    });
    const swapped = await bisect(whole, whole, 'main', 'v1');
    expect(swapped).toMatchObject({
      exit: 2,
      err: 'main is not an ancestor of v1; name the older, good commit first\n',
    });
  });

  it('says so where the way along first parents is cut, though another way is there', async () => {
    const good = forge.commit([], { 'kernels/naive.wgsl': NAIVE });
    const before = forge.commit([forge.commit([good], { 'notes.txt': 'one' })], { 'kernels/naive.wgsl': OTHER });
    const merge = forge.commit([before, good], { 'kernels/naive.wgsl': SLOW });
    forge.publish(merge, 'refs/heads/merged');
    const clone = join(forge.folder, 'cut');
    gitIn(forge.folder, 'clone', '-q', '--depth', '2', '-b', 'merged', `file://${forge.remote}`, clone);
    gitIn(clone, 'merge-base', '--is-ancestor', good, merge);
    const cut = await bisect(clone, clone, good, merge);
    expect(cut).toMatchObject({ exit: 2, err: expect.stringMatching(/^this clone is shallow: git fetch --unshallow/) });
  });
});
