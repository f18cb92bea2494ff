import type { Architecture, SparseRule } from './architecture.ts';
import { type Fields, isSize, shown } from './fields.ts';

/** Which layers of a model are of which kind. */

const FULL = 'full_attention';
const RULED = [
  ...['sliding_window', 'sliding_window_pattern', '_sliding_window_pattern', 'attention_chunk_size'],
  ...['use_sliding_window', 'max_window_layers', 'no_rope_layers', 'no_rope_layer_interval'],
];

/** The sliding layers of a model: how many keys they see, and how many of them there are; nothing where none slides. */
export function windowOf(
  fields: Fields,
  architecture: Architecture,
  layers: number,
): { readonly size: number; readonly layers: number } | undefined {
  const kinds = layerTypes(fields, architecture, layers);
  if (kinds === undefined && architecture.full !== undefined)
    fields.refuse('layer_types', 'attention', 'is missing, and no layer is attention without it');
  if (kinds !== undefined) return windowOfKinds(fields, architecture, kinds);
  const slides = slidingBy(fields, architecture, layers);
  const count = slides.filter(Boolean).length;
  if (count === 0) return undefined;
  const size = fields.size(architecture.window === 'chunked' ? 'attention_chunk_size' : 'sliding_window', 'attention');
  return size > 0 ? { size, layers: count } : undefined;
}

function windowOfKinds(fields: Fields, architecture: Architecture, kinds: readonly string[]) {
  const of = (kind: string) => kinds.filter((one) => one === kind).length;
  const sliding = of('sliding_attention') + of('chunked_attention');
  if (sliding === 0) return undefined;
  if (architecture.window === 'never') {
    fields.refuseValue('layer_types', 'attention', `has layers that slide, which ${architecture.classes[0]} has not`);
  }
  const size = fields.size(of('chunked_attention') > 0 ? 'attention_chunk_size' : 'sliding_window', 'attention');
  return size > 0 ? { size, layers: sliding } : undefined;
}

/** The kinds of all layers where the config lists them; kinds that nothing here stands for are refused. */
function layerTypes(fields: Fields, { full = [] }: Architecture, layers: number): readonly string[] | undefined {
  const kinds = fields.take('layer_types');
  if (kinds === undefined) return undefined;
  // The list settles what these decide without it.
  for (const name of RULED) fields.take(name);
  if (!Array.isArray(kinds) || kinds.length !== layers) {
    fields.refuseValue('layer_types', 'attention', `does not name the kinds of ${layers} layers`);
    return [];
  }
  const known = [FULL, 'sliding_attention', 'chunked_attention', ...full];
  const other = kinds.findIndex((kind) => !known.includes(kind));
  if (other >= 0)
    fields.refuse('layer_types', 'attention', `${shown(kinds[other])} is no attention that GEMMs here stand for`, [
      other,
    ]);
  return kinds;
}

function slidingBy(fields: Fields, { window }: Architecture, layers: number): readonly boolean[] {
  const each = (slides: (layer: number) => boolean) => Array.from({ length: layers }, (_, layer) => slides(layer));
  if (window === 'never') return each(() => false);
  const has = fields.has('sliding_window');
  switch (window) {
    case 'every':
      return each(() => has);
    case 'even':
      return each((layer) => has && layer % 2 === 0);
    case 'pattern': {
      const name = fields.has('_sliding_window_pattern') ? '_sliding_window_pattern' : 'sliding_window_pattern';
      const pattern = fields.size(name, 'attention', 6);
      return each((layer) => has && pattern > 0 && (layer + 1) % pattern !== 0);
    }
    case 'after': {
      fields.take('max_window_layers');
      if (!fields.flag('use_sliding_window', 'attention', false)) return each(() => false);
      const first = fields.count('max_window_layers', 'attention');
      return each((layer) => has && layer >= first);
    }
    case 'types':
      fields.take('max_window_layers');
      if (fields.flag('use_sliding_window', 'attention', false))
        fields.refuseValue('use_sliding_window', 'attention', 'without layer_types does not say which layers slide');
      return each(() => false);
    case 'chunked': {
      const positions = fields.take('no_rope_layers');
      const listed = Array.isArray(positions) && positions.length > 0 ? positions : undefined;
      if (listed !== undefined && !(listed.length === layers && listed.every((one) => one === 0 || one === 1)))
        fields.refuseValue('no_rope_layers', 'attention', `does not say 0 or 1 for each of ${layers} layers`);
      const interval = fields.size('no_rope_layer_interval', 'attention', 4);
      if (!fields.has('attention_chunk_size')) return each(() => false);
      return each((layer) => (listed ? listed[layer] === 1 : (layer + 1) % interval !== 0));
    }
  }
}

/** What each rule reads; a list of all layers settles it. */
const SPARSE_BY: Readonly<Record<SparseRule, readonly string[]>> = {
  all: [],
  first: ['first_k_dense_replace', 'moe_layer_freq'],
  step: ['decoder_sparse_step', 'mlp_only_layers'],
  interleaved: ['moe_layers', 'interleave_moe_layer_step'],
  range: ['moe_layer_start_index', 'moe_layer_end_index', 'moe_layer_interval'],
};

/** Whether each layer has experts. */
export function sparseLayers(fields: Fields, rule: SparseRule, layers: number): readonly boolean[] {
  const each = (sparse: (layer: number) => boolean) => Array.from({ length: layers }, (_, layer) => sparse(layer));
  const kinds = fields.take('mlp_layer_types');
  if (Array.isArray(kinds)) {
    for (const name of SPARSE_BY[rule]) fields.take(name);
    if (kinds.length !== layers || kinds.some((kind) => kind !== 'dense' && kind !== 'sparse'))
      fields.refuseValue('mlp_layer_types', 'mlp', `does not call each of ${layers} layers dense or sparse`);
    return kinds.map((kind) => kind === 'sparse');
  }
  switch (rule) {
    case 'all':
      return each(() => true);
    case 'first': {
      const first = fields.count('first_k_dense_replace', 'mlp');
      // The code beside some checkpoints reads it, the classes of transformers do not.
      if (fields.size('moe_layer_freq', 'mlp', 1) > 1)
        fields.refuseValue('moe_layer_freq', 'mlp', 'is read by some programs and not by others');
      return each((layer) => layer >= first);
    }
    case 'step': {
      const step = fields.size('decoder_sparse_step', 'mlp', 1) || 1;
      const dense = layerList(fields, 'mlp_only_layers') ?? [];
      return each((layer) => !dense.includes(layer) && (layer + 1) % step === 0);
    }
    case 'interleaved': {
      const step = fields.size('interleave_moe_layer_step', 'mlp', 1) || 1;
      const sparse = layerList(fields, 'moe_layers');
      return each((layer) => (sparse ? sparse.includes(layer) : (layer + 1) % step === 0));
    }
    case 'range': {
      const first = fields.count('moe_layer_start_index', 'mlp');
      const end = fields.take('moe_layer_end_index') ?? -1;
      const last = isSize(end) ? end : layers - 1;
      if (end !== -1 && !isSize(end)) fields.refuseValue('moe_layer_end_index', 'mlp', 'is no layer');
      const every = fields.size('moe_layer_interval', 'mlp', 1) || 1;
      return each((layer) => layer >= first && layer <= last && (layer + 1) % every === 0);
    }
  }
}

function layerList(fields: Fields, name: string): readonly number[] | undefined {
  const listed = fields.take(name);
  if (listed === undefined) return undefined;
  if (Array.isArray(listed) && listed.every((layer) => layer === 0 || isSize(layer))) return listed;
  fields.refuseValue(name, 'mlp', 'is no list of layers');
  return undefined;
}
