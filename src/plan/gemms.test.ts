import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelGemms } from './gemms.ts';
import { storedFormat } from './linear.ts';
import type { Model } from './model.ts';
import { modelSchema } from './model.ts';
import { MODELS } from './models/index.ts';
import { type GemmSkip, type ModelGemm, type Pass, passLogits, passTokens } from './pass.ts';
import { flopPerToken } from './totals.ts';

interface Expected {
  readonly linearPerToken: number;
  readonly attentionPerKeyDecode: number;
  readonly decode: readonly string[];
  readonly prefill: readonly string[];
}

const path = new URL('./testdata/gemm-lists.json', import.meta.url);
const expected = new Map<string, Expected>(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));

function model(name: string): Model {
  const found = MODELS.get(name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}

function gemms(name: string, pass: Pass, tp = 1): ModelGemm[] {
  return modelGemms(model(name), pass, { tp }).filter((gemm): gemm is ModelGemm => !('reason' in gemm));
}

function skips(name: string, pass: Pass, tp: number): GemmSkip[] {
  return modelGemms(model(name), pass, { tp }).filter((gemm): gemm is GemmSkip => 'reason' in gemm);
}

function linearList(name: string, pass: Pass): string[] {
  const tokens = passTokens(pass);
  return gemms(name, pass)
    .filter((gemm) => gemm.part !== 'activations')
    .map((gemm) => {
      const rows = gemm.group !== undefined ? 'routed' : gemm.name === 'lm_head' ? 'logits' : 'tokens';
      const active = model(name).experts?.active ?? 1;
      expect(gemm.m).toBe({ routed: tokens * active, logits: passLogits(pass), tokens }[rows]);
      const { stored } = storedFormat(model(name), gemm.part === 'activations' ? 'attention' : gemm.part);
      const matrices = gemm.group?.groups.experts ?? gemm.batch;
      return `${gemm.name} n=${gemm.n} k=${gemm.k} matrices=${matrices} rows=${rows} count=${gemm.count} ${stored}`;
    });
}

const decode = { phase: 'decode', batch: 3, context: 500 } as const;
const prefill = { phase: 'prefill', batch: 2, sequence: 300 } as const;

describe('linear GEMMs', () => {
  it('knows exactly the models of the expected lists', () => {
    expect([...MODELS.keys()].sort()).toEqual([...expected.keys()].sort());
    expect(MODELS.size).toBe(18);
  });

  it.each([...expected])('%s: names, sizes, counts and formats of decode and prefill', (name, lists) => {
    expect(linearList(name, decode)).toEqual(lists.decode);
    expect(linearList(name, prefill)).toEqual(lists.prefill);
  });

  it.each([...expected])('%s: FLOP per token', (name, lists) => {
    expect(flopPerToken(model(name), decode)).toEqual({
      linear: lists.linearPerToken,
      attentionPerKey: lists.attentionPerKeyDecode,
    });
    expect(flopPerToken(model(name), prefill).linear).toBe(lists.linearPerToken);
  });

  it('gives 10.262 and 7.214 GFLOP per token for gpt-oss', () => {
    expect(flopPerToken(model('gpt-oss-120b'), decode).linear / 1e9).toBeCloseTo(10.262, 3);
    expect(flopPerToken(model('gpt-oss-20b'), decode).linear / 1e9).toBeCloseTo(7.214, 3);
  });

  it('has biases where the models have them', () => {
    const biased = (name: string) =>
      gemms(name, decode)
        .filter((gemm) => gemm.bias)
        .map((gemm) => gemm.name);
    expect(biased('gpt-oss-20b')).toEqual(['qkv_proj', 'o_proj', 'router', 'expert_gate_up', 'expert_down']);
    expect(biased('gpt2-124m')).toEqual(['qkv_proj', 'o_proj', 'fc_in', 'fc_out']);
    expect(biased('bert-base')).toEqual(['qkv_proj', 'o_proj', 'fc_in', 'fc_out', 'lm_head']);
    expect(biased('llama3.1-8b')).toEqual([]);
  });

  it('separates gate and up on request without changing FLOP', () => {
    const flop = (gateUp: 'fused' | 'separate') =>
      modelGemms(model('mixtral-8x7b'), decode, { gateUp }).reduce(
        (sum, gemm) => sum + ('reason' in gemm ? 0 : gemm.batch * gemm.m * gemm.n * gemm.k),
        0,
      );
    const names = modelGemms(model('llama2-7b'), decode, { gateUp: 'separate' }).map((gemm) => gemm.name);
    expect(names).toEqual([
      'qkv_proj',
      'o_proj',
      'gate_proj',
      'up_proj',
      'down_proj',
      'lm_head',
      'attn_scores',
      'attn_values',
    ]);
    expect(flop('separate')).toBe(flop('fused'));
  });

  it('touches tokens · topK experts when decoding few tokens', () => {
    const up = gemms('gpt-oss-120b', { phase: 'decode', batch: 2, context: 10 }).find(
      (g) => g.name === 'expert_gate_up',
    );
    expect(up?.group?.groups.rows.filter((rows) => rows === 1)).toHaveLength(8);
    expect(up?.group?.label).toBe('128x4t2');
  });
});

describe('attention', () => {
  it('shares keys between query heads and shortens sliding layers', () => {
    const attention = gemms('gpt-oss-120b', { phase: 'decode', batch: 2, context: 1000 }).filter(
      (g) => g.part === 'activations',
    );
    expect(attention.map(({ name, batch, m, n, k, layout, count }) => [name, batch, m, n, k, layout, count])).toEqual([
      ['attn_scores', 16, 8, 128, 64, 'nt', 18],
      ['attn_values', 16, 8, 64, 128, 'nn', 18],
      ['attn_scores', 16, 8, 1000, 64, 'nt', 18],
      ['attn_values', 16, 8, 64, 1000, 'nn', 18],
    ]);
  });

  it('does not tell layers apart when the context is within the window', () => {
    const attention = gemms('gemma3-27b', { phase: 'decode', batch: 1, context: 1024 }).filter(
      (g) => g.part === 'activations',
    );
    expect(attention.map(({ n, count }) => [n, count])).toEqual([
      [1024, 62],
      [128, 62],
    ]);
  });

  it('is latent for DeepSeek: absorbed in decode, naive in prefill', () => {
    const sizes = (pass: Pass) =>
      gemms('deepseek-v3', pass)
        .filter((gemm) => gemm.part === 'activations')
        .map(({ batch, m, n, k }) => [batch, m, n, k]);
    expect(sizes({ phase: 'decode', batch: 2, context: 700 })).toEqual([
      [2, 128, 700, 576],
      [2, 128, 512, 700],
    ]);
    expect(sizes({ phase: 'prefill', batch: 1, sequence: 300 })).toEqual([
      [128, 300, 300, 192],
      [128, 300, 128, 300],
    ]);
  });

  it('agrees with the FLOP per token and key', () => {
    for (const [name, { attentionPerKeyDecode }] of expected) {
      // A context of one key is inside every window.
      const flop = gemms(name, { phase: 'decode', batch: 1, context: 1 })
        .filter((gemm) => gemm.part === 'activations')
        .reduce((sum, gemm) => sum + 2 * gemm.count * gemm.batch * gemm.m * gemm.n * gemm.k, 0);
      expect([name, flop]).toEqual([name, attentionPerKeyDecode]);
    }
  });
});

describe('tensor parallel', () => {
  const sized = (name: string, tp: number) =>
    Object.fromEntries(
      gemms(name, decode, tp).map((g) => [g.name, `${g.batch}·${g.n}·${g.k}${g.bias ? '+bias' : ''}`]),
    );

  it('splits columns or rows as Megatron does, and says so in the name', () => {
    expect(sized('llama3.1-70b', 8)).toMatchInlineSnapshot(`
      {
        "attn_scores@tp8": "3·500·128",
        "attn_values@tp8": "3·128·500",
        "down_proj@tp8": "1·8192·3584",
        "gate_up_proj@tp8": "1·7168·8192",
        "lm_head@tp8": "1·16032·8192",
        "o_proj@tp8": "1·8192·1024",
        "qkv_proj@tp8": "1·1280·8192",
      }
    `);
  });

  it('replicates key-value heads, routers and latent projections; adds a row-parallel bias after the reduction', () => {
    expect(sized('qwen3-235b-a22b', 8)).toMatchInlineSnapshot(`
      {
        "attn_scores@tp8": "3·500·128",
        "attn_values@tp8": "3·128·500",
        "expert_down@tp8": "1·4096·192",
        "expert_gate_up@tp8": "1·384·4096",
        "lm_head@tp8": "1·18992·4096",
        "o_proj@tp8": "1·4096·1024",
        "qkv_proj@tp8": "1·1280·4096",
        "router": "1·128·4096",
      }
    `);
    expect(sized('deepseek-v3', 4)).toMatchInlineSnapshot(`
      {
        "attn_scores@tp4": "3·500·576",
        "attn_values@tp4": "3·512·500",
        "dense_down@tp4": "1·7168·4608",
        "dense_gate_up@tp4": "1·9216·7168",
        "expert_down@tp4": "1·7168·512",
        "expert_gate_up@tp4": "1·1024·7168",
        "kv_a_proj_with_mqa": "1·576·7168",
        "lm_head@tp4": "1·32320·7168",
        "o_absorb@tp4": "32·128·512",
        "o_proj@tp4": "1·7168·4096",
        "q_a_proj": "1·1536·7168",
        "q_absorb@tp4": "32·512·128",
        "q_b_proj@tp4": "1·6144·1536",
        "router": "1·256·7168",
        "shared_down@tp4": "1·7168·512",
        "shared_gate_up@tp4": "1·1024·7168",
      }
    `);
    expect(sized('gpt-oss-20b', 2)).toMatchInlineSnapshot(`
      {
        "attn_scores@tp2": "12·500·64",
        "attn_values@tp2": "12·64·500",
        "expert_down@tp2": "1·2880·1440",
        "expert_gate_up@tp2": "1·2880·2880+bias",
        "lm_head@tp2": "1·100544·2880",
        "o_proj@tp2": "1·2880·2048",
        "qkv_proj@tp2": "1·2560·2880+bias",
        "router": "1·32·2880+bias",
      }
    `);
  });

  it('skips what does not divide, with the reason', () => {
    expect(skips('phi4-14b', decode, 16)).toMatchInlineSnapshot(`
      [
        {
          "name": "qkv_proj@tp16",
          "reason": "40 heads cannot be divided by tp 16",
        },
        {
          "name": "o_proj@tp16",
          "reason": "40 heads cannot be divided by tp 16",
        },
        {
          "name": "attn_scores@tp16",
          "reason": "10 key-value heads cannot be spread over 16 ranks",
        },
        {
          "name": "attn_values@tp16",
          "reason": "10 key-value heads cannot be spread over 16 ranks",
        },
      ]
    `);
    expect(skips('gpt2-124m', decode, 2)).toEqual([
      { name: 'lm_head@tp2', reason: '50257 vocabulary rows cannot be divided by tp 2' },
    ]);
  });

  it('keeps the FLOP of the sharded GEMMs, summed over ranks', () => {
    const total = (tp: number) =>
      gemms('llama3.1-405b', decode, tp).reduce((sum, g) => sum + tp * g.batch * g.m * g.n * g.k * g.count, 0);
    expect(total(8)).toBe(total(1));
    expect(total(2)).toBe(total(1));
  });
});

describe('training', () => {
  const train = { phase: 'train', batch: 1, sequence: 48 } as const;

  it('has three GEMMs for each forward one, with transposed layouts', () => {
    const qkv = gemms('gpt2-124m', train).filter((gemm) => gemm.name.startsWith('qkv_proj'));
    expect(qkv.map(({ name, m, n, k, layout, bias }) => [name, m, n, k, layout, bias])).toEqual([
      ['qkv_proj', 48, 2304, 768, 'nt', true],
      ['qkv_proj.dgrad', 48, 768, 2304, 'nn', false],
      ['qkv_proj.wgrad', 2304, 768, 48, 'tn', false],
    ]);
    const values = gemms('gpt2-124m', train).filter((gemm) => gemm.name.startsWith('attn_values'));
    expect(values.map(({ name, m, n, k, layout }) => [name, m, n, k, layout])).toEqual([
      ['attn_values', 48, 64, 48, 'nn'],
      ['attn_values.dgrad', 48, 48, 64, 'nt'],
      ['attn_values.wgrad', 48, 64, 48, 'tn'],
    ]);
  });

  it('gives each touched expert its mean rows in the weight gradient', () => {
    const pass = { phase: 'train', batch: 1, sequence: 40 } as const;
    const [wgrad] = gemms('gpt-oss-20b', pass).filter((gemm) => gemm.name === 'expert_down.wgrad');
    expect(wgrad).toMatchObject({ batch: 32, m: 2880, n: 2880, k: 5, layout: 'tn' });
    expect(wgrad?.note).toMatch(/32 experts/);
    expect(wgrad?.group).toBeUndefined();
  });

  it('costs each dense model three forward passes', () => {
    for (const name of ['llama2-7b', 'gpt2-124m', 'gemma2-9b']) {
      const flop = (filter: (name: string) => boolean) =>
        gemms(name, train)
          .filter((gemm) => filter(gemm.name))
          .reduce((sum, g) => sum + g.batch * g.m * g.n * g.k * g.count, 0);
      expect(flop(() => true)).toBe(3 * flop((gemm) => !gemm.includes('.')));
    }
  });
});

describe('inline models', () => {
  it('never needs heads · head_dim to equal hidden, and shards to the same FLOP whatever the sizes', () => {
    const size = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 8 }),
        size,
        fc.boolean(),
        (hidden, headDim, kvHeads, dFf, gated) => {
          const spec = {
            name: 'x',
            hidden,
            heads: kvHeads * 4,
            kv_heads: kvHeads,
            head_dim: headDim,
            d_ff: dFf * 4,
            gated,
          };
          const tiny = modelSchema.parse(spec);
          const sum = modelGemms(tiny, decode).reduce(
            (total, g) => total + ('reason' in g || g.part === 'activations' ? 0 : 2 * g.n * g.k * g.count),
            0,
          );
          expect(sum).toBe(flopPerToken(tiny, decode).linear);
          const four = modelGemms(tiny, decode, { tp: 4 });
          expect(four.some((g) => 'reason' in g && g.name !== 'qkv_proj@tp4' && !g.name.startsWith('attn'))).toBe(
            false,
          );
        },
      ),
    );
  });
});
