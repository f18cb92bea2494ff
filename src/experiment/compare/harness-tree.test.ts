import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderOfEach } from '../../record/testdata/folder.ts';
import { gitIn } from '../../record/testdata/git.ts';
import { UsageError } from '../errors.ts';
import { harnessTree } from './harness-tree.ts';

const LOCK = readFileSync(fileURLToPath(new URL('../../../package-lock.json', import.meta.url)), 'utf8');
const WORKER = 'src/measure/worker/worker.node.ts';

const repository = folderOfEach();
const git = (...args: string[]) => gitIn(repository(), ...args);

const worktrees = () => git('worktree', 'list').trim().split('\n');

function write(path: string, text = ''): string {
  const file = join(repository(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function commit(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) write(path, text);
  git('add', '-A');
  git('commit', '-q', '-m', 'change');
}

beforeEach(() => {
  git('init', '-q', '-b', 'main');
});

const refusal = (where: string) =>
  harnessTree(where, repository()).then(
    () => null,
    (error: unknown) => error,
  );

describe('a tree of the harness', () => {
  it('is checked out from a ref beside the installed dependencies, and goes away again', async () => {
    commit({ [WORKER]: '// the old worker\n', 'package-lock.json': LOCK });
    commit({ [WORKER]: '// the new worker\n' });
    const tree = await harnessTree('main~1', repository());
    expect(readFileSync(tree.worker, 'utf8')).toBe('// the old worker\n');
    const root = tree.worker.slice(0, -WORKER.length);
    expect(realpathSync(join(root, 'node_modules'))).toBe(
      realpathSync(fileURLToPath(new URL('../../../node_modules', import.meta.url))),
    );
    expect(worktrees()).toHaveLength(2);
    await tree.dispose();
    expect(existsSync(root)).toBe(false);
    expect(worktrees()).toHaveLength(1);
    expect(existsSync(fileURLToPath(new URL('../../../node_modules/tsx', import.meta.url)))).toBe(true);
  });

  it('needs dependencies of its own when its lock differs, and is told how to get them', async () => {
    commit({ [WORKER]: '', 'package-lock.json': LOCK.replace('"lockfileVersion"', '"lockVersion"') });
    const error = await refusal('main');
    expect(error).toBeInstanceOf(UsageError);
    const [, own = '', command = ''] =
      /package-lock\.json differs .* run: git worktree add --force --detach (\S+) (\S+) && npm ci --prefix \1, then: --harness \1$/.exec(
        String(error),
      ) ?? [];
    expect(own).toMatch(/^\.\.\/shapemark-[0-9a-f]{12}$/);
    expect(worktrees()).toHaveLength(1);
    // What it says can be done, and the folder is used the next time.
    git('worktree', 'add', '--force', '--detach', own, command);
    expect(String(await refusal('main'))).toMatch(/own; run: npm ci --prefix \.\.\/shapemark-[0-9a-f]{12}, then/);
    rmSync(join(repository(), own), { recursive: true });
  });

  it('clears away what killed comparisons left, and leaves those alone that still run', async () => {
    commit({ [WORKER]: '', 'package-lock.json': LOCK });
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const [left, gone, running] = [`${dead}-left`, `${dead}-gone`, `${process.ppid}-runs`].map((name) =>
      join(`${repository()}-trees`, `shapemark-harness-${name}`),
    );
    for (const folder of [left, gone, running]) git('worktree', 'add', '-q', '--detach', folder ?? '', 'main');
    git('worktree', 'lock', left ?? '');
    rmSync(gone ?? '', { recursive: true });
    const tree = await harnessTree('main', repository());
    expect(existsSync(left ?? '')).toBe(false);
    expect(worktrees().filter((line) => /left|gone/.test(line))).toEqual([]);
    expect(existsSync(join(running ?? '', WORKER))).toBe(true);
    await tree.dispose();
    expect(worktrees()).toHaveLength(2);
    rmSync(`${repository()}-trees`, { recursive: true });
  });

  it('is no other project, no unknown ref, no folder without dependencies', async () => {
    commit({ 'package-lock.json': LOCK });
    expect(String(await refusal('main'))).toContain('this is no checkout of shapemark');
    expect(String(await refusal('nowhere'))).toContain('git knows no such ref');
    expect(String(await refusal(''))).toContain('the name is empty');
    write(join('tree', WORKER));
    expect(String(await refusal('tree'))).toContain('npm ci --prefix tree');
    mkdirSync(join(repository(), 'tree', 'node_modules'));
    expect((await harnessTree('tree', repository())).worker).toBe(join(repository(), 'tree', WORKER));
  });

  it('keeps its worker where harnesses kept theirs before there were rooms', async () => {
    const worker = write('older/src/measure/worker.node.ts');
    mkdirSync(join(repository(), 'older', 'node_modules'));
    expect((await harnessTree('older', repository())).worker).toBe(worker);
  });
});
