import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from './exit.ts';
import { harnessTree } from './harness-tree.ts';

const LOCK = readFileSync(fileURLToPath(new URL('../../package-lock.json', import.meta.url)), 'utf8');
const WORKER = 'src/measure/worker.node.ts';

let repository = '';
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], {
    cwd: repository,
    encoding: 'utf8',
  });

function commit(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  git('add', '-A');
  git('commit', '-q', '-m', 'change');
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'shapemark-trees-'));
  git('init', '-q', '-b', 'main');
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

const refusal = (where: string) =>
  harnessTree(where, repository).then(
    () => null,
    (error: unknown) => error,
  );

describe('a tree of the harness', () => {
  it('is checked out from a ref beside the installed dependencies, and goes away again', async () => {
    commit({ [WORKER]: '// the old worker\n', 'package-lock.json': LOCK });
    commit({ [WORKER]: '// the new worker\n' });
    const tree = await harnessTree('main~1', repository);
    expect(readFileSync(tree.worker, 'utf8')).toBe('// the old worker\n');
    const root = tree.worker.slice(0, -WORKER.length);
    expect(realpathSync(join(root, 'node_modules'))).toBe(
      realpathSync(fileURLToPath(new URL('../../node_modules', import.meta.url))),
    );
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(2);
    await tree.dispose();
    expect(existsSync(root)).toBe(false);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    expect(existsSync(fileURLToPath(new URL('../../node_modules/tsx', import.meta.url)))).toBe(true);
  });

  it('needs dependencies of its own when its lock differs, and is told how to get them', async () => {
    commit({ [WORKER]: '', 'package-lock.json': LOCK.replace('"lockfileVersion"', '"lockVersion"') });
    const error = await refusal('main');
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/package-lock\.json differs .* npm ci --prefix \.\.\/shapemark-base/);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  it('is no other project, no unknown ref, no folder without dependencies', async () => {
    commit({ 'package-lock.json': LOCK });
    expect(String(await refusal('main'))).toContain('this is no checkout of shapemark');
    expect(String(await refusal('nowhere'))).toContain('git knows no such ref');
    mkdirSync(join(repository, 'tree', 'src/measure'), { recursive: true });
    writeFileSync(join(repository, 'tree', WORKER), '');
    expect(String(await refusal('tree'))).toContain('npm ci --prefix tree');
    mkdirSync(join(repository, 'tree', 'node_modules'));
    expect((await harnessTree('tree', repository)).worker).toBe(join(repository, 'tree', WORKER));
  });
});
