import type { ModelSpec } from '../model.ts';

export const gpt2: readonly ModelSpec[] = [
  {
    name: 'gpt2-124m',
    title: 'GPT-2 124M',
    source: 'openai/gpt-2@122c55a5 src/model.py default_hparams; vocab 50257 (released hparams.json)',
    hidden: 768,
    layers: 12,
    heads: 12,
    kv_heads: 12,
    head_dim: 64,
    d_ff: 3072,
    gated: false,
    vocab: 50_257,
    bias: { attention: true, mlp: true },
    weights: 'f32',
    activations: 'f32',
    max_position: 1024,
  },
];
