/** A change of the prelude is a change of the kernels it reaches: a copy of this checkout, with commits of its own. */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../judge/ab/comparison.ts';
import { folderOfAll } from '../../record/testdata/folder.ts';
import { gitIn } from '../../record/testdata/git.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TSX = import.meta.resolve('tsx');
const SCENARIO = `device: {subgroupSize: [8, 8]}
noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}
cost: [{when: "code=*PLANTED*", seconds: 0.004}, {seconds: 0.002}]
`;
const PRELUDE = 'src/gemm/formats/e4m3.ts';
const LINE = '  let value = unpack2x16float(byte << 7u).x * 256.0;\n';

const copy = folderOfAll();
const git = (...args: string[]) => gitIn(copy(), ...args);

beforeAll(() => {
  for (const path of ['src', 'kernels', 'benches', 'package.json'])
    cpSync(join(ROOT, path), join(copy(), path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy(), 'node_modules'), 'junction');
  writeFileSync(join(copy(), '.gitignore'), 'node_modules\n');
  writeFileSync(join(copy(), 'scenario.yaml'), SCENARIO);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'before');
});

function plant(): void {
  const text = readFileSync(join(copy(), PRELUDE), 'utf8');
  expect(text).toContain(LINE);
  writeFileSync(join(copy(), PRELUDE), text.replace(LINE, `  let PLANTED = 1u;\n${LINE}`));
}

function compare(...words: string[]): Promise<{ exit: number; document: Comparison }> {
  const bin = join(copy(), 'src/cli/bin.ts');
  const options = ['--engine', 'scripted', '--scenario', 'scenario.yaml', '--budget', '60', '--json'];
  return new Promise((resolve) => {
    const flags = ['--import', TSX, bin, 'compare', ...words, ...options];
    execFile(process.execPath, flags, { cwd: copy(), maxBuffer: 1 << 26 }, (error, out, err) => {
      if (out === '') throw new Error(err);
      resolve({ exit: typeof error?.code === 'number' ? error.code : 0, document: JSON.parse(out) });
    });
  });
}

describe('a change of the prelude', () => {
  it('is measured on the kernels it reaches, against programs of the base made by its own code', async () => {
    plant();
    const { exit, document } = await compare('main');
    git('checkout', '-q', '.');
    expect(exit).toBe(1);
    expect(document.changed.filter((name) => !/nvfp4|fp8|naive/.test(name))).toEqual([]);
    expect(document.changed).toContain('nvfp4-gemv');
    expect(document.counts.slower).toBeGreaterThan(2);
    expect(document.cases.every(({ id, verdict }) => verdict !== 'slower' || /w=(nvfp4|fp8|mxfp8)/.test(id))).toBe(
      true,
    );
  }, 120_000);

  it('of a commit that is not in the history here is not run, and is named first', async () => {
    git('switch', '-q', '-c', 'other');
    plant();
    git('commit', '-q', '-a', '-m', 'other prelude');
    git('switch', '-q', 'main');
    const { exit, document } = await compare('main', 'other');
    expect(exit).toBe(0);
    expect(document.cases[0]).toMatchObject({ verdict: 'unmeasured', cause: 'harness' });
    expect(document.cases[0]?.reason).toContain(`other has different code that writes programs (${PRELUDE})`);
    const strict = await compare('main', 'other', '--fail-on', 'unmeasured-here');
    expect(strict.exit).toBe(1);
  }, 120_000);
});
