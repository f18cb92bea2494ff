import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { modelGemms } from './gemms.ts';
import type { GemmSkip, ModelGemm, Pass } from './pass.ts';

const MODELS = loadModels({ cwd: process.cwd() });

function all(name: string, pass: Pass, tp: number): readonly (ModelGemm | GemmSkip)[] {
  const model = MODELS.get(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return modelGemms(model, pass, { tp });
}

function gemms(name: string, pass: Pass, tp: number): ModelGemm[] {
  return all(name, pass, tp).filter((gemm): gemm is ModelGemm => !('reason' in gemm));
}

function skips(name: string, pass: Pass, tp: number): GemmSkip[] {
  return all(name, pass, tp).filter((gemm): gemm is GemmSkip => 'reason' in gemm);
}

const decode = { phase: 'decode', batch: 3, context: 500 } as const;

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
