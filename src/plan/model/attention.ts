import { keyHeadsPerRank } from './linear.ts';
import type { Model } from './model.ts';
import { type GemmSkip, latentForm, type ModelGemm, type Pass, rankName } from './pass.ts';

/** Attention as batched GEMMs: scores = Q·Kᵀ, values = P·V, in the formats of the activations (K and V are a cache). */

/** Head sizes: number of rows that share one K, and length of its vectors. */
export interface HeadSizes {
  readonly heads: number;
  /** Keys are shared by heads / keyHeads query heads. */
  readonly keyHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
}

/** Absorbed latent attention has one key head of rank kv_lora_rank plus the rotary part, shared by every query head. */
export function headSizes(model: Model, form: 'naive' | 'absorbed'): HeadSizes {
  const { heads, kv_heads, head_dim, mla } = model;
  if (mla === undefined) return { heads, keyHeads: kv_heads, keyDim: head_dim, valueDim: head_dim };
  if (form === 'naive') {
    return { heads, keyHeads: heads, keyDim: mla.qk_nope_head_dim + mla.qk_rope_head_dim, valueDim: mla.v_head_dim };
  }
  return { heads, keyHeads: 1, keyDim: mla.kv_lora_rank + mla.qk_rope_head_dim, valueDim: mla.kv_lora_rank };
}

/** Layers by the number of keys they attend to; a window wider than the context has no effect. */
export function layersByReach(model: Model, context: number): ReadonlyMap<number, number> {
  const sliding = model.window?.layers ?? 0;
  const reach = Math.min(context, model.window?.size ?? context);
  const layers = new Map<number, number>();
  if (sliding > 0) layers.set(reach, sliding);
  if (model.layers > sliding) layers.set(context, (layers.get(context) ?? 0) + model.layers - sliding);
  return layers;
}

/**
 * Scores and values of every kind of layer. A key head is one matrix of the batch; the query heads that share it are its rows.
 * Causal masks and windows are not part of a GEMM: sliding layers read min(context, window) keys for every query.
 */
export function attentionGemms(model: Model, pass: Pass, degree: number): readonly (ModelGemm | GemmSkip)[] {
  if (model.without.includes('attention')) return [];
  const sizes = headSizes(model, latentForm(pass));
  const keyHeads = keyHeadsPerRank(sizes.keyHeads, degree);
  const named = (name: string) => rankName(name, degree, true);
  if (sizes.heads % degree !== 0 || typeof keyHeads === 'string') {
    const reason = typeof keyHeads === 'string' ? keyHeads : `${sizes.heads} heads cannot be divided by tp ${degree}`;
    return ['attn_scores', 'attn_values'].map((name) => ({ name: named(name), reason }));
  }
  const queries = pass.phase === 'decode' ? 1 : pass.sequence;
  const context = pass.phase === 'decode' ? pass.context : pass.sequence;
  const m = (sizes.heads / degree / keyHeads) * queries;
  const shared = { part: 'activations', batch: pass.batch * keyHeads, m, bias: false } as const;
  return [...layersByReach(model, context)].flatMap(([keys, count]): ModelGemm[] => [
    { ...shared, name: named('attn_scores'), n: keys, k: sizes.keyDim, layout: 'nt', count },
    { ...shared, name: named('attn_values'), n: sizes.valueDim, k: keys, layout: 'nn', count },
  ]);
}
