import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfAll } from '../../record/testdata/folder.ts';
import { gitIn } from '../../record/testdata/git.ts';
import { loadKernels } from './load.node.ts';
import { findKernel, kernelSet } from './set.ts';

const NAIVE = readFileSync('kernels/naive.wgsl', 'utf8');
/** What native-f16 builds on. */
const SERIES = ['shared-tile', 'register-tile', 'direct'].map((name) => ({
  path: `${name}.wgsl`,
  text: readFileSync(`kernels/${name}.wgsl`, 'utf8'),
}));
const repository = folderOfAll();

const git = (...args: string[]) => gitIn(repository(), ...args);

/** A repository() whose first commit has one kernel, `changed` another body, and whose working tree has neither. */
beforeAll(() => {
  git('init', '-q', '-b', 'main');
  mkdirSync(join(repository(), 'kernels', 'series'), { recursive: true });
  writeFileSync(join(repository(), 'kernels', 'series', 'naive.wgsl'), NAIVE);
  writeFileSync(join(repository(), 'kernels', 'README.md'), 'not a kernel');
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  git('tag', 'first');
  writeFileSync(join(repository(), 'kernels', 'series', 'naive.wgsl'), `${NAIVE}// changed\n`);
  git('commit', '-q', '-a', '-m', 'two');
  rmSync(join(repository(), 'kernels'), { recursive: true });
});

describe('loading kernels', () => {
  it('reads a folder, in order of name', async () => {
    const { kernels, origin } = await loadKernels('kernels');
    expect(origin).toBe('kernels');
    expect(kernels.map(({ name }) => name)).toEqual([...kernels.map(({ name }) => name)].sort());
    expect(findKernel({ kernels, origin }, 'naive').file).toBe('kernels/naive.wgsl');
  });

  it('reads a git ref without checking it out; another text is another hash', async () => {
    const [first, head] = await Promise.all([loadKernels('first', repository()), loadKernels('main', repository())]);
    expect(first.origin).toBe('first:kernels');
    expect(first.kernels[0]?.file).toBe('first:kernels/series/naive.wgsl');
    expect(first.kernels[0]?.hash).not.toBe(head.kernels[0]?.hash);
    expect(first.kernels[0]?.hash).toBe(findKernel(await loadKernels('kernels'), 'naive').hash);
  });

  it('prefers a folder to a ref of the same name, unless told otherwise', async () => {
    mkdirSync(join(repository(), 'main'));
    writeFileSync(join(repository(), 'main', 'a.wgsl'), NAIVE.replace('name: naive', 'name: other'));
    expect((await loadKernels('main', repository())).kernels[0]?.name).toBe('other');
    expect((await loadKernels('ref:main', repository())).kernels[0]?.name).toBe('naive');
  });

  it.each([
    ['nowhere', 'no kernels at "nowhere": there is no such folder, and git knows no such ref'],
    ['--help', 'no kernels at "--help"'],
    ['.git/HEAD', 'is a file; name the folder'],
    ['.git', 'no kernels here'],
  ])('refuses %s', async (where, message) => {
    await expect(loadKernels(where, repository())).rejects.toThrow(message);
  });
});

describe('a kernel set', () => {
  it('refuses two kernels of one name, naming both files', () => {
    const files = ['a.wgsl', 'b.wgsl'].map((path) => ({ path, text: NAIVE }));
    expect(() => kernelSet('here', files)).toThrow('b.wgsl: the name "naive" is taken by a.wgsl');
  });

  it('hashes a file of several kernels with the name, so that a change of the file changes them all', () => {
    const text = readFileSync('kernels/native-f16.wgsl', 'utf8');
    const hashes = (changed: string) =>
      kernelSet('here', [{ path: 'a.wgsl', text: NAIVE }, ...SERIES, { path: 'n.wgsl', text: changed }])
        .kernels.filter(({ file }) => file === 'n.wgsl')
        .map(({ hash }) => hash);
    expect(new Set([...hashes(text), ...hashes(`${text}// changed\n`)]).size).toBe(4);
  });

  it('refuses a kernel that builds on one that is not there, or on itself, naming file and line', () => {
    const based = (on: string) => NAIVE.replace('name: naive', `name: other\n// builds-on: ${on}`);
    const set = (on: string) =>
      kernelSet('here', [
        { path: 'a.wgsl', text: NAIVE },
        { path: 'b.wgsl', text: based(on) },
      ]);
    expect(set('naive').kernels.map(({ buildsOn }) => buildsOn)).toEqual([undefined, 'naive']);
    expect(set('elsewhere').kernels.map(({ buildsOn }) => buildsOn)).toEqual([undefined, 'elsewhere']);
    expect(() => set('other')).toThrow('b.wgsl:5: builds-on: other builds on other');
  });

  it('says which kernels there are', () => {
    const set = kernelSet('here', [{ path: 'a.wgsl', text: NAIVE }]);
    expect(() => findKernel(set, 'fast')).toThrow('no kernel "fast" in here; there are naive');
  });
});
