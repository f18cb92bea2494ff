/**
 * An inspection: compiler statistics of kernels, and their differences from those of other kernels. Deterministic: the same text
 * gives the same figures.
 */
import { z } from 'zod';
import { fileNameSchema } from '../file-name.ts';
import { measuredRowSchema, threadSchema, tileSchema } from '../row.ts';
import { commitSchema } from '../schema.ts';

export const INSPECTION_SCHEMA = 'shapemark-inspection/1';

const count = z.int().nonnegative();
/** Null if the driver does not report it. */
const told = count.nullable();

const mixFields = {
  valu: count,
  salu: count,
  memory: count,
  shared: count,
  /** Multiply-adds per lane; packed instructions and dot products count as several. */
  multiplyAdds: count,
  /** Instructions of two multiply-adds, of dot products, and of matrix units. */
  packed: count,
  dot: count,
  matrix: count,
  /** Loads by bytes a lane. */
  loads: z.record(z.string(), count),
};

export const figuresSchema = z.object({
  /** Subgroup size. */
  subgroup: count,
  /** In the compiler's own unit; see `units` of the GPU. */
  registers: told,
  spills: told,
  scratchBytes: told,
  sharedBytes: told,
  occupancy: told,
  instructions: z.object({ total: count, ...mixFields }).nullable(),
  /** One iteration of the outermost loop of the nest with most multiplications, including all inner iterations. */
  loop: z
    .object({
      instructions: count,
      ...mixFields,
      /** Loops in the nest, and inner loops with an unknown number of iterations, which are counted once. */
      loops: count,
      unknownTripCounts: count,
    })
    .nullable(),
});

/** The problem, as in a record of measurements. */
const { shape, layout, groups, format, bias } = measuredRowSchema.shape;
/** Absent where indexes are checked, as in a web page. */
const robustness = z.literal('off').optional();
const rowProblem = { robustness, shape, layout, groups, format, bias };

const inspectedSchema = z.object({
  gpu: z.string(),
  /** The kernel; `best` if it found none. */
  kernel: z.string(),
  hash: z.string().nullable(),
  case: z.string(),
  ...rowProblem,
  tile: tileSchema.nullable(),
  thread: threadSchema.nullable(),
});

export const inspectionRowSchema = z.discriminatedUnion('status', [
  inspectedSchema.extend({
    status: z.literal('compiled'),
    ...figuresSchema.shape,
    /** The same without checks of indexes, where both were asked for. */
    unchecked: figuresSchema.optional(),
  }),
  /** The device or the kernel does not serve the case. */
  inspectedSchema.extend({ status: z.literal('refused'), reason: z.string() }),
  /** It should compile but does not. */
  inspectedSchema.extend({ status: z.literal('failed'), reason: z.string() }),
]);

export const inspectedGpuSchema = z.object({
  name: z.string(),
  product: z.string(),
  vendor: z.string(),
  /** Whether the GPU is present. */
  hardware: z.boolean(),
  driver: z.string(),
  /** The compiler; null if none reported statistics. */
  compiler: z.string().nullable(),
  units: z.object({ registers: z.string(), occupancy: z.string() }).nullable(),
});

export const CHANGE_VERDICTS = ['worse', 'better', 'same'] as const;

export const changeSchema = z.object({
  gpu: z.string(),
  kernel: z.string(),
  case: z.string(),
  what: z.string(),
  base: z.union([z.number(), z.string()]).nullable(),
  head: z.union([z.number(), z.string()]).nullable(),
  verdict: z.enum(CHANGE_VERDICTS),
});

export const inspectionSchema = z
  .object({
    schema: z.literal(INSPECTION_SCHEMA),
    /** Names and drivers of the GPUs, comma-separated. */
    gpu: z.string(),
    driver: z.string(),
    gpus: z.array(inspectedGpuSchema).readonly(),
    kernels: z.array(inspectionRowSchema).readonly(),
    /** With --base: what the kernels were compared with, and every figure that differs. */
    base: z.string().optional(),
    changes: z.array(changeSchema).readonly().optional(),
    counts: z.record(z.string(), count),
  })
  .meta({ id: 'Inspection', title: 'shapemark inspection' });

/** As a file: `results/inspections/<utc>-<commit>.json`, of no machine, since any machine finds the same. */
export const storedInspectionSchema = inspectionSchema.extend({
  id: fileNameSchema,
  startedAt: z.iso.datetime(),
  commit: commitSchema.nullable(),
});

export type Figures = z.infer<typeof figuresSchema>;
export type InspectionRow = z.infer<typeof inspectionRowSchema>;
export type InspectedGpu = z.infer<typeof inspectedGpuSchema>;
export type Change = z.infer<typeof changeSchema>;
export type ChangeVerdict = (typeof CHANGE_VERDICTS)[number];
export type Inspection = z.infer<typeof inspectionSchema>;
export type StoredInspection = z.infer<typeof storedInspectionSchema>;

/** JSON Schema, for editors and other languages. */
export function inspectionJsonSchema(): object {
  return z.toJSONSchema(inspectionSchema, { target: 'draft-7', io: 'input' });
}
