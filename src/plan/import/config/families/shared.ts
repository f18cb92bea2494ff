import type { Architecture, ExpertFields, Flag } from '../architecture.ts';

/** What families of architectures have in common. */

export type Family = Readonly<Record<string, Architecture>>;

export const usually = (field: string, usual: boolean) => ({ field, usual }) satisfies Flag;
export const attentionBias = usually('attention_bias', false);
export const mlpBias = usually('mlp_bias', false);
export const NO_BIAS = { qkv: false, o: false, mlp: false } as const;

/** Modules of a gated MLP. */
export function threeOf(module: string, matrices = ['gate_proj', 'up_proj', 'down_proj']): string[] {
  return matrices.map((matrix) => `${module}.${matrix}`);
}

/** Modules of an MLP that stores gate and up as one. */
export const FUSED_MLP = ['mlp.gate_up_proj', 'mlp.down_proj'];

/** Mixtral's names: `intermediate_size` is the width of one expert, though it is that of a dense MLP elsewhere. */
export const mixtralExperts: ExpertFields = {
  total: 'num_local_experts',
  active: ['num_experts_per_tok'],
  width: 'intermediate_size',
  sparse: 'all',
};
export const mixtralModules = {
  experts: threeOf('block_sparse_moe.experts.0', ['w1', 'w2', 'w3']),
  router: ['block_sparse_moe.gate'],
};

/** DeepSeek's names, which GLM has too. */
export const deepseekExperts: ExpertFields = {
  total: 'n_routed_experts',
  active: ['num_experts_per_tok'],
  width: 'moe_intermediate_size',
  shared: { field: 'n_shared_experts' },
  sparse: 'first',
};

export const llama: Architecture = {
  classes: ['Llama'],
  attention: 'grouped',
  keyPerQuery: true,
  bias: { qkv: attentionBias, o: attentionBias, mlp: mlpBias },
  tied: false,
  window: 'never',
};
