/**
 * The record: one JSON document per run, and what `run --json` prints. The zod schema is the type, the reader's check and,
 * as JSON Schema, the documentation.
 */
import { z } from 'zod';
import { environmentSchema } from './environment.ts';
import { fileNameSchema } from './file-name.ts';
import { notServedSchema } from './not-served-schema.ts';
import { RECORD_SCHEMA } from './record-id.ts';
import { rowSchema, sentinelSchema } from './row.ts';

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

/** How visits sample. */
const samplingSchema = z.object({
  /** Most blocks per contender, at least one sample each; contenders alternate block by block. */
  blocks: count,
  /** Fewest and most samples per contender over all blocks. */
  minSamples: count,
  maxSamples: count,
  /** Seconds of sampling per contender that are enough, between the two counts. */
  sampleSeconds: seconds,
  /** A sample lasts at least this long and at least this many timer quanta: `repeats` launches make it so. */
  minSampleSeconds: seconds,
  minQuanta: z.number().nonnegative(),
  /** First launch of the plateau test, and the longest warm-up. */
  maxWarmUpSeconds: seconds,
});

export const settingsSchema = z.object({
  /** As asked for: names in benches/, or files. */
  suites: z.array(z.string()).readonly(),
  filter: z.array(z.string()).readonly(),
  /** Adapter as asked for: auto, gpu, software, embedded or a name. */
  adapter: z.string(),
  /** The kernel set: a folder or git ref as asked for, and a hash over the hashes of its files. */
  kernels: z.object({ from: z.string(), hash: z.string() }),
  /** Fewest processes wanted for each case. */
  processes: z.int().positive(),
  /** Numbers of processes at which stopping is considered, fixed before the run. */
  looks: z.array(z.int().positive()).readonly(),
  /** Target half-width of the interval, relative; null if the number of processes is fixed. */
  target: z.number().positive().nullable(),
  budgetSeconds: z.number().positive().nullable(),
  /** Seeds order and schedule; operands have their own seed in each row. */
  seed: z.int(),
  /** The part of a run that this is: shard `index` of `count`, of so many cases in all; older records lack that number. */
  shard: z
    .object({ index: z.int().positive(), count: z.int().positive(), cases: z.int().positive().optional() })
    .nullable(),
  /** The shards that a merged record was made from, in their order; `settings.shard` is null then. */
  merged: z.array(z.string()).readonly().optional(),
  sampling: samplingSchema,
  /** Operand sets of a cold case together exceed this, if `maxSets` of them can; 0 in a journal lets the device decide. */
  coldBytes: count,
  maxSets: count,
  /** Multiply-adds of f64 reference per case: in its first process, and in each later one. */
  referenceMacs: z.object({ first: count, later: count }).optional(),
  /** Seconds after which the sentinel is read again inside a process. */
  sentinelSeconds: seconds.optional(),
  /** Whether it is also read before every block. */
  sentinelBeside: z.boolean().optional(),
  /** Version of sentinels and peak probes, 1 if absent; readings of two versions are not comparable. */
  probes: z.int().positive().optional(),
  /** Hash of the scenario a scripted engine played. */
  scenario: z.string().optional(),
  /** Hash over the names of the tunings available to `best`; null if none, or if it followed the rule. */
  tuning: z.string().nullable().optional(),
  /** In the journal of an experiment other than a plain run: its name. */
  experiment: z.enum(['tune', 'calibrate', 'compare', 'bisect', 'search']).optional(),
});

export const timerSchema = z.object({
  kind: z.enum(['gpu', 'wall']),
  /** Smallest step seen of the clock in use. */
  resolutionSeconds: seconds,
  quantized: z.boolean(),
  proven: z.boolean(),
  /** Why wall time is used. */
  reason: z.string().optional(),
  wallResolutionSeconds: seconds.optional(),
  gpuOverWall: z.number().nullable().optional(),
});

/** A peak measured on this device, optionally with the vendor's figure. */
export const peakSchema = z.object({
  /** `f32-fma`, `f16-fma`, `copy`, `read`, `launch` …; older records lack `read`. */
  path: z.string(),
  flopPerSecond: z.number().positive().optional(),
  bytesPerSecond: z.number().positive().optional(),
  launchSeconds: seconds.optional(),
  vendor: z
    .object({
      flopPerSecond: z.number().positive().optional(),
      bytesPerSecond: z.number().positive().optional(),
      /** What the figure is for, accumulator included, and where it is published. */
      from: z.string(),
    })
    .optional(),
});

export const processSchema = z.object({
  index: count,
  /** Seeds the order of cases, of compilation and of contenders within a block. */
  orderSeed: z.int(),
  startedAt: z.iso.datetime(),
  seconds,
  /** `device`: a browser has no fresh processes, only fresh workers and devices; such intervals never gate. */
  replication: z.enum(['process', 'device']),
  /** In a merged record: whose process it was, and its index there. */
  shard: z.object({ index: z.int().positive(), process: count }).optional(),
  sentinel: z.array(sentinelSchema).readonly(),
  /** How a process was ended that did not end by itself. */
  lost: z.string().optional(),
});

export const commitSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/), dirty: z.boolean() });

/** Where and when a document was measured. */
export const originFields = {
  /** The comparable population this machine belongs to; a folder in results/. */
  machine: fileNameSchema,
  /** One physical machine, opaque and resettable. */
  unit: z.string(),
  startedAt: z.iso.datetime(),
  commit: commitSchema.nullable(),
  environment: environmentSchema,
};

export const recordSchema = z
  .object({
    schema: z.literal(RECORD_SCHEMA),
    /** Name of the run and its files: `<UTC>-<commit>`. */
    id: fileNameSchema,
    ...originFields,
    settings: settingsSchema,
    timer: timerSchema,
    peaks: z.array(peakSchema).readonly(),
    processes: z.array(processSchema).readonly(),
    /** What ended the run: intervals narrow enough, time used up, all processes done, or Ctrl-C. */
    ended: z.enum(['target', 'budget', 'processes', 'interrupted']),
    /** Where the wall time went, in seconds by phase. */
    profile: z.record(z.string(), z.number().nonnegative()),
    /** Raw samples of every visit, gzipped JSON beside this file, and the hash of that JSON. */
    samples: z.object({ file: fileNameSchema, hash: z.string() }).optional(),
    /** Cases of `kernels: all` that no device serves; absent in older records, which have a skipped row for each. */
    notServed: notServedSchema.optional(),
    cases: z.array(rowSchema).readonly(),
  })
  .meta({ id: 'Record', title: 'shapemark record' });

export type RunRecord = z.infer<typeof recordSchema>;
export type Settings = z.infer<typeof settingsSchema>;
export type Sampling = Readonly<z.infer<typeof samplingSchema>>;
export type Timer = z.infer<typeof timerSchema>;
export type Peak = z.infer<typeof peakSchema>;
export type ProcessFacts = z.infer<typeof processSchema>;
export type Commit = z.infer<typeof commitSchema>;

/** JSON Schema of the record, for editors and other languages. */
export function recordJsonSchema(): object {
  return z.toJSONSchema(recordSchema, { target: 'draft-7', io: 'input' });
}
