import type { Architecture, ExpertFields } from '../architecture.ts';
import { attentionBias, type Family, NO_BIAS, threeOf, usually } from './shared.ts';

const sliding = { sliding_window: 4096, max_window_layers: 28 };

const qwen2: Architecture = {
  classes: ['Qwen2'],
  attention: 'grouped',
  // Its code has these biases whatever a config says.
  bias: { qkv: true, o: false, mlp: false },
  tied: false,
  window: 'after',
  absent: sliding,
  unread: ['attention_bias', 'qkv_bias', 'no_bias'],
};

const qwen3: Architecture = {
  classes: ['Qwen3'],
  attention: 'grouped',
  headDim: 128,
  bias: { qkv: attentionBias, o: attentionBias, mlp: false },
  tied: false,
  window: 'after',
  absent: sliding,
};

const { headDim: _, ...withoutHeadDim } = qwen3;

const experts: ExpertFields = {
  total: 'num_experts',
  active: ['num_experts_per_tok'],
  width: 'moe_intermediate_size',
  sparse: 'step',
};

const withSharedExpert = {
  experts: { ...experts, shared: 1, sharedWidth: 'shared_expert_intermediate_size', sharedGate: true },
  modules: { shared: threeOf('mlp.shared_expert') },
} as const;

/** Three of four layers have linear attention: their MLPs can be taken. */
const linear: Architecture = { ...qwen3, attention: 'other', window: 'types', absent: {} };

export const QWEN: Family = {
  qwen2,
  qwen2_moe: {
    ...qwen2,
    ...withSharedExpert,
    classes: ['Qwen2Moe'],
    absent: { ...sliding, shared_expert_intermediate_size: 5632 },
    bias: { ...NO_BIAS, qkv: usually('qkv_bias', true) },
    window: 'types',
    unread: ['attention_bias'],
  },
  qwen3,
  qwen3_moe: { ...withoutHeadDim, classes: ['Qwen3Moe'], window: 'types', experts },
  qwen3_next: { ...linear, ...withSharedExpert, classes: ['Qwen3Next'] },
  qwen3_5_text: { ...linear, classes: ['Qwen3_5'] },
  qwen3_5_moe_text: { ...linear, ...withSharedExpert, classes: ['Qwen3_5Moe'] },
};
