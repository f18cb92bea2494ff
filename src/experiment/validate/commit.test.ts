/** What a repository says of a record's commit. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfAll } from '../../record/testdata/folder.ts';
import { gitIn } from '../../record/testdata/git.ts';
import { commitFacts } from './commit.node.ts';
import { type Draft, forged } from './testdata/forger.ts';

const dir = folderOfAll();
const git = (...args: string[]) => gitIn(dir(), ...args);

function commit(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir(), path)), { recursive: true });
    writeFileSync(join(dir(), path), text);
  }
  git('add', '-A');
  git('commit', '-qm', 'x', '--allow-empty');
  return git('rev-parse', 'HEAD').trim();
}

/** A file that makes a kernel for each scaled format. */
const COLUMNS = fileURLToPath(new URL('../../../kernels/block-columns.wgsl', import.meta.url));
const SHAPE = 'k: 64, layout: nt, from: test';
const SUITE = `description: x\nshapes:\n  - { name: a, phase: compute, m: [16, 32], n: m, ${SHAPE} }\n`;

let [first, unmerged] = ['', ''];
beforeAll(() => {
  git('init', '-q', '-b', 'main');
  first = commit({
    'package.json': '{ "version": "1.2.3", "dependencies": { "webgpu": "4.5.6" } }',
    'benches/quick.yaml': SUITE,
    'kernels/one.wgsl': readFileSync(COLUMNS, 'utf8'),
    'src/formats.ts': "export const FORMATS = ['mxfp4', 'int4'];\n",
  });
  git('checkout', '-q', '-b', 'pull');
  unmerged = commit({});
  git('checkout', '-q', 'main');
});

const factsOf = (
  sha: string,
  filter: string[] = [],
  suites = ['quick'],
  cases = (all: Draft['cases']): Draft['cases'] => all,
) =>
  commitFacts(
    forged((draft) => {
      draft.cases = cases(draft.cases);
      Object.assign(draft, { commit: { sha, dirty: false } });
      Object.assign(draft.settings, { filter, suites });
    }),
    dir(),
  );

describe('the facts of a commit', () => {
  it('are its versions, and the kernels of the number formats that it had', async () => {
    const facts = await factsOf(first);
    expect(facts?.versions).toEqual({ shapemark: '1.2.3', dawn: '4.5.6' });
    expect(facts?.kernels?.kernels.map(({ formats }) => formats.w)).toEqual([['int4'], ['mxfp4']]);
  });

  it('are the problems of its suites that pass the filter', async () => {
    const ids = ['16', '32'].map((m) => `quick/compute/a/m=${m}/n=${m}/k=64/layout=nt/w=f32/a=f32/acc=f32/out=f32`);
    expect((await factsOf(first))?.problems).toEqual(new Map(ids.map((id) => [id, 'test'])));
    expect((await factsOf(first, ['m>16']))?.problems).toEqual(new Map(ids.slice(1).map((id) => [id, 'test'])));
    // Rows of the sound record are of the suite quick.
    expect((await factsOf(first, [], ['../quick.yaml']))?.problems?.size).toBe(2);
    expect((await factsOf(first, ['kernel=naive']))?.problems).toBeNull();
    expect((await factsOf(first, [], ['nothing'], () => []))?.problems).toBeNull();
  });

  it('tell a commit that only a pull request has', async () => {
    expect((await factsOf(first))?.isReviewed).toBe(true);
    expect((await factsOf(unmerged))?.isReviewed).toBe(false);
    expect(await factsOf('0'.repeat(40))).toBeNull();
  });
});
