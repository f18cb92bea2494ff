import type { Architecture } from '../architecture.ts';
import { attentionBias, type Family } from './shared.ts';

const gemma: Architecture = {
  classes: ['Gemma'],
  attention: 'grouped',
  headDim: 256,
  bias: { qkv: attentionBias, o: attentionBias, mlp: false },
  tied: true,
  window: 'never',
};

export const GEMMA: Family = {
  gemma,
  gemma2: { ...gemma, classes: ['Gemma2'], window: 'even', absent: { sliding_window: 4096 } },
  gemma3_text: {
    ...gemma,
    classes: ['Gemma3', 'Gemma3Text'],
    window: 'pattern',
    must: { use_bidirectional_attention: [] },
    absent: { sliding_window: 4096 },
    absentInPart: {
      ...{ hidden_size: 2304, intermediate_size: 9216, num_hidden_layers: 26, num_attention_heads: 8 },
      ...{ num_key_value_heads: 4, vocab_size: 262208, max_position_embeddings: 131072 },
    },
  },
  // Layers share keys, and widths differ.
  gemma3n_text: { ...gemma, classes: ['Gemma3n'], attention: 'other' },
};
