/** A stored answer of a search for a width, as far as it is shown. The searching side has its own type of it; see `judge/search`. */
import { z } from 'zod';
import { fileNameSchema } from '../file-name.ts';

const seconds = z.object({ up: z.number(), down: z.number(), mlp: z.number() });
const between = z.tuple([z.number(), z.number()]).readonly().nullable();

const rowSchema = z.object({
  dFf: z.number(),
  parameters: z.number(),
  divisor: z.number(),
  seconds,
  interval: between,
  intervals: z.object({ up: between, down: between }),
  flopPerSecond: seconds,
  slower: z.number(),
  group: z.number(),
  processes: z.number(),
  confirmed: z.boolean(),
  kernels: z.array(z.string()).readonly(),
});

export const storedSearchSchema = z.object({
  schema: z.literal('shapemark-search/1'),
  id: fileNameSchema,
  machine: fileNameSchema,
  hidden: z.number(),
  tokens: z.number(),
  gated: z.boolean(),
  gemms: z.array(z.object({ name: z.string(), role: z.enum(['up', 'down']), times: z.number() })).readonly(),
  format: z.object({ w: z.string(), a: z.string(), acc: z.string(), out: z.string() }),
  experts: z.object({ total: z.number(), rows: z.number() }).nullable(),
  baseline: z.union([rowSchema, z.object({ dFf: z.number() })]),
  candidates: z.array(rowSchema).readonly(),
  groups: z.array(z.array(z.number()).readonly()).readonly(),
  winner: z.object({ group: z.array(z.number()).readonly(), cheapest: z.number().nullable() }),
  resolution: z.number().nullable(),
  told: z.boolean(),
  reason: z.string(),
  processes: z.number(),
  screened: z.number(),
  cost: z.number(),
  ended: z.string(),
  unmeasured: z.array(z.object({ dFf: z.number(), reason: z.string() })).readonly(),
});

export type StoredSearch = z.infer<typeof storedSearchSchema>;
