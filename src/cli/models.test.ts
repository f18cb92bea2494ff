/** Models of the working folder and shipped ones, through the verbs that take them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { folderOfEach } from '../record/testdata/folder.ts';
import { commandIn, UNIT } from './testdata/in-process.ts';

const TINY =
  '{ name: tiny, from: test, hidden: 32, heads: 2, kv_heads: 1, head_dim: 16, d_ff: 96, weights: f32, activations: f32 }';

const dir = folderOfEach();
beforeEach(() => {
  mkdirSync(join(dir(), 'benches', 'models'), { recursive: true });
  models(`models:\n  - ${TINY}\n`);
  writeFileSync(join(dir(), 'flat.yaml'), 'cost: [{ flopPerSecond: 1e9 }]\n');
});

function models(text: string): void {
  writeFileSync(join(dir(), 'benches', 'models', 'own.yaml'), text);
}

const shapemark = commandIn(dir, UNIT);

const scripted = ['--engine', 'scripted', '--scenario', 'flat.yaml', '--json'];

describe('a model of the working folder', () => {
  it('is listed by its name alone, each GEMM under its own id', async () => {
    const { exit, out } = await shapemark('list', 'tiny', '--json', '--filter', 'qkv_proj,m=1');
    expect(exit).toBe(0);
    expect(JSON.parse(out).cases.map(({ id, from }: { id: string; from: string }) => [id, from])).toEqual([
      ['tiny/decode/qkv_proj/m=1/n=64/k=32/layout=nt/w=f32/a=f32/acc=f32/out=f32/kernel=best', 'test'],
    ]);
  });

  it('is measured, searched and explained', async () => {
    const run = await shapemark(
      'run',
      'tiny',
      '--filter',
      'tiny/decode/down_proj/*,m=1',
      '--processes',
      '2',
      ...scripted,
    );
    expect(run.exit).toBe(0);
    const [first] = JSON.parse(run.out).cases;
    expect(first.summary.medianSeconds).toBeCloseTo((2 * 32 * 96) / 1e9, 7);
    const small = ['--distance', '8', '--step', '8', '--tokens', '4', '--kernel', 'naive', '--w', 'f32', '--no-store'];
    const search = await shapemark('search', '--model', 'tiny', ...small, ...scripted);
    expect(JSON.parse(search.out)).toMatchObject({ hidden: 32, baseline: { dFf: 96 } });
    const explain = await shapemark('explain', '--model', 'tiny');
    expect(explain.exit).toBe(0);
    expect(explain.out).toContain('Shapes: test.');
  });

  it('is refused with file, line and remedy when it is wrong', async () => {
    models(`models:\n  - ${TINY.replace('kv_heads', 'kv_head')}\n`);
    for (const words of [
      ['list', 'tiny'],
      ['explain', '--model', 'tiny'],
      ['search', '--model', 'tiny'],
      ['list', 'bert'],
    ]) {
      const { exit, out } = await shapemark(...words, '--json');
      expect({ exit, ...JSON.parse(out) }, words.join(' ')).toMatchObject({
        exit: 2,
        error: {
          file: 'benches/models/own.yaml',
          line: 2,
          message: expect.stringMatching(
            /^benches\/models\/own\.yaml:2:\d+: models\[0\]: unknown key "kv_head"; did you mean "kv_heads"\?$/,
          ),
        },
      });
    }
    expect(await shapemark('list', 'square')).toMatchObject({ exit: 0 });
  });
});

describe('a name that nothing has', () => {
  it('is told which model may be meant', async () => {
    const { exit, err } = await shapemark('list', 'mixtral-8x7');
    expect({ exit, err }).toEqual({
      exit: 2,
      err: 'mixtral-8x7: there is no suite or model of this name; did you mean "mixtral-8x7b"?\n',
    });
  });
});
