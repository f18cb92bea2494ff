import type { Architecture } from '../architecture.ts';
import { type Family, FUSED_MLP, mixtralExperts, NO_BIAS, usually } from './shared.ts';

const always = usually('attention_bias', true);
const ernieBias = usually('use_bias', false);
const ernie: Architecture = {
  classes: ['Ernie4_5'],
  attention: 'grouped',
  headDim: 128,
  bias: { qkv: ernieBias, o: ernieBias, mlp: ernieBias },
  tied: true,
  window: 'never',
};

const { headDim: _, ...ernieWithoutHeadDim } = ernie;

/** Architectures without relatives here. */
export const OTHERS: Family = {
  phi3: {
    classes: ['Phi3'],
    attention: 'grouped',
    keyPerQuery: true,
    bias: NO_BIAS,
    tied: false,
    window: 'every',
    must: { attention_bias: [], mlp_bias: [], lm_head_bias: [], full_attn_mod: [1] },
    unread: ['embd_layer'],
    modules: { qkv_proj: ['self_attn.qkv_proj'], mlp: FUSED_MLP },
  },
  gpt_oss: {
    classes: ['GptOss'],
    attention: 'grouped',
    headDim: 64,
    bias: { qkv: always, o: always, mlp: true, router: true },
    tied: false,
    window: 'even',
    experts: { ...mixtralExperts, active: ['num_experts_per_tok', 'experts_per_token'] },
    modules: { experts: ['mlp.experts'], router: ['mlp.router'] },
    absent: { sliding_window: 128 },
  },
  ernie4_5: ernie,
  ernie4_5_moe: {
    ...ernieWithoutHeadDim,
    classes: ['Ernie4_5_Moe'],
    bias: { ...ernie.bias, lm_head: ernieBias },
    experts: {
      total: 'moe_num_experts',
      active: ['moe_k'],
      width: 'moe_intermediate_size',
      shared: { field: 'moe_num_shared_experts' },
      sparse: 'range',
    },
  },
  bert: {
    classes: ['Bert'],
    attention: 'grouped',
    keyPerQuery: true,
    bias: { qkv: true, o: true, mlp: true, lm_head: true },
    tied: true,
    window: 'never',
    gated: false,
    causal: false,
    must: { is_decoder: [] },
  },
  gpt2: {
    classes: ['GPT2'],
    names: {
      ...{ hidden_size: 'n_embd', num_hidden_layers: 'n_layer', num_attention_heads: 'n_head' },
      ...{ intermediate_size: 'n_inner', max_position_embeddings: 'n_positions' },
    },
    attention: 'grouped',
    keyPerQuery: true,
    bias: { qkv: true, o: true, mlp: true },
    tied: true,
    window: 'never',
    gated: false,
  },
};
