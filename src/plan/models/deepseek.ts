import type { ModelSpec } from '../model.ts';

/**
 * DeepSeek-V3 and R1: latent attention, three dense layers, then 256 routed experts and one shared. Weights are FP8 in blocks
 * of 128 × 128, except router and lm_head.
 */
export const deepseek: readonly ModelSpec[] = [
  {
    name: 'deepseek-v3',
    title: 'DeepSeek-V3 / R1 (671B)',
    source: 'deepseek-ai/DeepSeek-V3@9b4e9788 inference/configs/config_671B.json, inference/model.py',
    hidden: 7168,
    layers: 61,
    heads: 128,
    kv_heads: 128,
    head_dim: 192,
    d_ff: 18_432,
    experts: { total: 256, active: 8, d_ff: 2048, shared: 1, dense_layers: 3 },
    mla: {
      q_lora_rank: 1536,
      kv_lora_rank: 512,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
    },
    vocab: 129_280,
    weights: { default: 'fp8', router: 'bf16', lm_head: 'bf16' },
  },
];
