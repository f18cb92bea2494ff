import type { z } from 'zod';
import type { modelSchema } from '../../model/model.ts';
import type { Architecture, ExpertFields, Flag } from './architecture.ts';
import type { Fields } from './fields.ts';
import { windowOf } from './layers.ts';

/** The parts of a model, as a suite writes them. */

/** A model as a file writes it: what is at its default may be absent. */
export type ModelText = z.input<typeof modelSchema>;

type Attention = Pick<ModelText, 'heads' | 'kv_heads' | 'head_dim' | 'mla' | 'window'>;
type Mlp = Pick<ModelText, 'd_ff' | 'gated' | 'experts'>;

/** Fields that attention may have, whatever they mean where it is another kind. */
const OF_ATTENTION = [
  ...['num_attention_heads', 'num_key_value_heads', 'head_dim', 'layer_types', 'sliding_window', 'q_lora_rank'],
  ...['kv_lora_rank', 'qk_nope_head_dim', 'qk_rope_head_dim', 'v_head_dim', 'qk_head_dim', 'attention_bias'],
];

export function attentionOf(
  fields: Fields,
  architecture: Architecture,
  { hidden, layers }: { readonly hidden: number; readonly layers: number },
): Attention {
  if (architecture.attention === 'other') {
    for (const name of OF_ATTENTION) fields.take(name);
    return {};
  }
  const name = (field: string) => architecture.names?.[field] ?? field;
  const heads = fields.size(name('num_attention_heads'), 'attention');
  const window = windowOf(fields, architecture, layers);
  if (architecture.attention === 'latent')
    return { heads, kv_heads: heads, ...latent(fields), ...(window && { window }) };
  const kvHeads = fields.size('num_key_value_heads', 'attention', architecture.keyPerQuery ? heads : undefined);
  if (kvHeads > 0 && heads % kvHeads !== 0)
    fields.refuseValue('num_key_value_heads', 'attention', `does not divide ${heads} query heads`);
  return {
    heads,
    kv_heads: kvHeads,
    head_dim: headDim(fields, architecture, hidden, heads),
    ...(window && { window }),
  };
}

/** hidden / heads where nobody says otherwise: many models have another. A class has its own only for an absent field, not for null. */
function headDim(fields: Fields, architecture: Architecture, hidden: number, heads: number): number {
  const usual = fields.isNull('head_dim') ? undefined : architecture.headDim;
  if (fields.has('head_dim') || usual !== undefined) return fields.size('head_dim', 'attention', usual);
  if (heads === 0 || hidden % heads === 0) return hidden / Math.max(heads, 1);
  fields.refuse('head_dim', 'attention', `is missing, and ${hidden} cannot be divided among ${heads} heads`);
  return 0;
}

function latent(fields: Fields): Pick<Attention, 'head_dim' | 'mla'> {
  const size = (name: string) => fields.size(name, 'attention');
  // Absent, it has one value in the class of transformers and another in the code beside the checkpoints.
  const rank = fields.isNull('q_lora_rank') ? null : size('q_lora_rank');
  const [nope, rope] = [size('qk_nope_head_dim'), size('qk_rope_head_dim')];
  return {
    head_dim: nope + rope,
    mla: {
      ...{ q_lora_rank: rank, kv_lora_rank: size('kv_lora_rank') },
      ...{ qk_nope_head_dim: nope, qk_rope_head_dim: rope, v_head_dim: size('v_head_dim') },
    },
  };
}

/** Whether a model of the architecture has experts at all. */
export function hasExperts(fields: Fields, { experts, expertsOptional }: Architecture): boolean {
  return experts !== undefined && !(expertsOptional && fields.count(experts.total, 'mlp', 0) === 0);
}

/** @param sparse whether each layer has experts; none where the model has no such layers */
export function mlpOf(
  fields: Fields,
  architecture: Architecture,
  { hidden, layers, sparse }: { readonly hidden: number; readonly layers: number; readonly sparse: readonly boolean[] },
): Mlp {
  const gated = architecture.gated === false ? { gated: false } : {};
  const { experts } = architecture;
  if (experts && sparse.length > 0) return { ...gated, ...expertsOf(fields, architecture, experts, sparse) };
  if (experts) for (const name of [...experts.active, experts.width]) fields.take(name);
  const name = (experts && architecture.denseWidth) ?? architecture.names?.intermediate_size ?? 'intermediate_size';
  // GPT-2's null means four times the hidden size.
  const usual = name === 'n_inner' ? 4 * hidden : undefined;
  return { d_ff: fields.layerSize(name, 'mlp', layers, usual), ...gated };
}

function expertsOf(fields: Fields, architecture: Architecture, names: ExpertFields, sparse: readonly boolean[]): Mlp {
  const layers = sparse.length;
  const total = fields.layerSize(names.total, 'mlp', layers);
  const dense = sparse.filter((one) => !one).length;
  const denseWidth = architecture.denseWidth ?? 'intermediate_size';
  // Many configs have a dense width that no layer has.
  fields.take(denseWidth);
  const width = expertWidth(fields, names, layers);
  const shared = sharedOf(fields, names, layers);
  const active = names.active.find((name) => fields.has(name)) ?? names.active[0] ?? '';
  const chosen = fields.layerSize(active, 'mlp', layers);
  if (chosen > total) fields.refuseValue(active, 'mlp', `are more experts than the ${total} of ${names.total}`);
  for (const other of names.active)
    if (fields.has(other) && fields.take(other) !== fields.take(active))
      fields.refuseValue(other, 'mlp', `is not what ${active} says`);
  if (dense === layers) fields.refuse(names.total, 'mlp', `has experts, and no layer for them`);
  return {
    d_ff: dense > 0 ? fields.layerSize(denseWidth, 'mlp', layers) : width,
    experts: {
      ...{ total, active: chosen },
      ...(dense > 0 && { d_ff: width, dense_layers: dense }),
      ...shared,
    },
  };
}

function expertWidth(fields: Fields, names: ExpertFields, layers: number): number {
  if (names.or === undefined) return fields.layerSize(names.width, 'mlp', layers);
  const width = fields.layerSize(fields.has(names.width) ? names.width : names.or, 'mlp', layers);
  if (fields.has(names.width) && fields.take(names.or) !== width)
    fields.refuseValue(names.or, 'mlp', `is not the ${width} of ${names.width}`);
  return width;
}

type Experts = NonNullable<Mlp['experts']>;

function sharedOf(
  fields: Fields,
  names: ExpertFields,
  layers: number,
): Pick<Experts, 'shared' | 'shared_d_ff' | 'shared_gate'> {
  const { shared = 0, sharedWidth, sharedGate } = names;
  const count = typeof shared === 'number' ? shared : sharedCount(fields, shared, layers);
  if (sharedWidth === undefined) return count > 0 ? { shared: count } : {};
  const width = fields.count(sharedWidth, 'mlp');
  return width > 0 ? { shared: count, shared_d_ff: width, ...(sharedGate && { shared_gate: true }) } : {};
}

/** Where no class says it for all programs, an absent field is refused; null means none. */
function sharedCount(
  fields: Fields,
  { field, usual }: Exclude<ExpertFields['shared'], number | undefined>,
  layers: number,
) {
  const given = fields.isNull(field) ? 0 : (fields.take(field) ?? usual);
  return given === 0 ? 0 : fields.layerSize(field, 'mlp', layers, usual);
}

type Bias = Exclude<NonNullable<ModelText['bias']>, boolean>;

export function biasOf(fields: Fields, { bias }: Architecture): Pick<ModelText, 'bias'> {
  const flag = (of: Flag | undefined) =>
    typeof of === 'object' ? fields.flag(of.field, 'field', of.usual) : (of ?? false);
  const { qkv, o, mlp, router, lm_head } = {
    ...{
      qkv: flag(bias.qkv),
      o: flag(bias.o),
      mlp: flag(bias.mlp),
      router: flag(bias.router),
      lm_head: flag(bias.lm_head),
    },
  };
  const attention: Bias = qkv === o ? { ...(qkv && { attention: true }) } : { qkv, o };
  const all: Bias = {
    ...attention,
    ...(mlp && { mlp: true }),
    ...(router && { router: true }),
    ...(lm_head && { lm_head: true }),
  };
  return Object.keys(all).length > 0 ? { bias: all } : {};
}
