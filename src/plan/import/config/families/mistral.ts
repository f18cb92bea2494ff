import type { Architecture } from '../architecture.ts';
import { type Family, mixtralExperts, mixtralModules, NO_BIAS } from './shared.ts';

const mistral: Architecture = {
  classes: ['Mistral', 'Ministral3'],
  attention: 'grouped',
  bias: NO_BIAS,
  tied: false,
  window: 'every',
  absent: { num_key_value_heads: 8, sliding_window: 4096 },
};

/** Mistral and Mixtral, and MiniMax M2, which names its experts as Mixtral does. */
export const MISTRAL: Family = {
  mistral,
  ministral3: mistral,
  mixtral: {
    ...mistral,
    classes: ['Mixtral'],
    experts: mixtralExperts,
    modules: mixtralModules,
    absent: { num_key_value_heads: 8 },
  },
  minimax_m2: {
    classes: ['MiniMaxM2'],
    attention: 'grouped',
    headDim: 128,
    bias: NO_BIAS,
    tied: false,
    window: 'never',
    experts: mixtralExperts,
    modules: mixtralModules,
    must: { shared_intermediate_size: [], attn_type_list: [1] },
    unread: ['mlp_intermediate_size', 'shared_moe_mode', 'sliding_window'],
  },
};
