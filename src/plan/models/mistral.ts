import type { ModelSpec } from '../model.ts';

const litgpt = 'Lightning-AI/litgpt@26857050 litgpt/config.py';

/** Mistral 7B slides over 4096 keys in every layer; Mixtral is the same block with eight experts and full attention. */
export const mistral: readonly ModelSpec[] = [
  {
    name: 'mistral-7b-v0.1',
    title: 'Mistral 7B v0.1',
    source: `${litgpt}:Mistral-7B-v0.1`,
    hidden: 4096,
    layers: 32,
    heads: 32,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 14_336,
    window: { size: 4096, layers: 32 },
    vocab: 32_000,
  },
  {
    name: 'mixtral-8x7b',
    title: 'Mixtral 8x7B',
    source: `${litgpt}:Mixtral-8x7B-v0.1`,
    hidden: 4096,
    layers: 32,
    heads: 32,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 14_336,
    experts: { total: 8, active: 2 },
    vocab: 32_000,
  },
];
