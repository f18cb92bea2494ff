/** A contribution as a range of commits. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeRecord } from '../../record/store/store.node.ts';
import { gitIn } from '../../record/testdata/git.ts';
import { vetPull } from './pull.ts';
import { consistent } from './testdata/forger.ts';
import { at, CONTEXT, edit, inFolders, MACHINE, placed } from './testdata/placed.ts';
import { SOUND, SOUND_FILE } from './testdata/sound.ts';

inFolders();

function described(machine: string): void {
  mkdirSync(join(at.dir, 'results', machine), { recursive: true });
  cpSync(join(dirname(SOUND_FILE), 'machine.json'), join(at.dir, 'results', machine, 'machine.json'));
}

describe('a pull request', () => {
  const git = (...args: string[]) => gitIn(at.dir, ...args);

  beforeEach(() => {
    git('init', '-q', '-b', 'main');
    writeFileSync(join(at.dir, 'README.md'), 'x\n');
    git('add', '.');
    git('commit', '-qm', 'begin');
    git('checkout', '-q', '-b', 'pull');
  });

  const vetted = () => {
    git('add', '-A');
    git('commit', '-qm', 'contribute');
    return vetPull('main..pull', { ...CONTEXT, repository: at.dir });
  };

  it('that adds a record is judged by the record', async () => {
    placed();
    const [only, ...rest] = await vetted();
    expect(rest).toEqual([]);
    // The commit of the record is in the project's repository, and not in this one.
    expect(only).toMatchObject({
      file: `results/${MACHINE}/${SOUND.id}.json`,
      verdict: 'ask',
      reasons: [expect.stringContaining('is not in this repository')],
    });
  });

  it.each<[string, () => void, string, RegExp]>([
    ['changes code', () => writeFileSync(join(at.dir, 'evil.js'), 'process.exit(0)'), 'evil.js', /is not a record/],
    ['changes a file', () => edit(join(at.dir, 'README.md'), () => 'y\n'), 'README.md', /a contribution only adds/],
    ['deletes a file', () => rmSync(join(at.dir, 'README.md')), 'README.md', /is deleted/],
    [
      'adds a link',
      () => symlinkSync('/etc/passwd', join(at.dir, 'results', MACHINE, '20261124T151325Z-00000000.json')),
      `results/${MACHINE}/20261124T151325Z-00000000.json`,
      /mode 120000/,
    ],
    [
      'adds samples without a record',
      () => rmSync(join(at.dir, 'results', MACHINE, `${SOUND.id}.json`)),
      `results/${MACHINE}/${SOUND.id}.csv`,
      /without its record/,
    ],
    [
      'adds a page',
      () => writeFileSync(join(at.dir, 'results', MACHINE, 'index.html'), '<script>'),
      `results/${MACHINE}/index.html`,
      /is not a record/,
    ],
    [
      'adds the description of a machine alone',
      () => rmSync(join(at.dir, 'results', MACHINE), { recursive: true }) ?? described('some-gpu'),
      'results/some-gpu/machine.json',
      /without a record of the machine/,
    ],
    [
      'adds attributes of git',
      () => writeFileSync(join(at.dir, 'results', '.gitattributes'), '*.json -diff\n'),
      'results/.gitattributes',
      /is not a record/,
    ],
    [
      'adds more than fits on a disk',
      () => {
        for (let i = 10; i < 20; i++)
          writeFileSync(join(at.dir, 'results', MACHINE, `202611${i}T151325Z-00000000.json`), Buffer.alloc(32 << 20));
      },
      `results/${MACHINE}/${SOUND.id}.json`,
      /is beyond the 268435456 bytes/,
    ],
  ])('that %s is refused', async (_, change, file, reason) => {
    placed();
    change();
    const found = await vetted();
    expect(found).toContainEqual({ file, verdict: 'refuse', reasons: [expect.stringMatching(reason)] });
  });

  it('that hides what it was in its history is asked about', async () => {
    writeFileSync(join(at.dir, 'kernels.wgsl'), 'fast');
    git('add', '-A');
    git('commit', '-qm', 'prepare');
    rmSync(join(at.dir, 'kernels.wgsl'));
    placed();
    expect(await vetted()).toContainEqual({
      file: 'main..pull',
      verdict: 'ask',
      reasons: [expect.stringMatching(/hold 1 files that are gone at the end, the first kernels\.wgsl/)],
    });
  });

  it('is not believed about a commit of its own', async () => {
    vi.stubEnv('GIT_COMMITTER_DATE', '2026-11-24T15:00:00Z');
    git('commit', '-q', '--allow-empty', '-m', 'mine');
    const sha = git('rev-parse', 'HEAD').trim();
    const record = consistent((draft) => void Object.assign(draft, { commit: { sha, dirty: false } }));
    writeRecord(join(at.dir, 'results'), record);
    const [only] = await vetted();
    vi.unstubAllEnvs();
    expect(only?.reasons.join('\n')).toMatch(/is not in the history of this repository/);
  });

  it('that describes its machine otherwise than its record does is asked about', async () => {
    edit(join(dirname(placed()), 'machine.json'), (text) => text.replace('"linux"', '"linux "'));
    expect(await vetted()).toContainEqual({
      file: `results/${MACHINE}/machine.json`,
      verdict: 'ask',
      reasons: ['is not what a record beside it makes it'],
    });
  });

  it('of very many records is asked about', async () => {
    for (let i = 100; i < 121; i++) {
      mkdirSync(join(at.dir, 'results', MACHINE), { recursive: true });
      writeFileSync(join(at.dir, 'results', MACHINE, `20261124T151${i}Z-97bae60f.json`), `{"x": ${i}}`);
    }
    expect(await vetted()).toContainEqual({
      file: 'main..pull',
      verdict: 'ask',
      reasons: ['adds 21 records; more than 20 at once are rare'],
    });
  });

  it('with a range that is none is wrong use', async () => {
    for (const [range, message] of [
      ['main', 'expected BASE..HEAD'],
      ['main..nowhere', 'git knows no such ref'],
      ['main..main', 'changes nothing'],
    ] as const)
      await expect(vetPull(range, { ...CONTEXT, repository: at.dir })).rejects.toThrow(message);
  });

  it('leaves nothing behind, and checks nothing out', async () => {
    placed();
    git('add', '-A');
    git('commit', '-qm', 'contribute');
    git('checkout', '-q', 'main');
    const own = mkdtempSync(join(tmpdir(), 'shapemark-own-'));
    vi.stubEnv('TMPDIR', own);
    await vetPull('main..pull', { ...CONTEXT, repository: at.dir });
    vi.unstubAllEnvs();
    expect(readdirSync(own)).toEqual([]);
    rmSync(own, { recursive: true });
    expect(existsSync(join(at.dir, 'results', MACHINE, basename(SOUND_FILE)))).toBe(false);
  });
});
