import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { modelGemms } from './gemms.ts';
import { storedFormat } from './linear.ts';
import type { Model } from './model.ts';
import { modelSchema } from './model.ts';
import { type ModelGemm, type Pass, passLogits, passTokens } from './pass.ts';
import { flopPerToken } from './totals.ts';

const MODELS = loadModels({ cwd: process.cwd() });

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

function gemms(name: string, pass: Pass): ModelGemm[] {
  return modelGemms(model(name), pass).filter((gemm): gemm is ModelGemm => !('reason' in gemm));
}

function linearList(name: string, pass: Pass): string[] {
  const tokens = passTokens(pass);
  return gemms(name, pass)
    .filter((gemm) => gemm.part !== 'activations')
    .map((gemm) => {
      const rows = gemm.group !== undefined ? 'routed' : gemm.name === 'lm_head' ? 'logits' : 'tokens';
      const active = model(name).experts?.active ?? 1;
      expect(gemm.m).toBe({ routed: tokens * active, logits: passLogits(pass), tokens }[rows]);
      const part = gemm.part === 'activations' ? 'attention' : gemm.part;
      const { stored } = storedFormat(model(name), { name: gemm.name, part });
      const matrices = gemm.group?.groups.experts ?? gemm.batch;
      return `${gemm.name} n=${gemm.n} k=${gemm.k} matrices=${matrices} rows=${rows} count=${gemm.count} ${stored}`;
    });
}

const decode = { phase: 'decode', batch: 3, context: 500 } as const;
const prefill = { phase: 'prefill', batch: 2, sequence: 300 } as const;

describe('linear GEMMs', () => {
  it('knows every model of the expected lists', () => {
    expect(expected.size).toBe(18);
    expect([...MODELS.keys()]).toEqual(expect.arrayContaining([...expected.keys()]));
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

  it('has biases of q, k and v alone where a model says so, latent or not', () => {
    const sizes = { hidden: 64, heads: 4, kv_heads: 4, head_dim: 16, d_ff: 128 };
    const biased = (rest: object) =>
      modelGemms(modelSchema.parse({ name: 'x', ...sizes, ...rest }), prefill)
        .filter((gemm): gemm is ModelGemm => 'bias' in gemm && gemm.bias)
        .map((gemm) => gemm.name);
    expect(biased({ bias: { qkv: true } })).toEqual(['qkv_proj']);
    expect(biased({ bias: { attention: true, o: false } })).toEqual(['qkv_proj']);
    expect(biased({ bias: { attention: true, qkv: false } })).toEqual(['o_proj']);
    const mla = { kv_lora_rank: 32, qk_nope_head_dim: 8, qk_rope_head_dim: 4, v_head_dim: 8 };
    expect(biased({ mla, bias: { qkv: true } })).toEqual(['q_proj', 'kv_a_proj_with_mqa', 'kv_b_proj']);
  });

  it('projects queries in one GEMM where latent attention does not compress them', () => {
    // DeepSeek-V2-Lite's attention: 16 heads of 128 + 64, queries from a hidden size of 2048.
    const mla = { q_lora_rank: null, kv_lora_rank: 512, qk_nope_head_dim: 128, qk_rope_head_dim: 64, v_head_dim: 128 };
    const sizes = { hidden: 2048, heads: 16, kv_heads: 16, head_dim: 192, d_ff: 10_944 };
    const lite = modelSchema.parse({ name: 'x', ...sizes, mla });
    const attention = modelGemms(lite, prefill, { tp: 4 }).filter(
      (gemm) => 'part' in gemm && gemm.part === 'attention',
    );
    expect(attention.map((gemm) => 'n' in gemm && `${gemm.name} ${gemm.n} ${gemm.k}`)).toEqual([
      'q_proj@tp4 768 2048',
      'kv_a_proj_with_mqa 576 2048',
      'kv_b_proj@tp4 1024 512',
      'o_proj@tp4 2048 512',
    ]);
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
