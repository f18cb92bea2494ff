import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOfEach } from '../../record/testdata/folder.ts';
import { collectingRepository, githubAddress } from './repository.ts';

const root = folderOfEach();

const packaged = (repository?: unknown) =>
  writeFileSync(join(root(), 'package.json'), JSON.stringify({ name: 'shapemark', repository }));

describe('the repository that collects results', () => {
  it.each([
    ['owner/name'],
    ['github:owner/name'],
    [{ type: 'git', url: 'git+https://github.com/owner/name.git' }],
    ['https://github.com/owner/name'],
  ])('is what the package says: %j', (repository) => {
    packaged(repository);
    expect(collectingRepository(root())).toBe('https://github.com/owner/name');
  });

  it('is the remote of a clone whose package says nothing', () => {
    packaged();
    const git = (...words: string[]) => execFileSync('git', words, { cwd: root() });
    git('init', '-q');
    expect(collectingRepository(root())).toBeNull();
    git('remote', 'add', 'origin', 'git@github.com:somebody/shapemark.git');
    expect(collectingRepository(root())).toBe('https://github.com/somebody/shapemark');
  });

  it('is unknown where nothing says it', () => {
    expect(collectingRepository(root())).toBeNull();
    packaged({ type: 'git', url: 'https://example.org/owner/name' });
    expect(collectingRepository(root())).toBeNull();
  });

  it.each([
    ['git@github.com:owner/name.git', 'https://github.com/owner/name'],
    ['https://github.com/owner/name', 'https://github.com/owner/name'],
    ['https://user:secret@github.com/owner/name.git', 'https://github.com/owner/name'],
    ['ssh://git@github.com/owner/na.me.git', 'https://github.com/owner/na.me'],
    ['https://example.org/owner/name', null],
    ['https://evilgithub.com/owner/name', null],
    ['', null],
  ])('takes records at the repository of %j', (remote, expected) => {
    expect(githubAddress(remote)).toBe(expected);
  });
});
