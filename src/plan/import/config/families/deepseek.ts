import type { Architecture } from '../architecture.ts';
import { attentionBias, deepseekExperts, type Family, FUSED_MLP, NO_BIAS } from './shared.ts';

const deepseek: Architecture = {
  classes: ['DeepseekV3', 'KimiK2', 'KimiK25'],
  attention: 'latent',
  bias: NO_BIAS,
  tied: false,
  window: 'never',
  experts: deepseekExperts,
  // With biases, some of the latent projections would have one and others not.
  must: { attention_bias: [], mlp_bias: [] },
  // The query's head dimension is qk_nope_head_dim + qk_rope_head_dim, whatever these say.
  unread: ['head_dim', 'qk_head_dim', 'num_key_value_heads'],
};

const glm4: Architecture = {
  classes: ['Glm4'],
  attention: 'grouped',
  bias: { qkv: attentionBias, o: false, mlp: false },
  tied: false,
  window: 'never',
};

/** DeepSeek and Kimi with latent attention, and GLM, whose mixtures have the same fields. */
export const DEEPSEEK: Family = {
  deepseek_v2: { ...deepseek, classes: ['DeepseekV2'] },
  deepseek_v3: deepseek,
  kimi_k2: deepseek,
  // An indexer chooses the keys.
  deepseek_v32: { ...deepseek, classes: ['DeepseekV32'], attention: 'other' },
  // Versions of its class differ in whether it has biases where no field says it.
  glm4: {
    ...glm4,
    headDim: 128,
    bias: { ...glm4.bias, qkv: { field: 'attention_bias' } },
    modules: { mlp: FUSED_MLP },
  },
  glm4_moe: { ...glm4, classes: ['Glm4Moe'], experts: deepseekExperts },
  glm4_moe_lite: { ...deepseek, classes: ['Glm4MoeLite'] },
  glm_moe_dsa: { ...deepseek, classes: ['GlmMoeDsa'], attention: 'other' },
};
