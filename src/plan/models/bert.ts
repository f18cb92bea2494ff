import type { ModelSpec } from '../model.ts';

/** An encoder: attention is not causal, and the masked-word head adds a bias per vocabulary entry. */
export const bert: readonly ModelSpec[] = [
  {
    name: 'bert-base',
    title: 'BERT-base uncased',
    source: 'google-research/bert@04f9e5d1 README (L-12_H-768_A-12), bert_config.json, run_pretraining.py',
    hidden: 768,
    layers: 12,
    heads: 12,
    kv_heads: 12,
    head_dim: 64,
    d_ff: 3072,
    gated: false,
    vocab: 30_522,
    bias: { attention: true, mlp: true, lm_head: true },
    causal: false,
    weights: 'f32',
    activations: 'f32',
    max_position: 512,
  },
];
