/** `run --verify-only` on the embedded adapter, and on a scripted device. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Verification } from '../record/beside/verification.ts';
import { folderOfAll } from '../record/testdata/folder.ts';
import { inProcess, STEADY } from './testdata/in-process.ts';

const KERNELS = fileURLToPath(new URL('../../kernels', import.meta.url));

const dir = folderOfAll();
beforeAll(() => {
  mkdirSync(join(dir(), 'broken'));
  const naive = readFileSync(join(KERNELS, 'naive.wgsl'), 'utf8');
  const broken = (name: string, find: string, replace: string) => {
    const text = naive.replace('name: naive', `name: ${name}`).replace(find, replace);
    expect(text).toContain(replace);
    writeFileSync(join(dir(), `broken/${name}.wgsl`), text);
  };
  cpSync(join(KERNELS, 'naive.wgsl'), join(dir(), 'broken/naive.wgsl'));
  broken('short', 'k < problem.k; k++', 'k + 1u < problem.k; k++');
  broken('eager', '!at.live || row >= at.row_end || col >= problem.n', 'row >= at.row_end || col >= problem.n');
});

async function verified(suite: string, ...more: string[]) {
  writeFileSync(join(dir(), 'suite.yaml'), suite);
  return inProcess(['run', 'suite.yaml', '--verify-only', ...more], { cwd: dir() });
}

const shape = (text: string) => `shapes: [{ ${text}, from: test }]`;

describe('run --verify-only', () => {
  it('finds the kernel that is wrong, and stores nothing', { timeout: 60_000 }, async () => {
    const suite = shape('m: [3, 17], n: 20, k: 33, w: [f32, bf16], kernels: all');
    const { exit, out } = await verified(suite, '--kernels', 'broken', '--adapter', 'embedded', '--json');
    expect(exit).toBe(4);
    const { cases, counts, machine }: Verification = JSON.parse(out);
    expect(machine).toMatch(/^swiftshader/);
    expect(counts).toEqual({ verified: 8, overflow: 0, failed: 4, skipped: 0 });
    const [naive, short] = ['naive', 'short'].map((name) => cases.find(({ kernel }) => kernel.name === name));
    expect(naive).toMatchObject({ status: 'verified', shape: { batch: 1, m: 3, n: 20, k: 33 }, layout: 'nn' });
    expect(naive?.kernelError).toBeLessThan(naive?.budget ?? 0);
    expect(naive?.kernel.hash).toMatch(/^[0-9a-f]{16}/);
    expect(short).toMatchObject({ status: 'failed', reason: 'wrong-result' });
    expect(readdirSync(dir())).not.toContain('results');
  });

  it('says where the right result is beyond f16, and where it is not', { timeout: 60_000 }, async () => {
    const suite = shape(
      'm: 4, n: 24, k: 2048, layout: nt, w: f16, a: f16, amplitude: 64, out: [f16, f32], kernels: all',
    );
    const { exit, out } = await verified(
      suite,
      '--kernels',
      'broken',
      '--kernel',
      'naive',
      '--adapter',
      'embedded',
      '--json',
    );
    expect(exit).toBe(0);
    const { cases }: Verification = JSON.parse(out);
    expect(cases.map(({ format, status, reason }) => [format.out, status, reason])).toEqual([
      ['f16', 'failed', 'overflow'],
      ['f32', 'verified', undefined],
    ]);
    expect(cases[0]?.detail).toMatch(/overflow: C\[0,0\] is -?Infinity, expected -?\d{6}\.\d+, and 65504 is the most/);
  });

  it('finds a kernel that writes though no expert has a row', { timeout: 60_000 }, async () => {
    const suite = shape('groups: { rows: [0, 0, 0] }, n: 20, k: 33, layout: nt, kernels: all');
    const { exit, out } = await verified(suite, '--kernels', 'broken', '--adapter', 'embedded');
    expect(exit).toBe(4);
    expect(out).toMatch(/kernel=eager: wrong-result: C\[0,0\] was written, though no expert has a row/);
    expect(out).toContain('2 verified, 0 overflow, 1 failed, 0 skipped');
  });

  it('says once for each reason how many cases were skipped', async () => {
    const suite = shape('m: [1, 2, 3], n: 16, k: 32, layout: nt, w: [f32, mxfp4, nvfp4]');
    const { exit, out } = await verified(suite, '--kernel', 'gemv', '--engine', 'scripted', '--scenario', STEADY);
    expect(exit).toBe(0);
    const told = /\nskipped\n((?: {2}.*\n)+)/.exec(out)?.[1]?.trim().split(/\n */);
    const reasons = ['mxfp4', 'nvfp4'].map((w) => `3 cases: unsupported: gemv does not serve weights in ${w}, only in`);
    expect(told?.map((line) => line.replace(/ only in.*/, ' only in'))).toEqual(reasons);
  });

  it('has results that are right with outliers, other blocks and zero points', { timeout: 60_000 }, async () => {
    const weights = '[mxfp8, int8, int4-64, int4-128-zp]';
    const suite = shape(`m: 5, n: 20, k: 200, layout: nt, w: ${weights}, distribution: outliers, kernels: naive`);
    const { exit, out } = await verified(suite, '--adapter', 'embedded');
    expect(exit).toBe(0);
    expect(out).toContain('4 verified, 0 overflow, 0 failed, 0 skipped');
  });

  it('works on a scripted device, whose scenario says what is wrong', async () => {
    const played = ['--engine', 'scripted', '--scenario', STEADY];
    const { exit, out } = await verified(shape('m: 16, n: 16, k: 16, kernels: [naive, direct]'), ...played);
    expect(exit).toBe(0);
    expect(out).toContain('2 verified, 0 overflow, 0 failed, 0 skipped');
  });

  it('prints what it has verified when it is interrupted', async () => {
    writeFileSync(join(dir(), 'suite.yaml'), shape('m: [1, 2, 3, 4, 5], n: 8, k: 8'));
    const command = ['run', 'suite.yaml', '--verify-only', '--engine', 'scripted', '--scenario', STEADY, '--json'];
    const { exit, out } = await inProcess(command, {
      cwd: dir(),
      onProgress: (text) => {
        if (text.includes('2 of 5 cases verified')) process.emit('SIGINT');
      },
    });
    expect(exit).toBe(130);
    const found: Verification = JSON.parse(out);
    expect(found.ended).toBe('interruption');
    expect(found.cases.map(({ shape: { m } }) => m)).toEqual([1, 2]);
  });
});
