import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GPUJS, isWanted, partsOf, runtimeFolders } from './contents.ts';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));

describe('the portable archive', () => {
  it('holds every dependency, and no tool of development', () => {
    const folders = runtimeFolders(read('package-lock.json').packages);
    const { dependencies, devDependencies } = read('package.json');
    for (const name of Object.keys(dependencies)) expect(folders).toContain(`node_modules/${name}`);
    for (const name of Object.keys(devDependencies)) {
      // What a dependency needs besides is there by its own right.
      if (!read('package-lock.json').packages[`node_modules/${name}`].dev) continue;
      expect(folders).not.toContain(`node_modules/${name}`);
    }
  });

  it('holds gpu.js with what it imports, and the Dawn that everything else uses', () => {
    const { packages } = read('package-lock.json');
    const wanted = Object.keys(packages['node_modules/gpu.js'].dependencies).filter((name) => name !== 'webgpu');
    expect(GPUJS).toEqual(['gpu.js', ...wanted].map((name) => `node_modules/${name}`));
    expect(packages['node_modules/gpu.js/node_modules/webgpu']).toBeUndefined();
  });

  it('takes nested copies with the folder they are in', () => {
    expect(
      runtimeFolders({ '': {}, 'node_modules/a': {}, 'node_modules/a/node_modules/b': {}, 'node_modules/ab': {} }),
    ).toEqual(['node_modules/a', 'node_modules/ab']);
  });

  it('takes of Dawn only what linux-x64 loads', () => {
    expect(partsOf('node_modules/webgpu')).toContain('node_modules/webgpu/dist/linux-x64');
    expect(partsOf('node_modules/zod')).toEqual(['node_modules/zod']);
  });

  it.each([
    ['a/index.js', true],
    ['a/LICENSE', true],
    ['a/index.d.ts', false],
    ['a/index.js.map', false],
    ['a/README.md', false],
  ])('%s: %s', (path, wanted) => expect(isWanted(path)).toBe(wanted));
});
