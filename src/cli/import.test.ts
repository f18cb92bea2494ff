/** What people already have, given to the verbs: a config.json, a list of shapes, a shape; and `import`, which prints the suite. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfAll } from '../record/testdata/folder.ts';
import { commandIn, UNIT } from './testdata/in-process.ts';

/** A small Kimi K2, wrapped as its successors are, with int4 experts. */
const KIMI = {
  architectures: ['KimiK25ForConditionalGeneration'],
  model_type: 'kimi_k25',
  vision_config: { vt_num_hidden_layers: 27 },
  text_config: {
    ...{ model_type: 'kimi_k2', hidden_size: 64, intermediate_size: 128, num_hidden_layers: 3, num_attention_heads: 4 },
    ...{ num_key_value_heads: 4, q_lora_rank: 32, kv_lora_rank: 32, qk_nope_head_dim: 16, qk_rope_head_dim: 16 },
    ...{ v_head_dim: 16, n_routed_experts: 8, num_experts_per_tok: 2, n_shared_experts: 1, moe_intermediate_size: 32 },
    ...{ first_k_dense_replace: 1, vocab_size: 256, max_position_embeddings: 4096 },
    quantization_config: {
      quant_method: 'compressed-tensors',
      config_groups: { group_0: { weights: { num_bits: 4, group_size: 32, symmetric: true } } },
      ignore: ['lm_head', 're:.*self_attn.*', 're:.*shared_experts.*', 're:.*mlp\\.(gate|up|gate_up|down)_proj.*'],
    },
  },
};
const DENSE = {
  ...{ architectures: ['LlamaForCausalLM'], model_type: 'llama', hidden_size: 32, intermediate_size: 96 },
  ...{ num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1, vocab_size: 64, torch_dtype: 'float32' },
};
const HYBRID = { ...DENSE, model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'], linear_num_key_heads: 16 };

const dir = folderOfAll();
beforeAll(() => {
  const files: Readonly<Record<string, string>> = {
    'kimi-small/config.json': JSON.stringify(KIMI),
    'dense/config.json': JSON.stringify(DENSE, null, 1),
    'hybrid.json': JSON.stringify(HYBRID, null, 1),
    'shapes.csv': 'cu_num,M,N,K,kernelId\n80,4,64,32,23\n80,4,64,32,24\n',
    'bad.csv': 'm,n,k\n4,64,x\n',
    'task.yml': 'benchmarks:\n  - {"m": 16, "n": 32, "k": 64, "seed": 8135}\n',
    'groups.yaml': 'shapes:\n  - { groups: { rows: [4, 8] }, n: [16, 32], k: [64, 128], from: test }\n',
    'shared.yaml': 'shapes:\n  - { batch: 8, repeat: 4, m: 45, n: 64, k: 128, layout: nt, from: test }\n',
    'hub.yaml': 'models:\n  - model: meta-llama/Llama-3.1-8B\n    phases: { decode: { batch: 1 } }\n',
    'ep.yaml': 'models:\n  - { model: deepseek-v3, ep: 8, phases: { decode: { batch: 128 } }, only: [expert_*] }\n',
    'flat.yaml': 'cost: [{ flopPerSecond: 1e9 }]\n',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(dir(), file, '..'), { recursive: true });
    writeFileSync(join(dir(), file), text);
  }
});

const shapemark = commandIn(dir, UNIT);

async function listed(...args: string[]) {
  const { exit, out } = await shapemark('list', ...args, '--json');
  expect(exit, out).toBe(0);
  return JSON.parse(out);
}

const played = ['--engine', 'scripted', '--scenario', 'flat.yaml', '--json'];

describe('a config.json', () => {
  it('is listed as the model it is, by file or by folder, with the formats of its checkpoint', async () => {
    const { cases, totals } = await listed('kimi-small');
    expect(totals.map(({ model, phase }: { model: string; phase: string }) => `${model} ${phase}`)).toEqual([
      'kimi-small decode',
      'kimi-small prefill',
    ]);
    const weights = new Map(cases.map(({ name, format }: { name: string; format: { w: string } }) => [name, format.w]));
    expect(weights.get('expert_gate_up')).toBe('int4');
    expect(weights.get('shared_gate_up')).toBe('bf16');
    expect(weights.get('lm_head')).toBe('bf16');
    expect((await listed('kimi-small/config.json')).cases).toEqual(cases);
    const { err } = await shapemark('list', 'kimi-small');
    expect(err).toBe(
      'kimi-small/config.json: text_config is read; vision_config and what connects them are left out\n' +
        'kimi-small/config.json: no dtype is named: bf16 is assumed; w and a of the suite say otherwise\n',
    );
  });

  it('is measured, searched around and explained', async () => {
    const filter = ['--filter', 'dense/decode/down_proj/*,m=1', '--processes', '2'];
    const run = await shapemark('run', 'dense', ...filter, ...played);
    expect(JSON.parse(run.out).cases[0].summary.medianSeconds).toBeCloseTo((2 * 32 * 96) / 1e9, 7);
    const small = ['--distance', '8', '--step', '8', '--tokens', '4', '--kernel', 'naive', '--w', 'f32', '--no-store'];
    const search = await shapemark('search', '--model', 'dense/config.json', ...small, ...played);
    expect(JSON.parse(search.out)).toMatchObject({ hidden: 32, baseline: { dFf: 96 } });
    const explain = await shapemark('explain', '--model', 'dense');
    expect(explain).toMatchObject({ exit: 0, out: expect.stringContaining('Shapes: dense/config.json.') });
  });

  it('that cannot be modelled names the field, its value and the line, wherever it is given', async () => {
    const message =
      /^hybrid\.json:13:26: linear_num_key_heads: 16 is of linear attention, which no GEMM here stands for; `.*import --partial`/;
    for (const words of [
      ['list', 'hybrid.json'],
      ['import', 'hybrid.json'],
      ['explain', '--model', 'hybrid.json'],
      ['search', '--model', 'hybrid.json'],
    ]) {
      const { exit, err } = await shapemark(...words);
      expect({ exit, err }, words.join(' ')).toMatchObject({ exit: 2, err: expect.stringMatching(message) });
    }
  });

  it('gives a suite of what is understood, which lists the rest', async () => {
    const { exit, out, err } = await shapemark('import', 'hybrid.json', '--partial', '--name', 'part');
    expect(exit).toBe(0);
    expect(err).toMatch(/^left out: attention, for linear_num_key_heads: 16/);
    writeFileSync(join(dir(), 'part.yaml'), out);
    const { cases } = await listed('part.yaml');
    expect([...new Set(cases.map(({ name }: { name: string }) => name))]).toEqual([
      'gate_up_proj',
      'down_proj',
      'lm_head',
    ]);
    const explain = await shapemark('explain', '--model', 'part.yaml');
    expect(explain.out).toContain('left out');
    expect(explain.out).not.toContain('key-value cache');
  });
});

describe('a list of shapes', () => {
  it('is listed as it stands, each shape once', async () => {
    const { cases } = await listed('shapes.csv');
    expect(cases.map(({ id, from }: { id: string; from: string }) => [id, from])).toEqual([
      ['shapes/shape/gemm/m=4/n=64/k=32/layout=nt/w=f32/a=f32/acc=f32/out=f32/kernel=best', 'shapes.csv:2'],
    ]);
    expect((await listed('task.yml')).cases[0]).toMatchObject({ phase: 'benchmarks', shape: { m: 16, n: 32, k: 64 } });
  });

  it('is compared and run', async () => {
    const run = await shapemark('run', 'shapes.csv', '--processes', '2', ...played);
    expect(JSON.parse(run.out).cases).toHaveLength(1);
    writeFileSync(join(dir(), 'kernels.txt'), '');
    const compare = await shapemark(
      'compare',
      join(process.cwd(), 'kernels'),
      join(process.cwd(), 'kernels'),
      '--suite',
      'shapes.csv',
      ...played,
    );
    expect(JSON.parse(compare.out).cases).toHaveLength(1);
  });

  it('that is wrong names file and line', async () => {
    const { exit, out } = await shapemark('list', 'bad.csv', '--json');
    expect({ exit, ...JSON.parse(out) }).toMatchObject({ exit: 2, error: { file: 'bad.csv', line: 2 } });
  });

  it('becomes a file of its own, with what was taken for granted in front', async () => {
    const { exit } = await shapemark('import', 'shapes.csv', '--w', 'f16', '--out', 'mine.yaml');
    expect(exit).toBe(0);
    expect(readFileSync(join(dir(), 'mine.yaml'), 'utf8')).toBe(
      [
        '# 1 of 2 rows repeat others',
        'name: shapes',
        'description: 1 shape from shapes.csv.',
        'shapes:',
        '  - { m: 4, n: 64, k: 32, layout: nt, w: f16, from: shapes.csv:2 }',
        '',
      ].join('\n'),
    );
    expect(await shapemark('list', 'mine.yaml')).toMatchObject({ exit: 0 });
  });

  it('of weights has rows of A from its reader', async () => {
    writeFileSync(join(dir(), 'nk.csv'), 'n,k\n64,32\n');
    const { out } = await shapemark('import', 'nk.csv', '--m', '1,16:64:16', '--json');
    expect(JSON.parse(out).suite.shapes.map(({ m }: { m: number }) => m)).toEqual([1, 16, 32, 48, 64]);
    expect(await shapemark('import', 'nk.csv')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--m 1,16,256 gives the rows'),
    });
  });

  it('is none: a suite needs no import, and a folder without a config.json is nothing', async () => {
    expect((await shapemark('import', 'hub.yaml')).err).toBe(
      'hub.yaml: is no config.json and no list of shapes; a suite needs no import\n',
    );
    mkdirSync(join(dir(), 'empty'), { recursive: true });
    expect((await shapemark('import', 'empty')).err).toMatch(/^empty: is a directory/);
  });
});

describe('--shape', () => {
  it('stands for a suite on list, run and compare', async () => {
    const { cases } = await listed(
      '--shape',
      '64x288x288:mxfp4',
      '--shape',
      '2x1×8x8:f16:f32',
      '--shape',
      '4x8x16:f16:tn',
    );
    expect(cases.map(({ id }: { id: string }) => id)).toEqual([
      'shapes/shape/gemm/m=64/n=288/k=288/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32/kernel=best',
      'shapes/shape/gemm/batch=2/m=1/n=8/k=8/layout=nn/w=f16/a=f32/acc=f32/out=f32/kernel=best',
      'shapes/shape/gemm/m=4/n=8/k=16/layout=tn/w=f16/a=f16/acc=f32/out=f16/kernel=best',
    ]);
    const all = ['nn', 'nt', 'tn', 'tt'].flatMap((layout) => ['--shape', `4x8x16:f32:f32:${layout}`]);
    const layouts = (await listed(...all)).cases.map(({ id }: { id: string }) => /layout=(..)/.exec(id)?.[1]);
    expect(layouts).toEqual(['nn', 'nt', 'tn', 'tt']);
    const run = await shapemark('run', '--shape', '4x8x16', '--processes', '2', ...played);
    expect(JSON.parse(run.out)).toMatchObject({
      cases: [{ shape: { m: 4, n: 8, k: 16 } }],
      settings: { suites: ['4x8x16'] },
    });
    const kernels = join(process.cwd(), 'kernels');
    const compare = await shapemark('compare', kernels, kernels, '--shape', '4x8x16', ...played);
    expect(JSON.parse(compare.out).cases).toHaveLength(1);
  });

  it('is explained, and searched around as tokens × d_ff × hidden', async () => {
    const explain = await shapemark('explain', '--shape', '64x2880x2880:mxfp4', '--json');
    expect(JSON.parse(explain.out)).toEqual(
      JSON.parse((await shapemark('explain', '64', '2880', '2880', '--w', 'mxfp4', '--json')).out),
    );
    const transposed = await shapemark('explain', '--shape', '64x2880x2880:f16:tt', '--json');
    expect(JSON.parse(transposed.out)).toMatchObject({ layout: 'tt' });
    const small = ['--distance', '8', '--step', '8', '--kernel', 'naive', '--no-store'];
    const search = await shapemark('search', '--shape', '4x96x32:f32', ...small, ...played);
    expect(JSON.parse(search.out)).toMatchObject({ hidden: 32, baseline: { dFf: 96 } });
  });

  it.each([
    [
      ['list', '--shape', '64x2880'],
      '--shape: cannot read "64x2880"; expected m×n×k, e.g. 64x2880x2880, 64x2880x2880:f16:f32 or 64x2880x2880:f16:f32:nt',
    ],
    [
      ['list', '--shape', '1x2x3:f16:f32:f32'],
      '--shape: 1x2x3:f16:f32:f32: "f32" is left after weights, activations and layout (nn, nt, tn, tt)',
    ],
    [
      ['list', '--shape', '1x2x3:nt:tn'],
      '--shape: 1x2x3:nt:tn: "tn" is left after weights, activations and layout (nn, nt, tn, tt)',
    ],
    [['search', '--shape', '1x2x3:tn'], '--shape 1x2x3:tn: weights of an MLP are stored [n,k], which is layout nt'],
    [['list', '--shape', '1x2x3:fp5'], '--shape: 1x2x3:fp5: unknown format "fp5"; did you mean "fp8"?'],
    [
      ['explain', '--shape', '1x2x3', '--model', 'llama2-7b'],
      'explain takes one of M N K, --shape, --model, --hidden with --d-ff, and --check',
    ],
    [['search', '--shape', '2x1x2x3'], '--shape 2x1x2x3: an MLP has no batch; m counts its tokens'],
  ])('is refused with a remedy: %j', async (words, message) => {
    expect(await shapemark(...words)).toMatchObject({ exit: 2, err: `${message}\n` });
  });
});

describe('suites that say what others could not', () => {
  it('ask where lists beside groups may mean two things', async () => {
    expect(await shapemark('list', 'groups.yaml')).toMatchObject({
      exit: 2,
      err: expect.stringMatching(
        /^groups\.yaml:2:\d+: shapes\[0\]\.n: has a value for each of 2 groups, but lists are crossed/,
      ),
    });
  });

  it('have matrices that share B as rows of one', async () => {
    expect((await listed('shared.yaml')).cases).toMatchObject([
      { shape: { batch: 8, m: 180, n: 64, k: 128 }, from: 'test; each B is shared by 4 matrices A, the rows of one' },
    ]);
  });

  it('name a model by its repository', async () => {
    expect((await listed('hub.yaml')).cases[0].name).toBe('llama3.1-8b:qkv_proj');
    expect((await listed('meta-llama/Llama-3.1-8B')).cases[0].name).toBe('qkv_proj');
    expect(await shapemark('explain', '--model', 'meta-llama/Llama-3.1-8B')).toMatchObject({ exit: 0 });
  });

  it('give one rank of those that share experts', async () => {
    expect(
      (await listed('ep.yaml')).cases.map(
        ({ name, shape, groups }: { name: string; shape: object; groups: { experts: number } }) => [
          name,
          shape,
          groups.experts,
        ],
      ),
    ).toEqual([
      ['deepseek-v3:expert_gate_up@ep8', { batch: 1, m: 128, n: 4096, k: 7168 }, 32],
      ['deepseek-v3:expert_down@ep8', { batch: 1, m: 128, n: 7168, k: 2048 }, 32],
    ]);
  });
});
