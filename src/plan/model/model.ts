import { z } from 'zod';
import { ELEMENT_FORMATS, WEIGHT_FORMATS, type WeightFormat } from '../../gemm/problem.ts';
import { MISSING } from '../spec/document.ts';
import { list, nonNegativeInteger, object, oneOf, positiveInteger, text, truth } from '../spec/fields.ts';

/**
 * The parameters of a transformer that determine its matmuls. Keys are spelled as in published configs. `head_dim` is never
 * derived: in many models heads · head_dim is not the hidden size.
 */

/** Lists of layers are made, so that their number must be one that a model may have. */
export const MOST_LAYERS = 65_536;

/** One segment of a case id: no `/`, `=`, `,`, glob characters or spaces. */
export const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._:@+-]*$/;

export function segment(what: string) {
  return text(what).regex(SEGMENT, {
    error: (issue) => `expected ${what} of letters, digits and . _ : @ + -, got ${JSON.stringify(issue.input)}`,
  });
}

const checkpointFormat = oneOf(WEIGHT_FORMATS, 'weight format');
const optionalFormat = checkpointFormat.optional();

const bias = z
  .union([
    truth(),
    object({
      attention: truth().default(false),
      qkv: truth().optional().meta({ description: 'Of q, k and v where it is not as `attention` says.' }),
      o: truth().optional().meta({ description: 'Of o where it is not as `attention` says.' }),
      mlp: truth().default(false),
      router: truth().default(false),
      lm_head: truth().default(false),
    }),
  ])
  .meta({ description: 'Which projections add a bias; true is attention, MLP and router.' });

const weights = z
  .union([
    checkpointFormat,
    object({
      default: checkpointFormat,
      ...{ attention: optionalFormat, mlp: optionalFormat, shared: optionalFormat, dense: optionalFormat },
      ...{ experts: optionalFormat, router: optionalFormat, lm_head: optionalFormat },
      ...{ qkv_proj: optionalFormat, o_proj: optionalFormat, q_proj: optionalFormat, q_a_proj: optionalFormat },
      ...{ q_b_proj: optionalFormat, kv_a_proj_with_mqa: optionalFormat, kv_b_proj: optionalFormat },
    }),
  ])
  .meta({
    description:
      'Formats the checkpoint stores, by part of the model or, of attention, by projection. `mlp` is every MLP but that of routed experts; `shared` and `dense` are those of shared experts and of layers without experts.',
  });

const experts = object({
  total: positiveInteger(65_536),
  active: positiveInteger(65_536).meta({ description: 'Experts each token is sent to.' }),
  d_ff: positiveInteger().optional().meta({ description: 'Width of one expert; the model’s d_ff when absent.' }),
  shared: nonNegativeInteger(1024)
    .default(0)
    .meta({ description: 'Experts every token passes, run as one dense MLP.' }),
  shared_d_ff: positiveInteger()
    .optional()
    .meta({ description: 'Width of that MLP where it is not `shared` times the width of an expert.' }),
  shared_gate: truth().default(false).meta({ description: 'Whether a matmul of n = 1 weighs that MLP (Qwen2-MoE).' }),
  dense_layers: nonNegativeInteger(4096)
    .default(0)
    .meta({ description: 'Layers with a dense MLP of width d_ff instead.' }),
})
  .refine((e) => e.active <= e.total, { path: ['active'], error: 'more active experts than there are' })
  .refine((e) => e.shared > 0 || (e.shared_d_ff === undefined && !e.shared_gate), {
    path: ['shared'],
    error: 'shared_d_ff and shared_gate are of shared experts; write shared: 1',
  });

const mla = object({
  q_lora_rank: positiveInteger().nullish().meta({ description: 'Null or absent: queries come from hidden directly.' }),
  kv_lora_rank: positiveInteger(),
  qk_nope_head_dim: positiveInteger(),
  qk_rope_head_dim: positiveInteger(),
  v_head_dim: positiveInteger(),
}).meta({ description: 'Multi-head latent attention: naive in prefill and training, absorbed in decode.' });

/** Parts of a model that its description may leave out. */
export const PARTS_LEFT_OUT = ['attention', 'mlp'] as const;
export type PartLeftOut = (typeof PARTS_LEFT_OUT)[number];

/** Absent where its part of the model is left out. */
function size(part: PartLeftOut) {
  return positiveInteger(
    undefined,
    'differs from layer to layer, which no model here does; write one for each kind of layer',
  )
    .default(0)
    .meta({ description: `Required unless \`without\` names ${part}.` });
}

const fields = {
  name: segment('a model name'),
  title: text('a title').optional(),
  hub: text('a repository')
    .optional()
    .meta({ description: 'Its repository on Hugging Face: another name to call it by.' }),
  hidden: positiveInteger(),
  layers: positiveInteger(MOST_LAYERS).default(1),
  ...{ heads: size('attention'), kv_heads: size('attention'), head_dim: size('attention') },
  d_ff: size('mlp'),
  vocab: positiveInteger().optional().meta({ description: 'Rows of lm_head; without it there is no lm_head.' }),
  tied_embeddings: truth().default(false).meta({ description: 'Whether lm_head is the embedding table.' }),
  head_dense: truth()
    .default(false)
    .meta({ description: 'Whether a dense layer hidden → hidden stands before lm_head (BERT).' }),
  gated: truth().default(true).meta({ description: 'Gate, up and down (SwiGLU, GeGLU) instead of two layers.' }),
  bias: bias.default(false),
  experts: experts.optional(),
  window: object({ size: positiveInteger(), layers: positiveInteger(MOST_LAYERS) })
    .optional()
    .meta({ description: 'Sliding attention: how many keys, and in how many of the layers.' }),
  mla: mla.optional(),
  without: list(oneOf(PARTS_LEFT_OUT, 'part'), 'part')
    .default([])
    .meta({ description: 'Parts that are other matmuls than this file can tell; a model has none of their GEMMs.' }),
  causal: truth().default(true),
  parameters: positiveInteger(2 ** 53 - 1)
    .optional()
    .meta({ description: 'How many parameters the checkpoint has, embeddings included: the sizes must add up to it.' }),
  max_position: positiveInteger().optional(),
  weights: weights.default('bf16'),
  activations: oneOf(ELEMENT_FORMATS, 'activation format').default('bf16'),
};

const from = text('where the sizes come from (`from: …`)').meta({
  description: 'Where the sizes come from: repository, commit, file.',
});

/** Consistency rules of a model. */
interface Parts {
  readonly without: readonly PartLeftOut[];
  readonly heads: number;
  readonly kv_heads: number;
  readonly head_dim: number;
  readonly d_ff: number;
  readonly layers: number;
  readonly window?: { readonly layers: number } | undefined;
  readonly experts?: { readonly dense_layers: number } | undefined;
}

const SIZES = [
  ['attention', 'heads'],
  ['attention', 'kv_heads'],
  ['attention', 'head_dim'],
  ['mlp', 'd_ff'],
] as const;

function consistent<Schema extends z.ZodType<Parts>>(schema: Schema): Schema {
  const sized = SIZES.reduce(
    (known, [part, name]) =>
      known.refine((m) => m[name] > 0 || m.without.includes(part), {
        path: [name],
        error: 'expected a positive integer, got nothing',
        params: MISSING,
      }),
    schema,
  );
  return sized
    .refine((m) => m.kv_heads === 0 || m.heads % m.kv_heads === 0, {
      path: ['kv_heads'],
      error: 'must divide the number of heads',
    })
    .refine((m) => (m.window?.layers ?? 0) <= m.layers, {
      path: ['window', 'layers'],
      error: 'more layers than the model has',
    })
    .refine((m) => (m.experts?.dense_layers ?? 0) < m.layers || m.experts === undefined, {
      path: ['experts', 'dense_layers'],
      error: 'leaves no layer with experts',
    });
}

/** A model defined in a suite, whose entry may have `from:` instead. `source` is an older name of `from`. */
export const modelSchema = consistent(object({ ...fields, from: from.optional(), source: from.optional() }));

/** A model in a model file, which must state its source. */
export const knownModelSchema = consistent(object({ ...fields, from }));

/** With every default filled in. */
export type Model = Readonly<z.output<typeof modelSchema>>;

/** The source of a model's sizes, if stated. */
export function originOf({ from, source }: Model): string | undefined {
  return from ?? source;
}

/** Parts of a model that may be stored in different formats or carry a bias of their own. */
export type Part = 'attention' | 'mlp' | 'shared' | 'dense' | 'experts' | 'router' | 'lm_head';

/** What the checkpoint stores a matmul's weights as: what its file says of it by name, else of its part, else of all. */
export function checkpointFormatOf({ weights }: Model, part: Part, name: string): WeightFormat {
  if (typeof weights === 'string') return weights;
  const isMlp = part === 'shared' || part === 'dense';
  return namedFormat(weights, name) ?? weights[part] ?? (isMlp ? weights.mlp : undefined) ?? weights.default;
}

function namedFormat(weights: Exclude<Model['weights'], string>, name: string): WeightFormat | undefined {
  return Object.entries(weights).find(([key]) => key === name)?.[1];
}

export function hasBias({ bias }: Model, part: Part | 'qkv' | 'o'): boolean {
  if (typeof bias === 'boolean') return bias && part !== 'lm_head';
  if (part === 'qkv' || part === 'o') return bias[part] ?? bias.attention;
  return bias[part === 'experts' || part === 'shared' || part === 'dense' ? 'mlp' : part];
}
