import { absentFormat, formatCalled } from '../../../gemm/formats/elsewhere.ts';
import { isElementFormat } from '../../../gemm/formats/registry.ts';
import type { ElementFormat } from '../../../gemm/problem.ts';
import { MOST_LAYERS } from '../../model/model.ts';
import type { SourceDocument } from '../../spec/document.ts';
import type { DocumentPath } from '../../spec/spec-error.ts';
import { remedy } from '../../spec/suggest.ts';
import type { Architecture } from './architecture.ts';
import { ARCHITECTURES, WHOLES } from './architectures.ts';
import { Fields, type Refusal, type Values } from './fields.ts';
import { isHarmless, kindOf } from './harmless.ts';
import { sparseLayers } from './layers.ts';
import { attentionOf, biasOf, hasExperts, type ModelText, mlpOf } from './parts.ts';
import { weightsOf } from './weights.ts';

/** A model out of a Hugging Face config.json. */

export interface ConfigReading {
  /** What could be read; undefined where that is nothing. */
  readonly model: Omit<ModelText, 'name'> | undefined;
  /** What could not, in the order it was met. */
  readonly refusals: readonly Refusal[];
  readonly notes: readonly string[];
}

/** Whether a document is a config.json, as far as one look tells. */
export function isConfig(value: unknown): value is Values {
  if (!isMapping(value)) return false;
  return 'model_type' in value || 'architectures' in value || isMapping(value.text_config);
}

function isMapping(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the whole of a model says that its text part may be silent about. */
const INHERITED = [
  'architectures',
  'dtype',
  'quantization',
  'quantization_config',
  'tie_word_embeddings',
  'torch_dtype',
];

/** @param document holds a config.json */
export function readConfig({ value }: SourceDocument): ConfigReading {
  const whole = isMapping(value) ? value : {};
  if (!isMapping(whole.text_config)) return readText(whole, [], {});
  const type = String(whole.model_type);
  if (!WHOLES.includes(type)) {
    const fields = new Fields(whole, []);
    fields.refuseValue(
      'model_type',
      'model',
      `is not read; of models with a text_config these are: ${WHOLES.join(', ')}`,
    );
    return { model: undefined, refusals: fields.refusals, notes: [] };
  }
  const inherited = Object.fromEntries(INHERITED.flatMap((name) => (name in whole ? [[name, whole[name]]] : [])));
  const others = Object.keys(whole).filter(
    (name) => /_config$/.test(name) && !/^(text|quantization)_config$/.test(name),
  );
  const reading = readText(whole.text_config, ['text_config'], inherited);
  const left =
    others.length > 0 ? [`text_config is read; ${others.join(', ')} and what connects them are left out`] : [];
  return { ...reading, notes: [...left, ...reading.notes] };
}

function readText(values: Values, path: DocumentPath, inherited: Values): ConfigReading {
  const type = typeOf(values);
  const architecture = Object.entries(ARCHITECTURES).find(([name]) => name === type)?.[1];
  if (architecture === undefined) return unknownType(values, path);
  const isPart = path.length > 0;
  const absent = { ...architecture.absent, ...(isPart && architecture.absentInPart) };
  const fields = new Fields(values, path, { ...absent, ...inherited });
  const model = modelOf(fields, architecture, isPart);
  if (model !== undefined) refuseUnknown(fields, architecture);
  return { model, refusals: fields.refusals, notes: fields.notes };
}

/** MiniMax M2 once had the type of its predecessor. */
function typeOf({ model_type: type, architectures }: Values): unknown {
  const [name] = Array.isArray(architectures) ? architectures : [];
  if (type === 'minimax' && /^MiniMaxM2/.test(String(name))) return 'minimax_m2';
  return type === 'hunyuan' && /^HunYuanMoEV1/.test(String(name)) ? 'hunyuan_v1_moe' : type;
}

function unknownType(values: Values, path: DocumentPath): ConfigReading {
  const fields = new Fields(values, path);
  const known = Object.keys(ARCHITECTURES);
  for (const name of Object.keys(values)) {
    const kind = kindOf(name);
    if (kind !== undefined && fields.has(name)) fields.refuseValue(name, 'model', `is of ${kind}`);
  }
  const type = values.model_type;
  if (type === undefined) fields.refuse('model_type', 'model', 'is missing');
  else fields.refuseValue('model_type', 'model', `is an architecture that is not read; ${remedy(String(type), known)}`);
  return { model: undefined, refusals: fields.refusals, notes: [] };
}

function modelOf(fields: Fields, architecture: Architecture, isPart: boolean): ConfigReading['model'] {
  const name = (field: string) => architecture.names?.[field] ?? field;
  fields.take('model_type');
  const hidden = fields.size(name('hidden_size'), 'model');
  const layers = fields.size(name('num_hidden_layers'), 'model');
  if (hidden === 0 || layers === 0) return undefined;
  if (layers > MOST_LAYERS)
    return fields.refuse(
      name('num_hidden_layers'),
      'model',
      `${layers} is more than ${MOST_LAYERS}, which no model has`,
    );
  refuseOtherMeanings(fields, architecture);
  const head = headOf(fields, architecture, isPart);
  const sparse = hasExperts(fields, architecture)
    ? sparseLayers(fields, architecture.experts?.sparse ?? 'all', layers)
    : [];
  const attention = attentionOf(fields, architecture, { hidden, layers });
  const mlp = mlpOf(fields, architecture, { hidden, layers, sparse });
  const longest = fields.has(name('max_position_embeddings'))
    ? fields.size(name('max_position_embeddings'), 'field')
    : undefined;
  const isWide = longest !== undefined && longest > 0 && (attention.window?.size ?? 0) >= longest;
  const activations = activationsOf(fields);
  const model = {
    ...{ hidden, layers },
    ...attention,
    // A window that no sequence is longer than.
    ...(isWide && { window: undefined }),
    ...mlp,
    ...head,
    ...biasOf(fields, architecture),
    ...(architecture.causal === false && { causal: false }),
    ...(longest !== undefined && longest > 0 && { max_position: longest }),
    activations,
  };
  return { ...model, weights: weightsOf(fields, architecture, { ...model, sparse }, activations) };
}

/** Fields whose values but a few change what the model is. */
function refuseOtherMeanings(fields: Fields, { must = {}, unread = [], classes }: Architecture): void {
  for (const name of unread) fields.take(name);
  for (const [name, allowed] of Object.entries(must)) {
    const value = fields.take(name) ?? false;
    const isOff = (value === false || value === 0) && !allowed.includes(true);
    const isAllowed = Array.isArray(value) ? value.every((one) => allowed.includes(one)) : allowed.includes(value);
    if (isOff || isAllowed) continue;
    fields.refuseValue(name, 'attention', `makes other matmuls than those of ${classes[0]}`);
  }
}

const HEADS = /^(For(CausalLM|ConditionalGeneration|MaskedLM)|LMHeadModel)$/;

type Head = Pick<ModelText, 'vocab' | 'tied_embeddings' | 'head_dense'>;

/** lm_head, or none: `architectures` names the class that the checkpoint was saved from. */
function headOf(fields: Fields, architecture: Architecture, isPart: boolean): Head {
  const vocab = fields.size('vocab_size', 'head');
  const tied = fields.flag('tie_word_embeddings', 'field', architecture.tied);
  const head: Head = { ...(vocab > 0 && { vocab }), ...(tied && { tied_embeddings: true }) };
  const names = fields.take('architectures');
  const isEncoder = architecture.causal === false;
  if (names === undefined && !isEncoder) return head;
  const [name] = Array.isArray(names) && names.length === 1 ? names : [];
  const [, stem = '', role = ''] = /^(.*?)(For\w+|(?:LMHead|Text)?Model)$/.exec(String(name)) ?? [];
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase();
  const isOwn = isPart || architecture.classes.some((known) => plain(known) === plain(stem));
  if (!isOwn || (role !== 'Model' && role !== 'TextModel' && !HEADS.test(role))) {
    const what =
      names === undefined ? 'does not say which head there is' : 'is not the class of a language model that is read';
    fields.refuseValue('architectures', isOwn ? 'head' : 'model', what);
    return {};
  }
  if (!HEADS.test(role)) {
    fields.note('architectures', 'has no lm_head');
    return {};
  }
  return isEncoder ? { ...head, head_dense: true } : head;
}

/** What the model computes in. */
function activationsOf(fields: Fields): ElementFormat {
  const name = fields.has('dtype') ? 'dtype' : 'torch_dtype';
  const given = fields.take(name);
  fields.take('torch_dtype');
  if (given === undefined) {
    fields.notes.push('no dtype is named: bf16 is assumed; w and a of the suite say otherwise');
    return 'bf16';
  }
  const format = formatCalled(String(given));
  if (format !== undefined && isElementFormat(format)) return format;
  const absent = absentFormat(String(given));
  if (absent) fields.refuse(name, 'weights', absent);
  else fields.refuseValue(name, 'weights', 'is no format that a model computes in');
  return 'bf16';
}

/** What nobody asked for: of layers that are left out, harmless, or refused. */
function refuseUnknown(fields: Fields, architecture: Architecture): void {
  const unasked = fields.unasked().filter((name) => !isHarmless(name));
  const further = unasked.filter((name) => PREDICTS_MORE.test(name));
  if (further.length > 0) fields.notes.push(`${further.join(', ')}: layers that predict further tokens are left out`);
  for (const name of unasked.filter((one) => !further.includes(one))) {
    const kind = kindOf(name);
    if (kind === undefined) fields.refuseValue(name, 'field', 'is not known to leave the matmuls as they are');
    else if (!isOfOtherLayers(fields, architecture, name))
      fields.refuseValue(name, 'attention', `is of ${kind}, which no GEMM here stands for`);
  }
  const isTold = fields.refusals.some(({ part }) => part === 'attention' || part === 'model');
  if (architecture.attention === 'other' && !isTold)
    fields.refuseValue('model_type', 'attention', 'has attention that no GEMM here stands for');
}

const PREDICTS_MORE = /^(num_nextn_predict_layers|mtp_\w+|use_mtp|num_mtp_modules|num_mtp_layers)$/;

/** Sizes of state-space layers stand in configs that have none of them. */
function isOfOtherLayers(fields: Fields, { full = [] }: Architecture, name: string): boolean {
  const kinds = fields.take('layer_types');
  return full.length > 0 && Array.isArray(kinds) && kinds.every((kind) => full.includes(kind)) && /^mamba_/.test(name);
}
