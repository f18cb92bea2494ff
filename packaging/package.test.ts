/** Contents of the npm package, and of an install from the lock file. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' });
const read = (file: string) => JSON.parse(readFileSync(`${ROOT}/${file}`, 'utf8'));

describe('the npm package', () => {
  const packed: string[] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'))[0].files.map(
    ({ path }: { path: string }) => path,
  );

  it('holds what running needs and nothing else', () => {
    const top = [...new Set(packed.map((path) => path.split('/')[0]))].filter((name) => name !== 'dist');
    expect(top.sort()).toEqual(['LICENSE', 'README.md', 'benches', 'docs', 'kernels', 'package.json']);
    const others = packed.filter((path) => !path.startsWith('dist/'));
    expect(others.filter((path) => /\.ts$|test|evals\//.test(path))).toEqual([]);
  });

  it('is built before it is packed, from nothing but what the command and its worker import', () => {
    expect(read('package.json').scripts.prepack).toMatch(/^npm run build && /);
    const sources = run('npx', 'tsc', '-p', 'tsconfig.build.json', '--listFilesOnly')
      .split('\n')
      .map((file) => relative(ROOT, file))
      .filter((file) => file !== '' && !file.startsWith('node_modules/'));
    expect(sources).toContain('src/cli/bin.ts');
    expect(sources).toContain('src/measure/worker/worker.node.ts');
    const foreign = sources.filter((file) => !file.startsWith('src/') || /test|fault|cloud|trial|eval/.test(file));
    expect(foreign).toEqual([]);
  });
});

describe('the lock file', () => {
  const packages: Record<string, { resolved?: string; hasInstallScript?: boolean }> =
    read('package-lock.json').packages;

  it('names no registry', () => {
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
  });

  it('holds no package that builds native code: gpu.js comes without its OpenGL', () => {
    const scripts = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript);
    const { allowScripts } = read('package.json');
    const refused = Object.keys(allowScripts).map((name) => `node_modules/${name.replace(/@[\d.]+$/, '')}`);
    expect(scripts.sort()).toEqual(refused.sort());
  });
});
