import type { ModelSpec } from '../model.ts';

const litgpt = 'Lightning-AI/litgpt@26857050 litgpt/config.py';

/** Gemma 2 alternates sliding and full layers; Gemma 3 has five sliding layers to each full one (10 full ones of 62). */
export const gemma: readonly ModelSpec[] = [
  {
    name: 'gemma2-9b',
    title: 'Gemma 2 9B',
    source: `${litgpt}:Gemma-2-9b`,
    hidden: 3584,
    layers: 42,
    heads: 16,
    kv_heads: 8,
    head_dim: 256,
    d_ff: 14_336,
    window: { size: 4096, layers: 21 },
    vocab: 256_000,
    max_position: 8192,
  },
  {
    name: 'gemma3-27b',
    title: 'Gemma 3 27B (text)',
    source: `${litgpt}:Gemma-3-27b-it`,
    hidden: 5376,
    layers: 62,
    heads: 32,
    kv_heads: 16,
    head_dim: 128,
    d_ff: 21_504,
    window: { size: 1024, layers: 52 },
    vocab: 262_144,
  },
];
