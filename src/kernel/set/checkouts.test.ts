/** Kernel sets in repositories as people have them: refs of every shape, packages, line ends, links. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../record/testdata/git.ts';
import type { Kernel } from './kernel.ts';
import { loadKernels } from './load.node.ts';
import { type KernelFile, parseKernels } from './set.ts';

/** The one kernel of a file. */
function parseKernel(file: KernelFile) {
  const [placed] = parseKernels(file);
  if (!placed) throw new Error('no kernel');
  return placed.kernel;
}

const NAIVE = readFileSync('kernels/naive.wgsl', 'utf8');
const named = (name: string) => NAIVE.replace('name: naive', `name: ${name}`);

let folder = '';
let repository = '';

const git = (...args: string[]) => gitIn(repository, ...args);

function write(path: string, text: string | Buffer, root = repository): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  symlinkSync(target, join(repository, path));
}

function commit(message: string): string {
  git('add', '-A');
  git('commit', '-q', '-m', message);
  return git('rev-parse', 'HEAD');
}

const names = async (where: string, cwd = repository) =>
  (await loadKernels(where, cwd)).kernels.map((kernel) => kernel.name);
const refusal = (where: string, cwd = repository) =>
  loadKernels(where, cwd).then(
    ({ kernels }) => `loaded ${kernels.length}`,
    (error: Error) => error.message,
  );

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shapemark checkouts-'));
  repository = join(folder, 'work');
  execFileSync('git', ['init', '-q', '-b', 'main', repository]);
  write('kernels/naive.wgsl', NAIVE);
  write('packages/gpu/kernels/mine.wgsl', named('mine'));
  write('packages/новый пакет/kernels/theirs.wgsl', named('theirs'));
  write('packages/empty/readme.md', 'nothing here');
  commit('one');
  git('tag', 'v1');
  git('tag', '-a', 'v1.0', '-m', 'annotated');
  git('branch', 'feature/fast-mm');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('update-ref', 'refs/remotes/origin/only/there', 'HEAD');
  git('update-ref', 'refs/pull/7/merge', 'HEAD');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a ref', () => {
  it('is found whatever its shape: branch, tag, remote branch, pull request, full or short name of a commit', async () => {
    const sha = git('rev-parse', 'v1');
    const refs = ['main', 'v1', 'v1.0', 'feature/fast-mm', 'origin/main', 'refs/pull/7/merge', 'HEAD', 'v1^{commit}'];
    const all = [...refs, sha, sha.slice(0, 8), `ref:${sha}`];
    expect(await Promise.all(all.map((ref) => names(ref)))).toEqual(all.map(() => ['naive']));
  });

  it.each([
    ['', 'which kernels? the name is empty; in CI: this event has no pull request; set base'],
    ['ref:', 'this event has no pull request; set base'],
    ['nowhere', 'no kernels at "nowhere": there is no such folder, and git knows no such ref'],
    ['-x', 'git knows no such ref, and no ref starts with "-" or holds a space'],
    ['my branch', 'git knows no such ref, and no ref starts with "-" or holds a space'],
    ['only/there', 'git knows no such ref; did you mean origin/only/there?'],
    ['0123456789012345678901234567890123456789', 'git knows no such ref'],
  ])('that is %j is refused in one sentence', async (ref, message) => {
    const said = await refusal(ref);
    expect(said).toContain(message);
    expect(said).not.toContain('\n');
  });

  it('is not to be had in a shallow clone that lacks it, and outside of a repository', async () => {
    write('notes.txt', 'two');
    commit('two');
    const clone = join(folder, 'shallow');
    gitIn(folder, 'clone', '-q', '--depth', '1', '--no-tags', `file://${repository}`, clone);
    expect(await refusal('v1', clone)).toContain('this clone is shallow: git fetch --unshallow --tags');
    expect(await refusal('main', folder)).toContain('git says: not a git repository');
  });
});

describe('a package in a repository', () => {
  it.each([
    ['packages/gpu', 'main', ['mine'], 'main:packages/gpu/kernels'],
    ['packages/новый пакет', 'main', ['theirs'], 'main:packages/новый пакет/kernels'],
    ['packages/gpu', 'main:kernels', ['naive'], 'main:kernels'],
    ['packages/gpu', 'main:./kernels', ['mine'], 'main:packages/gpu/kernels'],
    ['packages/gpu', 'ref:main:../новый пакет/kernels/', ['theirs'], 'main:packages/новый пакет/kernels'],
    ['.', 'main', ['naive'], 'main:kernels'],
    ['.', 'main:packages/gpu', ['mine'], 'main:packages/gpu'],
    ['.', 'v1:', ['mine', 'naive', 'theirs'], 'v1:'],
  ])('standing in %s, %s has the kernels %j', async (cwd, where, expected, origin) => {
    const set = await loadKernels(where, join(repository, cwd));
    expect(set.kernels.map(({ name }) => name)).toEqual(expected);
    expect(set.origin).toBe(origin);
  });

  it('takes none from the root in its stead, and says where they are', async () => {
    const here = join(repository, 'packages/empty');
    expect(await refusal('main', here)).toBe(
      'main:packages/empty/kernels: no kernels here; those at the root of the repository are main:kernels',
    );
    expect(await refusal('main:nope', here)).toBe(
      'main:nope: no kernels here; main:path/to/kernels names another folder',
    );
    expect(await refusal('main:../../../kernels', here)).toContain('leads out of the repository');
    expect(await refusal('main:kernels/naive.wgsl')).toContain('is a file; name the folder');
  });
});

describe('the text of a kernel', () => {
  const facts = ({ hash, body }: Kernel) => ({ hash, body });

  it('keeps the hash that its bytes have, for every kernel that is shipped in a file of its own', async () => {
    const { kernels } = await loadKernels('kernels');
    const alone = kernels.filter(({ file }) => kernels.filter((other) => other.file === file).length === 1);
    expect(alone.length).toBeGreaterThan(10);
    for (const { file, hash } of alone)
      expect(hash, file).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
  });

  it('is the same with CRLF, with a byte order mark, and with both', () => {
    const parsed = (text: string) => facts(parseKernel({ path: 'naive.wgsl', text }));
    const plain = parsed(NAIVE);
    const crlf = NAIVE.replaceAll('\n', '\r\n');
    for (const text of [crlf, `\ufeff${NAIVE}`, `\ufeff${crlf}`]) expect(parsed(text)).toEqual(plain);
  });

  it('is the same from a checkout that Git for Windows makes, and from its ref', async () => {
    const clone = join(folder, 'crlf');
    gitIn(folder, 'clone', '-q', '-c', 'core.autocrlf=true', `file://${repository}`, clone);
    expect(readFileSync(join(clone, 'kernels/naive.wgsl'), 'utf8')).toContain('\r\n');
    const [here, there] = [await loadKernels('kernels', clone), await loadKernels('ref:HEAD', clone)];
    expect(here.kernels.map(facts)).toEqual(there.kernels.map(facts));
  });

  it('is stored and checked out with LF wherever .gitattributes of this repository rules, and tables with CRLF', () => {
    const [source, clone] = [join(folder, 'lf'), join(folder, 'lf-crlf')];
    gitIn(folder, 'init', '-q', '-b', 'main', source);
    write('.gitattributes', readFileSync('.gitattributes'), source);
    const texts = ['a.wgsl', 'b.yaml', 'c.ts', 'd.json', 'e.sh', '.ci/run', 'f.journal.ndjson', 'g.md'];
    for (const path of [...texts, 'h.csv']) write(path, 'one\r\ntwo\r\n', source);
    gitIn(source, 'add', '-A');
    gitIn(source, 'commit', '-q', '-m', 'one');
    gitIn(folder, 'clone', '-q', '-c', 'core.autocrlf=true', `file://${source}`, clone);
    for (const path of texts) expect(readFileSync(join(clone, path), 'utf8'), path).toBe('one\ntwo\n');
    expect(readFileSync(join(clone, 'h.csv'), 'utf8')).toBe('one\r\ntwo\r\n');
  });

  it.each(['\ufeff', ''])('has its lines and columns counted behind %j', (mark) => {
    const text = mark + NAIVE.replace('name: naive', 'name: Naive').replaceAll('\n', '\r\n');
    const line = NAIVE.split('\n').findIndex((each) => each.includes('name: naive')) + 1;
    expect(() => parseKernel({ path: 'naive.wgsl', text })).toThrow(`naive.wgsl:${line}:10: name: expected words`);
    const late = `${mark}${NAIVE.split('\n').slice(0, 3).join('\r\n')}\r\nfn main() {}\r\n`;
    expect(() => parseKernel({ path: 'naive.wgsl', text: late })).toThrow('naive.wgsl:4:1: front matter ends here');
  });

  it('is UTF-8, of a sensible length, and readable', async () => {
    write('odd/utf16/a.wgsl', Buffer.from(`\ufeff${NAIVE}`, 'utf16le'));
    write('odd/long/a.wgsl', `${NAIVE}//${'-'.repeat(1 << 20)}`);
    write('odd/bom/a.wgsl', `\ufeff${NAIVE}`);
    commit('odd');
    for (const where of ['odd/', 'HEAD:odd/']) {
      expect(await refusal(`${where}utf16`)).toBe(`${where}utf16/a.wgsl: is not text in UTF-8; save it as UTF-8`);
      expect(await refusal(`${where}long`)).toMatch(/long\/a\.wgsl is \d+ bytes long; a kernel has at most 1048576/);
      expect(await names(`${where}bom`)).toEqual(['naive']);
    }
  });
});

describe('a link', () => {
  beforeAll(() => {
    write('common/naive.wgsl', NAIVE);
    write('common/deep/other.wgsl', named('other'));
    write('common/notes.md', 'text');
    link('./hop.wgsl', 'links/naive.wgsl');
    link('.././common/naive.wgsl', 'links/hop.wgsl');
    link('../common/./deep/', 'links/series');
    link('../common/notes.md', 'links/notes.md');
    link('nowhere', 'links/readme.txt');
    link('someone@host.1234', 'links/.#naive.wgsl');
    link('.', 'links/itself');
    link('../links', 'links/itself-again');
    link('naive.wgsl', 'links/twice.wgsl');
    link('../common', 'package/kernels');
    link('nowhere.wgsl', 'broken/naive.wgsl');
    write('broken/other.wgsl', named('other'));
    link('nowhere', 'broken-folder/series');
    link('b.wgsl', 'circle/a.wgsl');
    link('a.wgsl', 'circle/b.wgsl');
    link(join(folder, 'outside.wgsl'), 'store/naive.wgsl');
    write('outside.wgsl', NAIVE, folder);
    link('nowhere', 'lost/kernels');
    commit('links');
  });

  it.each(['links', 'HEAD:links'])('is followed to files and folders, and adds nothing twice: %s', async (where) => {
    expect(await names(where)).toEqual(['naive', 'other']);
    const hashes = async (from: string) => (await loadKernels(from, repository)).kernels.map(({ hash }) => hash);
    expect(await hashes(where)).toEqual(await hashes('common'));
  });

  it('may stand for the folder itself', async () => {
    const cwd = join(repository, 'package');
    expect(await names('kernels', cwd)).toEqual(['naive', 'other']);
    expect(await names('HEAD', cwd)).toEqual(['naive', 'other']);
  });

  it.each(['', 'HEAD:'])('that leads nowhere is named: %s', async (at) => {
    expect(await refusal(`${at}broken`)).toBe(`${at}broken/naive.wgsl is a link that leads nowhere; mend or remove it`);
    expect(await refusal(`${at}broken-folder`)).toContain(`${at}broken-folder/series is a link that leads nowhere`);
    expect(await refusal(`${at}circle`)).toMatch(/circle\/[ab]\.wgsl is a link that leads nowhere/);
    expect(await refusal(`${at}lost/kernels`)).toContain('lost/kernels is a link that leads nowhere');
  });

  it('out of the repository is followed on a disk, and refused in a ref', async () => {
    expect(await names('store')).toEqual(['naive']);
    expect(await refusal('HEAD:store')).toBe(
      `HEAD:store/naive.wgsl is a link to ${join(folder, 'outside.wgsl')}, which is in no commit of this repository; name a checked-out folder of kernels instead of the ref`,
    );
  });

  it('to another repository, a submodule, is refused in a ref', async () => {
    const library = join(folder, 'library');
    gitIn(folder, 'init', '-q', '-b', 'main', library);
    write('mine.wgsl', named('mine'), library);
    gitIn(library, 'add', '-A');
    gitIn(library, 'commit', '-q', '-m', 'one');
    git('submodule', '--quiet', 'add', library, 'with/submodule');
    commit('submodule');
    expect(await names('with')).toEqual(['mine']);
    for (const where of ['HEAD:with', 'HEAD:with/submodule'])
      expect(await refusal(where)).toContain('HEAD:with/submodule is a submodule, which is in no commit');
  });
});
