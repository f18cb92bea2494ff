/**
 * One case of a record: request, kernel, verification, times. Base units (seconds, bytes, FLOP/s) with the unit in the name; a
 * launch is one dispatch of the whole GEMM.
 */
import { z } from 'zod';
import {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  DISTRIBUTIONS,
  LAYOUTS,
  OUTPUT_FORMATS,
  SCALE_RULES,
  WEIGHT_FORMATS,
} from '../gemm/problem.ts';

const seconds = z.number().nonnegative();
const count = z.int().nonnegative();
const size = z.int().positive();

export const tileSchema = z.object({ m: size, n: size, k: size });
export const threadSchema = z.object({ m: size, n: size });

export const shapeSchema = z.object({ batch: size, m: count, n: size, k: size });

export const formatSchema = z.object({
  w: z.enum(WEIGHT_FORMATS),
  a: z.enum(ACTIVATION_FORMATS),
  acc: z.enum(ACCUMULATOR_FORMATS),
  out: z.enum(OUTPUT_FORMATS),
});

export const scaleSchema = z.object({
  block: z.union([size, z.literal('k')]),
  lines: z.union([size, z.literal('all')]).optional(),
  format: z.enum(['e8m0', 'e4m3', 'f32', 'f16-zero']),
  rule: z.enum([...SCALE_RULES, 'amax']),
  ties: z.literal('even'),
});

/** The requested kernel and, if one was selected, the one that ran. */
export const kernelSchema = z.object({
  /** As the suite asks for it: a name or `best`. */
  requested: z.string(),
  name: z.string().optional(),
  /** Hash of the kernel's source file. */
  hash: z.string().optional(),
  technique: z.string().optional(),
  tile: tileSchema.optional(),
  thread: threadSchema.optional(),
  workgroup: z.tuple([size, size]).readonly().optional(),
  /** Whether it uses matrix units, whose rate is then its peak; absent if not. */
  matrixUnits: z.boolean().optional(),
  /** Hash of the tuning file that chose tile and thread, when one did. */
  tuning: z.string().optional(),
  /**
   * Wall seconds to fill the textures of one operand set from its buffers, median over visits; not part of any sample.
   * Weights are filled once and stay; activations are filled before every launch. Absent for a kernel that reads buffers.
   */
  textureFillSeconds: z.object({ a: seconds.optional(), b: seconds.optional() }).optional(),
});

/** Errors are max |Δ| over all elements relative to the rms of the reference. */
export const verifySchema = z.object({
  /** Against the f64 reference of the dequantized operands; null on a simulated device. */
  kernelError: z.number().nonnegative().nullable(),
  /** Against the f64 reference of the unquantized operands: what the number format costs; null on a simulated device. */
  formatError: z.number().nonnegative().nullable(),
  /** What the kernel's error may be for this k, accumulator and output format. */
  budget: z.number().nonnegative(),
  /** Elements compared with the f64 reference on the CPU. */
  checked: count,
  /** Every element against an independent kernel's, compared on the device; null when there was none. */
  referenceDelta: z.number().nonnegative().nullable(),
  /** Whether the result was compared again after the last timed sample. */
  again: z.boolean(),
  /**
   * Of all bits of C for the first operand set: the same program on an equal device gives the same. Null when processes differed,
   * which a race or faulty memory makes; absent where it was not worked out.
   */
  digest: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits')
    .nullable()
    .optional(),
});

export const sentinelSchema = z.object({ atSeconds: z.number(), aluSeconds: seconds, copySeconds: seconds });

/** One visit of a case in a process. Statistics are over the visit's samples, each in seconds per launch. */
export const visitSchema = z.object({
  process: count,
  medianSeconds: seconds,
  /** Median absolute deviation from the median, unscaled, in seconds. */
  mad: seconds,
  /** Samples in this visit. */
  count: size,
  /** Median wall time of per launch, whatever clock the samples come from. */
  wallSeconds: seconds,
  /** The clock that the samples were read from. */
  clock: z.enum(['gpu', 'wall']),
  /** Launches in one sample. */
  repeats: size,
  pipelineSeconds: seconds,
  /** The first launch, including compilation by the driver at that time. */
  firstDispatchSeconds: seconds,
  warmup: z.object({ launches: count, seconds, plateau: z.boolean() }),
  /** Readings of the clock that were discarded as invalid. */
  rejectedReadings: count.optional(),
  sentinel: z.object({ before: sentinelSchema, after: sentinelSchema.optional() }).optional(),
  /** Time over that of the matmul sentinel, by blocks that ran beside each other; with `run --divide-by-sentinel` only. */
  toSentinel: z.number().positive().optional(),
  /** In time order. On disk they live in the record's sidecar. */
  samples: z.array(seconds).readonly().optional(),
});

export const INTERVAL_KINDS = ['confidence-95', 'range'] as const;

export const summarySchema = z.object({
  /** Median over processes of each process's median, per launch. */
  medianSeconds: z.number().positive(),
  intervalSeconds: z.tuple([seconds, seconds]).readonly(),
  /** `range` (smallest and largest) below 6 processes: too few for a 95 % interval. */
  intervalKind: z.enum(INTERVAL_KINDS),
  processes: size,
  samples: size,
  flopPerSecond: z.number().positive(),
  /** Compulsory traffic (each operand read once, C written once) over time. */
  bytesPerSecond: z.number().positive(),
  /** Share of the measured multiply-add rate of this accumulator, 0…1. */
  ofPeak: z.number().nonnegative().optional(),
  /** Share of the smaller of peak and arithmetic intensity × bandwidth measured for its mix of reads and writes. */
  ofRoofline: z.number().nonnegative().optional(),
  /** Shorter than 5 × an empty dispatch: mostly launch overhead. */
  launchBound: z.boolean().optional(),
});

export const warningSchema = z.object({ code: z.string(), message: z.string() });

const common = {
  id: z.string(),
  /** Hash of all that the suite chose: one line in a history. */
  series: z.string(),
  suite: z.string(),
  phase: z.string(),
  name: z.string(),
  shape: shapeSchema,
  layout: z.enum(LAYOUTS),
  groups: z.object({ experts: size, rows: z.array(count).readonly() }).optional(),
  format: formatSchema,
  scale: scaleSchema.optional(),
  bias: z.boolean(),
  distribution: z.union([z.enum(DISTRIBUTIONS), z.templateLiteral([z.enum(DISTRIBUTIONS), '*', z.int()])]),
  seed: z.int(),
  kernel: kernelSchema,
  /** Indexes were not checked; absent where they were, as in a web page. */
  robustness: z.literal('off').optional(),
  operands: z.object({
    mode: z.enum(['cold', 'hot']),
    sets: size.optional(),
    bytesPerSet: count.optional(),
    /** Parts that operands beyond the device's binding limit were cut into: a launch is a dispatch for each. */
    panels: size.optional(),
  }),
  /** Work of one launch. */
  flop: z.number().nonnegative(),
  bytes: z.number().nonnegative(),
  visits: z.array(visitSchema).readonly(),
  warnings: z.array(warningSchema).readonly(),
  /** Where the shape comes from, as the suite says. */
  from: z.string(),
};

/** Why there is no time: a reason code and a message. */
const why = { reason: z.string(), detail: z.string().optional() };

export const measuredRowSchema = z.object({
  status: z.literal('measured'),
  ...common,
  verify: verifySchema,
  summary: summarySchema,
});
export const skippedRowSchema = z.object({ status: z.literal('skipped'), ...common, ...why });
/** Visits before the failure are kept. */
export const failedRowSchema = z.object({
  status: z.literal('failed'),
  ...common,
  ...why,
  verify: verifySchema.optional(),
});

export const rowSchema = z.discriminatedUnion('status', [measuredRowSchema, skippedRowSchema, failedRowSchema]);

export type Row = z.infer<typeof rowSchema>;
export type MeasuredRow = z.infer<typeof measuredRowSchema>;
export type Visit = z.infer<typeof visitSchema>;
export type Summary = z.infer<typeof summarySchema>;
export type Warning = z.infer<typeof warningSchema>;
export type Verify = z.infer<typeof verifySchema>;
export type KernelChoice = z.infer<typeof kernelSchema>;
