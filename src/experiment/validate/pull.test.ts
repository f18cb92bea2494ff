import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeRecord } from '../../record/store.node.ts';
import { vetFile } from './file.ts';
import { vetPull } from './pull.ts';
import { consistent } from './testdata/forger.ts';
import { NOW, SOUND, SOUND_FILE } from './testdata/sound.ts';

const CONTEXT = { names: [], now: NOW };
const MACHINE = SOUND.machine;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shapemark-vet-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The sound record with its files in `results/<machine>` below the test's folder. */
function placed(machine = MACHINE): string {
  const folder = join(dir, 'results', machine);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(dirname(SOUND_FILE)))
    if (name.startsWith(SOUND.id) || name === 'machine.json')
      cpSync(join(dirname(SOUND_FILE), name), join(folder, name));
  return join(folder, `${SOUND.id}.json`);
}

function described(machine: string): void {
  mkdirSync(join(dir, 'results', machine), { recursive: true });
  cpSync(join(dirname(SOUND_FILE), 'machine.json'), join(dir, 'results', machine, 'machine.json'));
}

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));
const sidecarOf = (file: string) => file.replace(/json$/, 'samples.json.gz');

describe('a file', () => {
  it('is accepted with all that lies beside it', async () => {
    const file = placed();
    expect(await vetFile(file, 'x.json', CONTEXT)).toEqual({
      file: 'x.json',
      verdict: 'accept',
      reasons: [],
      tier: 'single',
    });
    edit(file, (text) => `\ufeff${text.replaceAll('\n', '\r\n')}`);
    expect((await vetFile(file, 'x.json', CONTEXT)).verdict).toBe('accept');
  });

  it.each<[string, (file: string) => void, RegExp]>([
    [
      'a key twice',
      (file) => edit(file, (text) => text.replace('"unit":', '"unit": "0123456789abcdef",\n "unit":')),
      /line \d+ is not what its content is written as/,
    ],
    [
      'a field that no record has',
      (file) => edit(file, (text) => text.replace('{', '{\n "fast": true,')),
      /^fast is not a field/,
    ],
    [
      '__proto__',
      (file) => edit(file, (text) => text.replace('{', '{\n "__proto__": {},')),
      /__proto__ is not a field/,
    ],
    [
      'a field in a row',
      (file) => edit(file, (text) => text.replace('"status": "measured",', '"status": "measured", "sponsor": "x",')),
      /cases\[0\]\.sponsor is not a field/,
    ],
    [
      'a number in another form',
      (file) => edit(file, (text) => text.replace('"seed": 1,', '"seed": 1.0,')),
      /another form/,
    ],
    ['a number beyond all', (file) => edit(file, (text) => text.replace(/"seed": 1,/, '"seed": 1e999,')), /seed/],
    ['samples of another record', (file) => writeFileSync(sidecarOf(file), gzipSync('{}')), /hash differs/],
    [
      'a sidecar cut short',
      (file) => writeFileSync(sidecarOf(file), readFileSync(sidecarOf(file)).subarray(0, 900)),
      /samples\.json\.gz: /,
    ],
    [
      'a bomb',
      (file) => writeFileSync(sidecarOf(file), gzipSync(Buffer.alloc(300 << 20))),
      /larger than the counts in the record allow/,
    ],
    [
      'a CSV that says something else',
      (file) => edit(file.replace(/json$/, 'csv'), (text) => text.replace('gemv-direct', 'gemv')),
      /the CSV is not what the record makes it/,
    ],
    [
      'a CSV with a column more',
      (file) => edit(file.replace(/json$/, 'csv'), (text) => text.replace('record,', 'record,sponsor,')),
      /no version writes/,
    ],
    [
      'the description of another machine',
      (file) => edit(join(dirname(file), 'machine.json'), (text) => text.replaceAll('llvmpipe', 'h100')),
      /machine\.json/,
    ],
    [
      'a CSV with a column that every object has',
      (file) => writeFileSync(file.replace(/json$/, 'csv'), 'constructor\r\n'),
      /a column "constructor", which no version writes/,
    ],
    [
      'a CSV with a column twice',
      (file) => writeFileSync(file.replace(/json$/, 'csv'), 'from,'.repeat(1e6)),
      /a column "from", which no version writes so/,
    ],
    [
      'bytes behind the samples',
      (file) => writeFileSync(sidecarOf(file), Buffer.concat([readFileSync(sidecarOf(file)), gzipSync('')])),
      /20 bytes follow the samples/,
    ],
    [
      'a name in the sidecar',
      (file) => {
        const bytes = readFileSync(sidecarOf(file));
        const head = Buffer.from(bytes.subarray(0, 10)).fill(8, 3, 4);
        writeFileSync(sidecarOf(file), Buffer.concat([head, Buffer.from('/home/jane\0'), bytes.subarray(10)]));
      },
      /header has a name/,
    ],
    [
      'lists in lists without end',
      (file) => edit(file, (text) => text.replace('{', `{"x": ${'['.repeat(1e5)}${']'.repeat(1e5)},`)),
      /cannot be vetted: RangeError/,
    ],
    [
      'a long text that is no record',
      (file) => writeFileSync(file, `{"schema": "x", "x": [${'1,'.repeat(1e7)}1]}`),
      /^schema: /,
    ],
    [
      'markup in the description of the machine',
      (file) => edit(join(dirname(file), 'machine.json'), (text) => text.replace('"AMD EPYC"', '"<b>AMD EPYC</b>"')),
      /machine\.json: cpu\.model contains markup/,
    ],
    ['300 MB', (file) => writeFileSync(file, Buffer.alloc(300 << 20, 32)), /314572800 bytes long/],
  ])('is refused for %s', async (_, change, reason) => {
    const file = placed();
    change(file);
    const start = performance.now();
    const { verdict, reasons } = await vetFile(file, 'x.json', CONTEXT);
    expect({ verdict, reasons: reasons.join('\n') }).toEqual({
      verdict: 'refuse',
      reasons: expect.stringMatching(reason),
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('is refused in the folder of another machine', async () => {
    const { verdict, reasons } = await vetFile(placed('nvidia-h100-vulkan-linux'), 'x.json', CONTEXT);
    expect({ verdict, reasons: reasons.join('\n') }).toEqual({
      verdict: 'refuse',
      reasons: expect.stringContaining('folder of nvidia-h100'),
    });
  });

  it('is asked about when another program formatted it', async () => {
    const file = placed();
    edit(file, (text) => JSON.stringify(JSON.parse(text)));
    expect(await vetFile(file, 'x.json', CONTEXT)).toMatchObject({
      verdict: 'ask',
      reasons: ['the file was formatted by another program'],
    });
  });
});

describe('a pull request', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: dir,
      encoding: 'utf8',
    });

  beforeEach(() => {
    git('init', '-q', '-b', 'main');
    writeFileSync(join(dir, 'README.md'), 'x\n');
    git('add', '.');
    git('commit', '-qm', 'begin');
    git('checkout', '-q', '-b', 'pull');
  });

  const vetted = () => {
    git('add', '-A');
    git('commit', '-qm', 'contribute');
    return vetPull('main..pull', { ...CONTEXT, repository: dir });
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
    ['changes code', () => writeFileSync(join(dir, 'evil.js'), 'process.exit(0)'), 'evil.js', /is not a record/],
    ['changes a file', () => edit(join(dir, 'README.md'), () => 'y\n'), 'README.md', /a contribution only adds/],
    ['deletes a file', () => rmSync(join(dir, 'README.md')), 'README.md', /is deleted/],
    [
      'adds a link',
      () => symlinkSync('/etc/passwd', join(dir, 'results', MACHINE, '20261124T151325Z-00000000.json')),
      `results/${MACHINE}/20261124T151325Z-00000000.json`,
      /mode 120000/,
    ],
    [
      'adds samples without a record',
      () => rmSync(join(dir, 'results', MACHINE, `${SOUND.id}.json`)),
      `results/${MACHINE}/${SOUND.id}.csv`,
      /without its record/,
    ],
    [
      'adds a page',
      () => writeFileSync(join(dir, 'results', MACHINE, 'index.html'), '<script>'),
      `results/${MACHINE}/index.html`,
      /is not a record/,
    ],
    [
      'adds the description of a machine alone',
      () => rmSync(join(dir, 'results', MACHINE), { recursive: true }) ?? described('some-gpu'),
      'results/some-gpu/machine.json',
      /without a record of the machine/,
    ],
    [
      'adds attributes of git',
      () => writeFileSync(join(dir, 'results', '.gitattributes'), '*.json -diff\n'),
      'results/.gitattributes',
      /is not a record/,
    ],
    [
      'adds more than fits on a disk',
      () => {
        for (let i = 10; i < 20; i++)
          writeFileSync(join(dir, 'results', MACHINE, `202611${i}T151325Z-00000000.json`), Buffer.alloc(32 << 20));
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
    writeFileSync(join(dir, 'kernels.wgsl'), 'fast');
    git('add', '-A');
    git('commit', '-qm', 'prepare');
    rmSync(join(dir, 'kernels.wgsl'));
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
    writeRecord(join(dir, 'results'), record);
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
      mkdirSync(join(dir, 'results', MACHINE), { recursive: true });
      writeFileSync(join(dir, 'results', MACHINE, `20261124T151${i}Z-97bae60f.json`), `{"x": ${i}}`);
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
      await expect(vetPull(range, { ...CONTEXT, repository: dir })).rejects.toThrow(message);
  });

  it('leaves nothing behind, and checks nothing out', async () => {
    placed();
    git('add', '-A');
    git('commit', '-qm', 'contribute');
    git('checkout', '-q', 'main');
    const own = mkdtempSync(join(tmpdir(), 'shapemark-own-'));
    vi.stubEnv('TMPDIR', own);
    await vetPull('main..pull', { ...CONTEXT, repository: dir });
    vi.unstubAllEnvs();
    expect(readdirSync(own)).toEqual([]);
    rmSync(own, { recursive: true });
    expect(existsSync(join(dir, 'results', MACHINE, basename(SOUND_FILE)))).toBe(false);
  });
});
