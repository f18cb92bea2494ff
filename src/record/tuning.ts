/**
 * A tuning: the fastest kernel, tile and thread found for classes of shapes on a machine. One immutable file per tuning,
 * `results/<machine>/tuning/<utc>-<hash>.json`; rows name the one that chose for them.
 */
import { z } from 'zod';
import { environmentSchema } from './environment.ts';
import { commitSchema } from './schema.ts';

export const TUNING_SCHEMA = 'shapemark-tuning/1';

const size = z.int().positive();
const tile = z.object({ m: size, n: size, k: size });
const thread = z.object({ m: size, n: size });

const choiceSchema = z.object({
  /** Name and hash of the kernel's source file: of another text the measurement says nothing. */
  kernel: z.object({ name: z.string(), hash: z.string() }),
  tile,
  thread,
});

const classSchema = z.object({
  /** The class, in words: rows, weights, form, alignment, kind, layout, formats. */
  class: z.string(),
  /** The case that was measured for all of them. */
  id: z.string(),
  /** Cases of the suites that fall into the class. */
  cases: z.array(z.string()).readonly(),
  best: choiceSchema,
  /** What the rule picks without tuning; every process held the candidates against it. */
  rule: choiceSchema,
  /** Time of best / time of the rule's pick, one a process of the final. All 1 where the rule's pick is the best. */
  ratios: z.array(z.number().positive()).readonly(),
  /** Of the best, per launch. */
  medianSeconds: z.number().positive(),
  /** Candidates that were measured. */
  tried: z.int().positive(),
  /** The final was played to its end; else the budget ended it. */
  complete: z.boolean(),
  /** What came near, fastest first: time / time of the rule's pick. */
  finalists: z.array(choiceSchema.extend({ ratio: z.number().positive() })).readonly(),
  /** Candidates that answered wrongly or did not run. */
  broken: z.array(z.object({ name: z.string(), reason: z.string(), detail: z.string() })).readonly(),
});

export const tuningSchema = z.object({
  schema: z.literal(TUNING_SCHEMA),
  machine: z.string(),
  unit: z.string(),
  startedAt: z.iso.datetime(),
  commit: commitSchema.nullable(),
  environment: environmentSchema,
  settings: z.object({
    suites: z.array(z.string()).readonly(),
    filter: z.array(z.string()).readonly(),
    adapter: z.string(),
    kernels: z.object({ from: z.string(), hash: z.string() }),
    budgetSeconds: z.number().positive(),
    seed: z.int(),
  }),
  processes: size,
  classes: z.array(classSchema).readonly(),
  /** Classes without a choice, and why. */
  skips: z.array(z.object({ class: z.string(), id: z.string(), reason: z.string(), detail: z.string() })).readonly(),
});

export type Tuning = z.infer<typeof tuningSchema>;
export type TunedClass = z.infer<typeof classSchema>;
export type TuningChoice = z.infer<typeof choiceSchema>;
