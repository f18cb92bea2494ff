import { z } from 'zod';
import {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  DISTRIBUTIONS,
  LAYOUTS,
  MAX_AMPLITUDE,
  OUTPUT_FORMATS,
  SCALE_RULES,
  WEIGHT_FORMATS,
} from '../../gemm/problem.ts';
import { modelSchema, segment } from '../model/model.ts';
import {
  list,
  nonNegativeInteger,
  object,
  oneOf,
  oneOrMore,
  positiveInteger,
  positiveNumber,
  text,
  truth,
} from '../spec/fields.ts';
import { axisSchema, linkedAxisSchema } from './axis.ts';

/** The suite file: what is measured, as plain data. */

const checkpointOr = oneOf([...WEIGHT_FORMATS, 'checkpoint'], 'weight format');
const kernels = oneOrMore(text('a kernel name'), 'kernel name').meta({
  description: 'Kernel names, `best` (one kernel chosen for each case) or `all`. Lists are crossed.',
});

const layout = oneOrMore(oneOf(LAYOUTS, 'layout'), 'layout').optional().meta({
  description:
    'nn (default), nt (weights stored [n,k], as checkpoints do), tn or tt. For raw shapes: models say their own.',
});

const tile = object({
  m: positiveInteger(1024).optional(),
  n: positiveInteger(1024).optional(),
  k: positiveInteger(1024).optional(),
});
const thread = object({ m: positiveInteger(64).optional(), n: positiveInteger(64).optional() });

const choices = {
  w: oneOrMore(oneOf(WEIGHT_FORMATS, 'weight format'), 'weight format').optional(),
  block: positiveInteger(1024).optional().meta({
    description:
      'Elements along k that share a scale, of weight formats that have a choice: w: int4 and block: 128 are int4-128.',
  }),
  zeroPoints: truth()
    .optional()
    .meta({ description: 'Codes with a zero point for each block, as GPTQ and AWQ have them.' }),
  a: oneOrMore(oneOf(ACTIVATION_FORMATS, 'activation format'), 'activation format').optional().meta({
    description:
      'Defaults to w where that is f32, f16 or bf16; beside weights in codes f32, or what the model computes in. mxfp4, nvfp4 and fp8…: A is quantized along k, beside weights of the same format.',
  }),
  acc: oneOrMore(oneOf(ACCUMULATOR_FORMATS, 'accumulator format'), 'accumulator format').optional(),
  out: oneOrMore(oneOf(OUTPUT_FORMATS, 'output format'), 'output format')
    .optional()
    .meta({ description: 'Defaults to a, or to f32 where a is quantized.' }),
  scale: oneOf(SCALE_RULES, 'scale rule')
    .optional()
    .meta({ description: 'How MXFP4 block scales are chosen; rceil by default.' }),
  kernels: kernels.optional(),
  tile: tile.optional().meta({
    description:
      'Tile sizes in place of the kernel’s own, of kernels asked for by name; what it allows is in its file.',
  }),
  thread: thread.optional().meta({ description: 'Sums of each thread in place of the kernel’s own.' }),
  operands: oneOrMore(oneOf(['cold', 'hot'], 'operand mode'), 'operand mode').optional(),
  distribution: oneOf(DISTRIBUTIONS, 'distribution').optional().meta({
    description:
      'Of operand values: normal (below 4), uniform (below 1), or outliers (one in 128 is 32 times as large).',
  }),
  amplitude: positiveInteger(MAX_AMPLITUDE)
    .refine((amplitude) => Number.isInteger(Math.log2(amplitude)), { error: 'expected a power of two' })
    .optional()
    .meta({ description: 'Power of two that A and B are each multiplied by: 64 makes f16 sums overflow.' }),
  seed: nonNegativeInteger().optional(),
};

const modelChoices = {
  w: oneOrMore(checkpointOr, 'weight format').optional().meta({
    description: '`checkpoint` (default) is what each tensor is stored as; quantized formats leave attention alone.',
  }),
  tp: oneOrMore(positiveInteger(4096), 'tensor-parallel degree').optional(),
  ep: oneOrMore(positiveInteger(4096), 'expert-parallel degree').optional().meta({
    description: 'Ranks that share the experts: one rank’s share of the tokens of all of them.',
  }),
  gateUp: oneOf(['fused', 'separate'], 'gateUp').optional(),
  routing: oneOf(['uniform', 'skewed'], 'routing').optional(),
};

const phases = object({
  decode: object({
    batch: axisSchema,
    context: axisSchema.optional().meta({ description: 'Keys each token attends to; 4096 or the model’s maximum.' }),
  }).optional(),
  prefill: object({ batch: axisSchema.default(1), sequence: axisSchema }).optional(),
  train: object({ batch: axisSchema.default(1), sequence: axisSchema }).optional(),
})
  .refine((p) => Object.values(p).some((phase) => phase !== undefined), { error: 'expected decode, prefill or train' })
  .meta({ description: 'Passes through a model; lists are crossed.' });

const groups = z.union([
  object({ rows: list(nonNegativeInteger(2 ** 31), 'row count').meta({ description: 'Rows for each expert.' }) }),
  object({
    experts: positiveInteger(65_536),
    tokens: axisSchema,
    topK: positiveInteger(65_536),
    routing: oneOf(['uniform', 'skewed'], 'routing').default('uniform'),
    seed: nonNegativeInteger().default(1),
  }).refine((g) => g.topK <= g.experts, { path: ['topK'], error: 'more experts per token than there are' }),
]);

const shape = object({
  name: segment('a name').default('gemm'),
  phase: segment('a phase').default('shape'),
  batch: axisSchema.default(1),
  repeat: positiveInteger()
    .optional()
    .meta({ description: 'Matrices A that share each B (a broadcast batch): rows of one matrix, so m times as many.' }),
  m: axisSchema.optional().meta({ description: 'Rows of A and C; absent when groups give them.' }),
  n: linkedAxisSchema,
  k: linkedAxisSchema,
  groups: groups.optional().meta({ description: 'A grouped GEMM (mixture of experts).' }),
  bias: truth().default(false),
  layout,
  ...choices,
  from: text('where this shape comes from (`from: …`)').meta({ description: 'Where the shape comes from.' }),
}).meta({ description: 'C[m,n] = A[m,k]·B[k,n], batch times.' });

const modelEntry = object({
  model: z.union([text('a model name or a model'), modelSchema]),
  phases: phases.optional(),
  only: list(text('a glob on GEMM names'), 'GEMM name').optional(),
  except: list(text('a glob on GEMM names'), 'GEMM name').optional(),
  from: text('a source').optional().meta({ description: 'For inline models; known models name their source.' }),
  ...choices,
  ...modelChoices,
});

/** Defaults for every entry of the suite. */
const defaults = object({ layout, ...choices, ...modelChoices });

const run = object({
  processes: positiveInteger(10_000)
    .optional()
    .meta({ description: 'Fresh processes; 6 or more for a 95 % interval.' }),
  budgetSeconds: positiveNumber().optional(),
  target: positiveNumber().optional().meta({ description: 'Half-width of the interval to reach, e.g. 0.03.' }),
  samples: positiveInteger(100_000).optional().meta({ description: 'Samples of each visit.' }),
}).meta({ description: 'How to run this suite unless the command line says otherwise.' });

export const suiteSchema = object({
  $schema: z.string().optional(),
  name: segment('a suite name').optional().meta({ description: 'The file’s name when absent.' }),
  description: text('a description').optional(),
  run: run.default({}),
  defaults: defaults.default({}),
  phases: phases.optional().meta({ description: 'For models that do not say their own.' }),
  shapes: list(shape, 'shape').default([]),
  models: list(z.union([text('a model name'), modelEntry]), 'model').default([]),
})
  .refine((s) => s.shapes.length + s.models.length > 0, { error: 'holds neither shapes nor models' })
  .meta({ id: 'Suite', title: 'shapemark suite', description: 'GEMM shapes to measure.' });

export type SuiteDocument = Readonly<z.output<typeof suiteSchema>>;
export type ShapeEntry = Readonly<SuiteDocument['shapes'][number]>;
export type ModelEntry = Readonly<z.output<typeof modelEntry>>;
export type Phases = Readonly<z.output<typeof phases>>;
export type Defaults = Readonly<z.output<typeof defaults>>;

/** JSON Schema (draft 7) for editors. */
export function suiteJsonSchema(): object {
  return z.toJSONSchema(suiteSchema, { target: 'draft-7', io: 'input' });
}
