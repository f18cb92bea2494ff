import { z } from 'zod';
import { ELEMENT_FORMATS, WEIGHT_FORMATS, type WeightFormat } from '../../gemm/problem.ts';
import { nonNegativeInteger, object, oneOf, positiveInteger, text, truth } from '../spec/fields.ts';

/**
 * The parameters of a transformer that determine its matmuls. Keys are spelled as in published configs. `head_dim` is never
 * derived: in many models heads · head_dim is not the hidden size.
 */

/** One segment of a case id: no `/`, `=`, `,`, glob characters or spaces. */
export const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._:@+-]*$/;

export function segment(what: string) {
  return text(what).regex(SEGMENT, {
    error: (issue) => `expected ${what} of letters, digits and . _ : @ + -, got ${JSON.stringify(issue.input)}`,
  });
}

/** What a checkpoint stores its weights as. Those in fp8 are measured as bf16, and the case says so. */
export const CHECKPOINT_FORMATS = WEIGHT_FORMATS;
export type CheckpointFormat = WeightFormat;

const checkpointFormat = oneOf(CHECKPOINT_FORMATS, 'weight format');

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
      experts: checkpointFormat.optional(),
      router: checkpointFormat.optional(),
      lm_head: checkpointFormat.optional(),
    }),
  ])
  .meta({ description: 'Formats the checkpoint stores.' });

const experts = object({
  total: positiveInteger(65_536),
  active: positiveInteger(65_536).meta({ description: 'Experts each token is sent to.' }),
  d_ff: positiveInteger().optional().meta({ description: 'Width of one expert; the model’s d_ff when absent.' }),
  shared: nonNegativeInteger(1024)
    .default(0)
    .meta({ description: 'Experts every token passes, run as one dense MLP.' }),
  dense_layers: nonNegativeInteger(4096)
    .default(0)
    .meta({ description: 'Layers with a dense MLP of width d_ff instead.' }),
}).refine((e) => e.active <= e.total, { path: ['active'], error: 'more active experts than there are' });

const mla = object({
  q_lora_rank: positiveInteger().nullish().meta({ description: 'Null or absent: queries come from hidden directly.' }),
  kv_lora_rank: positiveInteger(),
  qk_nope_head_dim: positiveInteger(),
  qk_rope_head_dim: positiveInteger(),
  v_head_dim: positiveInteger(),
}).meta({ description: 'Multi-head latent attention: naive in prefill and training, absorbed in decode.' });

const fields = {
  name: segment('a model name'),
  title: text('a title').optional(),
  hidden: positiveInteger(),
  layers: positiveInteger(65_536).default(1),
  heads: positiveInteger(65_536),
  kv_heads: positiveInteger(65_536),
  head_dim: positiveInteger(65_536),
  d_ff: positiveInteger(),
  vocab: positiveInteger().optional().meta({ description: 'Rows of lm_head; without it there is no lm_head.' }),
  tied_embeddings: truth().default(false).meta({ description: 'Whether lm_head is the embedding table.' }),
  gated: truth().default(true).meta({ description: 'Gate, up and down (SwiGLU, GeGLU) instead of two layers.' }),
  bias: bias.default(false),
  experts: experts.optional(),
  window: object({ size: positiveInteger(), layers: positiveInteger(65_536) })
    .optional()
    .meta({ description: 'Sliding attention: how many keys, and in how many of the layers.' }),
  mla: mla.optional(),
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
  readonly heads: number;
  readonly kv_heads: number;
  readonly layers: number;
  readonly window?: { readonly layers: number } | undefined;
  readonly experts?: { readonly dense_layers: number } | undefined;
}

function consistent<Schema extends z.ZodType<Parts>>(schema: Schema): Schema {
  return schema
    .refine((m) => m.heads % m.kv_heads === 0, { path: ['kv_heads'], error: 'must divide the number of heads' })
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
export type Part = 'attention' | 'mlp' | 'experts' | 'router' | 'lm_head';

export function checkpointFormatOf(model: Model, part: Part): CheckpointFormat {
  if (typeof model.weights === 'string') return model.weights;
  if (part === 'experts' || part === 'router' || part === 'lm_head')
    return model.weights[part] ?? model.weights.default;
  return model.weights.default;
}

export function hasBias({ bias }: Model, part: Part | 'qkv' | 'o'): boolean {
  if (typeof bias === 'boolean') return bias && part !== 'lm_head';
  if (part === 'qkv' || part === 'o') return bias[part] ?? bias.attention;
  return bias[part === 'experts' ? 'mlp' : part];
}
