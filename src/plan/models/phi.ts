import type { ModelSpec } from '../model.ts';

export const phi: readonly ModelSpec[] = [
  {
    name: 'phi4-14b',
    title: 'Phi-4 14B',
    source: 'Lightning-AI/litgpt@26857050 litgpt/config.py:phi-4',
    hidden: 5120,
    layers: 40,
    heads: 40,
    kv_heads: 10,
    head_dim: 128,
    d_ff: 17_920,
    vocab: 100_352,
  },
];
