import type { ModelSpec } from '../model.ts';

const litgpt = 'Lightning-AI/litgpt@26857050 litgpt/config.py';

/** Llama: gated MLP, no biases, untied embeddings. Llama 2 predates grouped queries at 7B. */
export const llama: readonly ModelSpec[] = [
  {
    name: 'llama2-7b',
    title: 'Llama 2 7B',
    source: `${litgpt}:Llama-2-7b-hf`,
    hidden: 4096,
    layers: 32,
    heads: 32,
    kv_heads: 32,
    head_dim: 128,
    d_ff: 11_008,
    vocab: 32_000,
    max_position: 4096,
  },
  {
    name: 'llama3.1-8b',
    title: 'Llama 3.1 8B',
    source: `${litgpt}:Llama-3.1-8B`,
    hidden: 4096,
    layers: 32,
    heads: 32,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 14_336,
    vocab: 128_256,
  },
  {
    name: 'llama3.1-70b',
    title: 'Llama 3.1 70B',
    source: `${litgpt}:Llama-3.1-70B`,
    hidden: 8192,
    layers: 80,
    heads: 64,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 28_672,
    vocab: 128_256,
  },
  {
    name: 'llama3.1-405b',
    title: 'Llama 3.1 405B',
    source: `${litgpt}:Llama-3.1-405B`,
    hidden: 16_384,
    layers: 126,
    heads: 128,
    kv_heads: 8,
    head_dim: 128,
    d_ff: 53_248,
    vocab: 128_256,
  },
];
