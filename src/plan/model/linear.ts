import { isElementFormat } from '../../gemm/formats/registry.ts';
import { checkpointFormatOf, hasBias, type Model, type Part } from './model.ts';

/** The weight matmuls of a model, before anything is known about batch, phase or device. */

/** Which tokens a matmul's rows are: all of the pass, those whose logits are wanted, or those routed to experts. */
export type Rows = 'tokens' | 'logits' | 'routed';

/** How Megatron shards a weight: by output columns (`n`), by input rows (`k`), by whole heads of a batch, or not at all. */
export type Split = 'n' | 'k' | 'batch' | 'none';

/** One weight matmul: rows × [n,k]ᵀ, `count` times in a forward pass. */
export interface Linear {
  readonly name: string;
  readonly part: Part;
  readonly rows: Rows;
  /** Matrices in one call: heads of the absorbed projections; else 1. Routed rows go by expert instead. */
  readonly batch: number;
  readonly n: number;
  readonly k: number;
  readonly layout: 'nt' | 'nn';
  readonly count: number;
  readonly bias: boolean;
  readonly split: Split;
  /** What must divide by the tensor-parallel degree, e.g. heads. */
  readonly unit: { readonly what: string; readonly count: number };
  /** Width per rank where it is not simply n / degree (key and value heads are replicated once each rank has one). */
  readonly widthPerRank?: (degree: number) => number | string;
  /** Absent in one of the two forms of latent attention. */
  readonly only?: 'naive' | 'absorbed';
}

export type GateUp = 'fused' | 'separate';

type Draft = Pick<Linear, 'name' | 'part' | 'n' | 'k'> & Partial<Linear>;

function linear(model: Model, draft: Draft): Linear {
  const split = draft.split ?? 'none';
  const unit = draft.unit ?? { what: split === 'k' ? 'k' : 'n', count: split === 'k' ? draft.k : draft.n };
  return {
    rows: 'tokens',
    batch: 1,
    layout: 'nt',
    count: model.layers,
    bias: hasBias(model, draft.part),
    ...draft,
    split,
    unit,
  };
}

/** All weight matmuls of a forward pass, in the order they run. */
export function linears(model: Model, gateUp: GateUp): readonly Linear[] {
  const attention = model.without.includes('attention') ? [] : attentionLinears(model);
  const layers = model.without.includes('mlp') ? [] : mlpLinears(model, gateUp);
  return [...attention, ...layers, ...headLinears(model)];
}

function attentionLinears(model: Model): Linear[] {
  if (model.mla !== undefined) return latentLinears(model, model.mla);
  const { heads, kv_heads, head_dim, hidden } = model;
  const unit = { what: 'heads', count: heads };
  const widthPerRank = (degree: number) => {
    const kv = keyHeadsPerRank(kv_heads, degree);
    return typeof kv === 'string' ? kv : (heads / degree + 2 * kv) * head_dim;
  };
  const n = (heads + 2 * kv_heads) * head_dim;
  const bias = hasBias(model, 'qkv');
  return [
    linear(model, { name: 'qkv_proj', part: 'attention', n, k: hidden, bias, split: 'n', unit, widthPerRank }),
    outProjection(model, heads * head_dim),
  ];
}

function outProjection(model: Model, k: number): Linear {
  const unit = { what: 'heads', count: model.heads };
  const bias = hasBias(model, 'o');
  return linear(model, { name: 'o_proj', part: 'attention', n: model.hidden, k, split: 'k', unit, bias });
}

/** Key and value heads on one rank: an even share, or one replica when there are fewer heads than ranks. */
export function keyHeadsPerRank(kvHeads: number, degree: number): number | string {
  if (kvHeads % degree === 0) return kvHeads / degree;
  if (degree % kvHeads === 0) return 1;
  return `${kvHeads} key-value heads cannot be spread over ${degree} ranks`;
}

function latentLinears(model: Model, mla: NonNullable<Model['mla']>): Linear[] {
  const { heads, hidden } = model;
  const { q_lora_rank, kv_lora_rank, qk_nope_head_dim: nope, qk_rope_head_dim: rope, v_head_dim: value } = mla;
  const queries = heads * (nope + rope);
  const unit = { what: 'heads', count: heads };
  const bias = hasBias(model, 'qkv');
  const draft = (entry: Omit<Draft, 'part'>) => linear(model, { part: 'attention', bias, ...entry });
  return [
    ...(q_lora_rank
      ? [
          draft({ name: 'q_a_proj', n: q_lora_rank, k: hidden }),
          draft({ name: 'q_b_proj', n: queries, k: q_lora_rank, split: 'n', unit }),
        ]
      : [draft({ name: 'q_proj', n: queries, k: hidden, split: 'n', unit })]),
    draft({ name: 'kv_a_proj_with_mqa', n: kv_lora_rank + rope, k: hidden }),
    draft({ name: 'kv_b_proj', n: heads * (nope + value), k: kv_lora_rank, split: 'n', unit, only: 'naive' }),
    // The key half of kv_b_proj, applied to queries: per head [nope, kv_lora_rank], read as it lies.
    draft({
      name: 'q_absorb',
      batch: heads,
      n: kv_lora_rank,
      k: nope,
      layout: 'nn',
      split: 'batch',
      unit,
      only: 'absorbed',
    }),
    draft({ name: 'o_absorb', batch: heads, n: value, k: kv_lora_rank, split: 'batch', unit, only: 'absorbed' }),
    outProjection(model, heads * value),
  ];
}

function mlpLinears(model: Model, gateUp: GateUp): Linear[] {
  const { experts, hidden, layers, d_ff } = model;
  if (experts === undefined) {
    const names = model.gated
      ? { fused: 'gate_up_proj', gate: 'gate_proj', up: 'up_proj', down: 'down_proj' }
      : { fused: 'fc_in', gate: 'fc_in', up: 'fc_in', down: 'fc_out' };
    return mlp(model, { names, width: d_ff, part: 'mlp', rows: 'tokens', count: layers, gateUp });
  }
  const sparse = layers - experts.dense_layers;
  const width = experts.d_ff ?? d_ff;
  const block = (prefix: string, part: Part, rows: Rows, count: number, wide: number) =>
    mlp(model, { names: mlpNames(prefix, model.gated), width: wide, part, rows, count, gateUp });
  const gate: Draft = { name: 'shared_expert_gate', part: 'router', n: 1, k: hidden, count: sparse, bias: false };
  return [
    linear(model, { name: 'router', part: 'router', n: experts.total, k: hidden, count: sparse }),
    ...block('expert', 'experts', 'routed', sparse, width),
    ...(experts.shared > 0 ? block('shared', 'shared', 'tokens', sparse, sharedWidth(experts, width)) : []),
    ...(experts.shared_gate ? [linear(model, gate)] : []),
    ...(experts.dense_layers > 0 ? block('dense', 'dense', 'tokens', experts.dense_layers, d_ff) : []),
  ];
}

/** Width of the MLP that the shared experts make; 0 where there are none. */
export function sharedWidth({ shared, shared_d_ff }: NonNullable<Model['experts']>, width: number): number {
  return shared_d_ff ?? shared * width;
}

function mlpNames(prefix: string, gated: boolean) {
  const up = `${prefix}_up`;
  return { fused: gated ? `${prefix}_gate_up` : up, gate: `${prefix}_gate`, up, down: `${prefix}_down` };
}

interface Mlp {
  readonly names: { readonly fused: string; readonly gate: string; readonly up: string; readonly down: string };
  readonly width: number;
  readonly part: Part;
  readonly rows: Rows;
  readonly count: number;
  readonly gateUp: GateUp;
}

function mlp(model: Model, { names, width, part, rows, count, gateUp }: Mlp): Linear[] {
  const shared = { part, rows, count, unit: { what: 'columns of d_ff', count: width } };
  const into = (name: string, n: number) => linear(model, { ...shared, name, n, k: model.hidden, split: 'n' });
  const down = linear(model, { ...shared, name: names.down, n: model.hidden, k: width, split: 'k' });
  if (model.gated && gateUp === 'separate') return [into(names.gate, width), into(names.up, width), down];
  return [into(names.fused, model.gated ? 2 * width : width), down];
}

function headLinears(model: Model): Linear[] {
  if (model.vocab === undefined) return [];
  const unit = { what: 'vocabulary rows', count: model.vocab };
  const { vocab: n, hidden: k } = model;
  const head = { part: 'lm_head', k, count: 1, rows: 'logits' } as const;
  return [
    ...(model.head_dense ? [linear(model, { ...head, name: 'head_dense', n: k })] : []),
    linear(model, { ...head, name: 'lm_head', n, split: 'n', unit }),
  ];
}

/** What a matmul's weights are stored as, and what they are measured as. */
export function storedFormat(model: Model, { name, part }: { readonly name: string; readonly part: Part }) {
  // Absorbed projections are made of kv_b_proj, dequantized: its blocks run along the wrong dimension.
  const isAbsorbed = name === 'q_absorb' || name === 'o_absorb';
  const stored = checkpointFormatOf(model, part, isAbsorbed ? 'kv_b_proj' : name);
  return { stored, measured: isAbsorbed && !isElementFormat(stored) ? model.activations : stored };
}
