import { attentionBias, type Family, llama, mixtralExperts, mlpBias, NO_BIAS, threeOf, usually } from './shared.ts';

/** Llama, and those that are Llama but for a bias or a default. */
export const LLAMA: Family = {
  llama,
  llama4_text: {
    ...llama,
    classes: ['Llama4'],
    headDim: 128,
    bias: { ...NO_BIAS, qkv: attentionBias, o: attentionBias },
    window: 'chunked',
    experts: { ...mixtralExperts, shared: 1, sparse: 'interleaved' },
    denseWidth: 'intermediate_size_mlp',
    modules: {
      mlp: threeOf('feed_forward'),
      experts: threeOf('feed_forward.experts.0'),
      shared: threeOf('feed_forward.shared_expert'),
      router: ['feed_forward.router'],
    },
    absent: { attention_chunk_size: 8192, num_key_value_heads: 8 },
    absentInPart: {
      ...{ vocab_size: 202048, hidden_size: 5120, intermediate_size: 8192, intermediate_size_mlp: 16384 },
      ...{ num_hidden_layers: 48, num_attention_heads: 40, num_experts_per_tok: 1 },
      ...{ num_local_experts: 16, max_position_embeddings: 131072 },
    },
  },
  olmo2: { ...llama, classes: ['Olmo2'], bias: { ...NO_BIAS, qkv: attentionBias, o: attentionBias } },
  smollm3: { ...llama, classes: ['SmolLM3'], tied: true, window: 'types', absent: { num_key_value_heads: 4 } },
  seed_oss: {
    ...llama,
    classes: ['SeedOss'],
    headDim: 128,
    bias: { qkv: usually('attention_bias', true), o: usually('attention_out_bias', false), mlp: mlpBias },
    absent: { num_key_value_heads: 8 },
  },
};
