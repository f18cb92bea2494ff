import type { ModelSpec } from '../model.ts';

const litgpt = 'Lightning-AI/litgpt@26857050 litgpt/config.py';

/**
 * Qwen3: heads · head_dim differs from hidden in three of the four. The `intermediate_size` of the MoE configs is the width
 * of a dense MLP that no layer has, so only the experts' width appears here.
 */
export const qwen: readonly ModelSpec[] = [
  {
    name: 'qwen3-8b',
    title: 'Qwen3 8B',
    source: `${litgpt}:Qwen3-8B`,
    hidden: 4096,
    layers: 36,
    heads: 32,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 12_288,
    vocab: 151_936,
  },
  {
    name: 'qwen3-32b',
    title: 'Qwen3 32B',
    source: `${litgpt}:Qwen3-32B`,
    hidden: 5120,
    layers: 64,
    heads: 64,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 25_600,
    vocab: 151_936,
  },
  {
    name: 'qwen3-30b-a3b',
    title: 'Qwen3 30B-A3B',
    source: `${litgpt}:Qwen3-30B-A3B`,
    hidden: 2048,
    layers: 48,
    heads: 32,
    kv_heads: 4,
    head_dim: 128,
    d_ff: 768,
    experts: { total: 128, active: 8 },
    vocab: 151_936,
  },
  {
    name: 'qwen3-235b-a22b',
    title: 'Qwen3 235B-A22B',
    source: `${litgpt}:Qwen3-235B-A22B`,
    hidden: 4096,
    layers: 94,
    heads: 64,
    kv_heads: 4,
    head_dim: 128,
    d_ff: 1536,
    experts: { total: 128, active: 8 },
    vocab: 151_936,
  },
];
