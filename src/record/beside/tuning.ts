/**
 * A tuning: the fastest kernel, tile and thread found for classes of shapes on a machine. One immutable file per tuning,
 * `results/<machine>/tuning/<utc>-<hash>.json`; rows name the one that chose for them.
 */
import { z } from 'zod';
import { threadSchema, tileSchema } from '../row.ts';
import { originFields } from '../schema.ts';

export const TUNING_SCHEMA = 'shapemark-tuning/1';

const size = z.int().positive();

const choiceSchema = z.object({
  /** Name and hash of the kernel's source file; the choice is void for another text. */
  kernel: z.object({ name: z.string(), hash: z.string() }),
  tile: tileSchema,
  thread: threadSchema,
});

const classSchema = z.object({
  /** The class, in words: rows, weights, form, alignment, kind, layout, formats. */
  class: z.string(),
  /** The case that was measured for all of them. */
  id: z.string(),
  /** Cases of the suites that fall into the class. */
  cases: z.array(z.string()).readonly(),
  best: choiceSchema,
  /** The rule's choice, to which all contenders were compared in every process. */
  rule: choiceSchema,
  /** Time of the best / time of the rule's choice, one per process of the final. All 1 if the rule's choice is the best. */
  ratios: z.array(z.number().positive()).readonly(),
  /** Of the best, per launch. */
  medianSeconds: z.number().positive(),
  /** Candidates that were measured. */
  tried: z.int().positive(),
  /** Whether the final is complete; else the budget ended it. */
  complete: z.boolean(),
  /** Runners-up, fastest first: time / time of the rule's choice. */
  finalists: z.array(choiceSchema.extend({ ratio: z.number().positive() })).readonly(),
  /** Candidates that answered wrongly or did not run. */
  broken: z.array(z.object({ name: z.string(), reason: z.string(), detail: z.string() })).readonly(),
});

export const tuningSchema = z.object({
  schema: z.literal(TUNING_SCHEMA),
  ...originFields,
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
