import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { parseSuite } from '../suite/parse.ts';
import type { Case } from './case.ts';
import { expand } from './expand.ts';
import { formatId, parseId } from './id.ts';

const known = () => loadModels({ cwd: process.cwd() });

const kernels = ['naive', 'gemv'];

function expanded(text: string) {
  return expand(parseSuite(text, 's.yaml', known), { kernels });
}

function shapes(text: string): Case[] {
  return [...expanded(`shapes:\n  - ${text}\n`).cases];
}

describe('raw shapes', () => {
  it('default to f32, nn, cold, best', () => {
    const [only] = shapes('{ m: 2, n: 3, k: 4, from: hand }');
    expect(only).toEqual({
      id: 's/shape/gemm/m=2/n=3/k=4/layout=nn/w=f32/a=f32/acc=f32/out=f32/kernel=best',
      suite: 's',
      phase: 'shape',
      name: 'gemm',
      problem: {
        shape: { batch: 1, m: 2, n: 3, k: 4 },
        layout: 'nn',
        format: { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
        bias: false,
      },
      operands: 'cold',
      distribution: 'normal',
      seed: 1,
      kernel: 'best',
      from: 'hand',
      series: expect.stringMatching(/^[0-9a-f]{16}$/),
      count: 1,
    });
  });

  it('cross every list, and only the lists', () => {
    const axis = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 });
    const formats = fc.uniqueArray(fc.constantFrom('f32', 'f16', 'bf16'), { minLength: 1 });
    fc.assert(
      fc.property(axis, axis, axis, formats, formats, (m, n, k, w, out) => {
        const cases = shapes(JSON.stringify({ m, n, k, w, out, kernels: 'all', from: 'x' }));
        expect(cases).toHaveLength(m.length * n.length * k.length * w.length * out.length * kernels.length);
        expect(new Set(cases.map((entry) => entry.id)).size).toBe(cases.length);
        for (const { id, problem } of cases) {
          const parts = parseId(id);
          expect(formatId(parts)).toBe(id);
          expect(parts).toMatchObject({ shape: problem.shape, layout: problem.layout, format: problem.format });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('link dimensions', () => {
    const sizes = shapes('{ m: [2, 3], n: m, k: n, from: x }').map(({ problem: { shape } }) => [
      shape.m,
      shape.n,
      shape.k,
    ]);
    expect(sizes).toEqual([
      [2, 2, 2],
      [3, 3, 3],
    ]);
  });

  it('let activations follow 16-bit weights, and outputs follow activations', () => {
    const formats = (text: string) => shapes(text).map((entry) => entry.problem.format);
    expect(formats('{ m: 2, n: 3, k: 4, layout: nt, w: [f16, mxfp4], from: x }')).toEqual([
      { w: 'f16', a: 'f16', acc: 'f32', out: 'f16' },
      { w: 'mxfp4', a: 'f32', acc: 'f32', out: 'f32' },
    ]);
    expect(formats('{ m: 2, n: 3, k: 4, layout: nt, w: nvfp4, a: nvfp4, from: x }')).toEqual([
      { w: 'nvfp4', a: 'nvfp4', acc: 'f32', out: 'f32' },
    ]);
  });

  it('name scale rule and ties of block-scaled weights', () => {
    const scales = shapes('{ m: 2, n: 3, k: 4, layout: nt, w: [f32, mxfp4, nvfp4], scale: floor, from: x }').map(
      (entry) => entry.problem.scale,
    );
    expect(scales).toEqual([
      undefined,
      { block: 32, format: 'e8m0', rule: 'floor', ties: 'even' },
      { block: 16, format: 'e4m3', rule: 'amax', ties: 'even' },
    ]);
  });

  it('take rows from groups, routed or written out', () => {
    const grouped = shapes('{ n: 3, k: 4, groups: { experts: 4, tokens: [1, 3], topK: 2 }, from: x }');
    expect(grouped.map(({ problem }) => [problem.shape.m, problem.groups?.rows])).toEqual([
      [2, [0, 1, 0, 1]],
      [6, [1, 2, 1, 2]],
    ]);
    const [explicit] = shapes('{ n: 3, k: 4, groups: { rows: [0, 5] }, from: x }');
    expect(explicit?.problem).toMatchObject({ shape: { batch: 1, m: 5 }, groups: { experts: 2, rows: [0, 5] } });
  });
});

describe('series', () => {
  const series = (text: string) => shapes(text)[0]?.series;
  const base = 'm: 2, n: 3, k: 64, layout: nt, w: mxfp4, from: x';

  it('ignore names, origin and seed', () => {
    expect(series(`{ ${base}, name: other, phase: decode, seed: 7 }`)).toBe(series(`{ ${base} }`));
    const renamed = expanded(`name: renamed\nshapes:\n  - { ${base.replace('from: x', 'from: elsewhere')} }\n`)
      .cases[0];
    expect(renamed?.series).toBe(series(`{ ${base} }`));
  });

  it.each([
    'scale: floor',
    'operands: hot',
    'distribution: uniform',
    'bias: true',
    'batch: 2',
    'out: f16',
    'a: f16',
    'acc: f16',
    'kernels: naive',
  ])('depend on %s', (choice) => {
    expect(series(`{ ${base}, ${choice} }`)).not.toBe(series(`{ ${base} }`));
  });

  it('depend on how rows are spread, not on how the spread was written', () => {
    const grouped = (groups: string) => series(`{ n: 3, k: 4, groups: ${groups}, from: x }`);
    expect(grouped('{ rows: [1, 3] }')).not.toBe(grouped('{ rows: [2, 2] }'));
    expect(grouped('{ rows: [2, 2] }')).toBe(grouped('{ experts: 2, tokens: 4, topK: 1 }'));
  });

  it('stay what they are: a change here breaks every history', () => {
    expect(series(`{ ${base} }`)).toMatchInlineSnapshot(`"103672856fb9f33f"`);
  });
});

describe('models', () => {
  const decode = 'phases: { decode: { batch: 1, context: 256 } }';

  it('measure each tensor as its checkpoint stores it, computing in the model’s format', () => {
    const { cases } = expanded(`name: gpt-oss-20b\nmodels:\n  - { model: gpt-oss-20b, ${decode} }\n`);
    expect(cases.map(({ id, count }) => `${id} x${count}`)).toMatchInlineSnapshot(`
      [
        "gpt-oss-20b/decode/qkv_proj/m=1/n=5120/k=2880/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best x24",
        "gpt-oss-20b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best x24",
        "gpt-oss-20b/decode/router/m=1/n=32/k=2880/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best x24",
        "gpt-oss-20b/decode/expert_gate_up/groups=32x4t1/m=4/n=5760/k=2880/layout=nt/w=mxfp4/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best x24",
        "gpt-oss-20b/decode/expert_down/groups=32x4t1/m=4/n=2880/k=2880/layout=nt/w=mxfp4/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best x24",
        "gpt-oss-20b/decode/lm_head/m=1/n=201088/k=2880/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/kernel=best x1",
        "gpt-oss-20b/decode/attn_scores/batch=8/m=8/n=128/k=64/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/kernel=best x12",
        "gpt-oss-20b/decode/attn_values/batch=8/m=8/n=64/k=128/layout=nn/w=bf16/a=bf16/acc=f32/out=bf16/kernel=best x12",
        "gpt-oss-20b/decode/attn_scores/batch=8/m=8/n=256/k=64/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/kernel=best x12",
        "gpt-oss-20b/decode/attn_values/batch=8/m=8/n=64/k=256/layout=nn/w=bf16/a=bf16/acc=f32/out=bf16/kernel=best x12",
      ]
    `);
  });

  it('say their name where the suite is not named after them', () => {
    const { cases } = expanded(`models:\n  - { model: llama2-7b, only: [o_proj], ${decode} }\n`);
    expect(cases.map((entry) => entry.name)).toEqual(['llama2-7b:o_proj']);
  });

  it('keep attention in a format of activations', () => {
    const { cases } = expanded(`models:\n  - { model: llama2-7b, w: [mxfp4, f16], ${decode} }\n`);
    const formats = (name: string) =>
      cases.filter((c) => c.name.endsWith(name)).map((c) => `${c.problem.format.w}·${c.problem.format.a}`);
    expect(formats(':o_proj')).toEqual(['mxfp4·bf16', 'f16·f16']);
    expect(formats(':attn_scores')).toEqual(['bf16·bf16', 'f16·f16']);
  });

  it('measure weights as they are stored, but for kv_b_proj where it is absorbed', () => {
    const { cases } = expanded(`models:\n  - { model: deepseek-v3, only: [q_a_proj, q_absorb, router], ${decode} }\n`);
    expect(cases.map(({ problem, from }) => [problem.format.w, from.split('; ')[1]])).toEqual([
      ['fp8', undefined],
      ['bf16', 'fp8 weights measured as bf16'],
      ['bf16', undefined],
    ]);
  });

  it('train in the format the model computes in', () => {
    const text = 'models:\n  - { model: gpt-oss-20b, only: [expert_down*], phases: { train: { sequence: 64 } } }\n';
    const { cases } = expanded(text);
    expect(cases.map(({ name, problem }) => [name.split(':')[1], problem.layout, problem.format.w])).toEqual([
      ['expert_down', 'nt', 'bf16'],
      ['expert_down.dgrad', 'nn', 'bf16'],
      ['expert_down.wgrad', 'tn', 'bf16'],
    ]);
  });

  it('skip gradients of 4-bit weights and shards that split a block, with the reason', () => {
    const train =
      'models:\n  - { model: gpt-oss-20b, w: mxfp4, only: [expert_down*], phases: { train: { sequence: 64 } } }\n';
    expect(expanded(train).skips.map(({ reason }) => reason)).toEqual([
      'mxfp4 weights come in blocks along k, so they need layout nt, not nn',
    ]);
    const sharded = `models:\n  - { model: gpt-oss-20b, tp: [1, 2, 4, 7], only: [expert_down, router], ${decode} }\n`;
    const { cases, skips } = expanded(sharded);
    expect(cases.map(({ name }) => name.split(':')[1])).toEqual(['router', 'expert_down', 'expert_down@tp2']);
    expect(skips).toMatchInlineSnapshot(`
      [
        {
          "id": "s/decode/gpt-oss-20b:expert_down@tp4/groups=32x4t1/m=4/n=2880/k=720/layout=nt/w=mxfp4/a=bf16/acc=f32/out=bf16/kernel=best",
          "reason": "a shard of 720 along k would split a mxfp4 block of 32",
          "suite": "s",
        },
        {
          "id": "s/decode/gpt-oss-20b:expert_down@tp7",
          "reason": "2880 columns of d_ff cannot be divided by tp 7",
          "suite": "s",
        },
      ]
    `);
  });

  it('list the same GEMM of two passes once', () => {
    const text =
      'models:\n  - { model: llama2-7b, only: [o_proj, lm_head], phases: { prefill: { batch: [1, 2], sequence: [64, 128] } } }\n';
    const rows = expanded(text).cases.map(({ name, problem }) => `${name.split(':')[1]} ${problem.shape.m}`);
    expect(rows).toEqual(['o_proj 64', 'lm_head 1', 'o_proj 128', 'lm_head 2', 'o_proj 256']);
  });

  it('can be written out in the suite', () => {
    const text = `models:
  - model: { name: tiny, source: hand, hidden: 8, layers: 2, heads: 4, kv_heads: 2, head_dim: 3, d_ff: 20, bias: true, weights: f16, activations: f16 }
    ${decode}
`;
    const { cases, totals } = expanded(text);
    expect(cases.map(({ name, problem: { shape, bias } }) => [name, shape.n, shape.k, bias])).toEqual([
      ['tiny:qkv_proj', 24, 8, true],
      ['tiny:o_proj', 8, 12, true],
      ['tiny:gate_up_proj', 40, 8, true],
      ['tiny:down_proj', 8, 20, true],
      ['tiny:attn_scores', 256, 3, false],
      ['tiny:attn_values', 3, 256, false],
    ]);
    expect(totals).toMatchObject([{ model: 'tiny', phase: 'decode', flopPerToken: { linear: 2 * 2 * 768 } }]);
  });

  it('refuse one id with two scale rules', () => {
    const text = `models:
  - { model: gpt-oss-20b, only: [expert_down], ${decode} }
  - { model: gpt-oss-20b, only: [expert_down], scale: floor, ${decode} }
`;
    expect(() => expanded(text)).toThrow(/s\.yaml:3:5: models\[1\]: gives s\/decode.* another scale/);
  });
});
