import type { Architecture, Modules } from './architecture.ts';

/** The matmuls of a model as modules of its checkpoint, which `quantization_config` names. */

/** Modules that one matmul here stands for. */
export interface MatmulModules {
  /** As `weights` of a model calls it. */
  readonly key: string;
  /** Every one of them, in every layer: `layers.0.self_attn.q_proj`. */
  readonly modules: readonly string[];
}

const GATED = ['gate_proj', 'up_proj', 'down_proj'];
const USUAL: Modules = {
  qkv_proj: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
  mlp: GATED.map((matrix) => `mlp.${matrix}`),
  experts: GATED.map((matrix) => `mlp.experts.0.${matrix}`),
  shared: GATED.map((matrix) => `mlp.shared_experts.${matrix}`),
  router: ['mlp.gate'],
};

/** What a model has of each kind of layer. */
export interface LayerKinds {
  readonly layers: number;
  /** Indices of layers with experts. */
  readonly sparse: readonly number[];
  readonly hasSharedExperts: boolean;
  readonly hasLowRankQueries: boolean;
}

/** The matmuls of a model, lm_head last. */
export function matmulModules(architecture: Architecture, kinds: LayerKinds): readonly MatmulModules[] {
  const all = Array.from({ length: kinds.layers }, (_, layer) => layer);
  const dense = all.filter((layer) => !kinds.sparse.includes(layer));
  const within = (key: string, layers: readonly number[], names: readonly string[]): MatmulModules => ({
    key,
    modules: layers.flatMap((layer) => names.map((name) => `layers.${layer}.${name}`)),
  });
  const { qkv_proj, mlp, experts, shared, router } = { ...USUAL, ...architecture.modules };
  return [
    ...(architecture.attention === 'latent'
      ? latentNames(kinds).map((name) => within(name, all, [`self_attn.${name}`]))
      : [within('qkv_proj', all, qkv_proj), within('o_proj', all, ['self_attn.o_proj'])]),
    within(kinds.sparse.length > 0 ? 'dense' : 'mlp', dense, mlp),
    within('experts', kinds.sparse, experts),
    within('shared', kinds.hasSharedExperts ? kinds.sparse : [], shared),
    within('router', kinds.sparse, router),
    { key: 'lm_head', modules: ['lm_head'] },
  ].filter(({ modules }) => modules.length > 0);
}

function latentNames({ hasLowRankQueries }: LayerKinds): readonly string[] {
  const queries = hasLowRankQueries ? ['q_a_proj', 'q_b_proj'] : ['q_proj'];
  return [...queries, 'kv_a_proj_with_mqa', 'kv_b_proj', 'o_proj'];
}
