/** `compare` of a head whose kernel is no valid WGSL, on the embedded adapter. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { brokenHeads } from '../experiment/compare/preflight.ts';
import type { Pairing } from '../experiment/compare/sides.ts';
import type { Program } from '../kernel/program.ts';
import { folderOfAll } from '../record/testdata/folder.ts';
import { inProcess } from './testdata/in-process.ts';

const KERNELS = fileURLToPath(new URL('../../kernels', import.meta.url));

const dir = folderOfAll();
beforeAll(() => {
  for (const side of ['base', 'head']) {
    mkdirSync(join(dir(), side));
    cpSync(join(KERNELS, 'naive.wgsl'), join(dir(), side, 'naive.wgsl'));
  }
  const file = join(dir(), 'head/naive.wgsl');
  writeFileSync(file, readFileSync(file, 'utf8').replace('var sum = 0.0;', 'var sum = nowhere;'));
});

it('names the line at once, measures nothing of it, and does not advise to measure again', {
  timeout: 120_000,
}, async () => {
  const words = ['compare', 'base', 'head', '--shape', '4x8x16:f32', '--kernel', 'naive'];
  const { exit, out, err } = await inProcess([...words, '--adapter', 'embedded'], { cwd: dir() });
  expect(exit).toBe(4);
  const line = readFileSync(join(dir(), 'head/naive.wgsl'), 'utf8').split('var sum')[0]?.split('\n').length;
  expect(err).toContain(`head/naive.wgsl:${line}:13: unresolved value 'nowhere'`);
  expect(err).toContain('correct this line and compare again; not measured: 1 case of naive');
  expect(err).not.toContain('progress:');
  expect(out).toMatch(/^failed +naive +1 /m);
  expect(out).toContain('nothing else had to be measured');
  expect(out).not.toMatch(/measure again|larger --budget|worse on/);
});

it('goes on with the other cases, and says a line that kernels share once', async () => {
  const program = (kernel: string, code: string) => ({ kernel, code }) as Program;
  const changed = (kernel: string, code: string): Pairing => ({
    kind: 'changed',
    ...{ base: program(kernel, 'before'), head: program(kernel, code) },
  });
  const asked: string[] = [];
  const said: string[] = [];
  const pairs = new Map<string, Pairing>([
    ['1', changed('a', 'bad a')],
    ['2', changed('a', 'bad a')],
    ['3', changed('b', 'bad b')],
    ['4', changed('c', 'good')],
    ['5', { kind: 'identical', base: program('d', 'bad d') }],
  ]);
  const faults = async (texts: readonly { kernel: string; code: string }[]) => {
    asked.push(...texts.map(({ code }) => code));
    return texts.map(({ kernel, code }) =>
      code.startsWith('bad') ? `${kernel}: head/x.wgsl:3:1: no such name` : null,
    );
  };
  const broken = await brokenHeads(pairs, faults, { err: (text) => void said.push(text) });
  expect(asked).toEqual(['bad a', 'bad b', 'good']);
  expect([...broken.keys()]).toEqual(['1', '2', '3']);
  expect(broken.get('3')).toMatchObject({ kind: 'broken', kernels: { base: 'b', head: 'b' } });
  expect(said.join('')).toBe(
    [
      'head compile-error: head/x.wgsl:3:1: no such name',
      '  correct this line and compare again; not measured: 3 cases of a and 1 more of this file',
      '1 other changed cases compile and are compared\n',
    ].join('\n'),
  );
});
