/**
 * A calibration: the A/A noise of a machine, from kernels measured against themselves. One immutable file per calibration,
 * `results/<machine>/calibration/<utc>-<commit>.json`; verdicts name the one they used.
 */
import { z } from 'zod';
import { fileNameSchema } from '../file-name.ts';
import { notServedSchema } from '../not-served-schema.ts';
import { originFields } from '../schema.ts';

export const CALIBRATION_SCHEMA = 'shapemark-calibration/1';

export const calibrationSchema = z.object({
  schema: z.literal(CALIBRATION_SCHEMA),
  id: fileNameSchema,
  ...originFields,
  settings: z.object({
    suites: z.array(z.string()).readonly(),
    processes: z.int().positive(),
    seed: z.int(),
    blocks: z.int().positive(),
    minSamples: z.int().positive(),
  }),
  cases: z
    .array(
      z.object({
        id: z.string(),
        series: z.string(),
        /** The kernel that ran and the hash of its source; the noise is specific to it. */
        kernel: z.object({ name: z.string(), hash: z.string().optional() }),
        /** Relative noise of the median ratio over `processes` processes. */
        floor: z.number().nonnegative(),
        /** Smallest relative slowdown that this many processes find 9 times in 10; null if none. */
        minimalDetectableEffect: z.number().positive().nullable(),
        /** Time ratio of the two identical contenders, one per process. */
        ratios: z.array(z.number().positive()).readonly(),
      }),
    )
    .readonly(),
  /** Cases without a floor, and why. */
  skips: z.array(z.object({ id: z.string(), reason: z.string() })).readonly(),
  notServed: notServedSchema.optional(),
});

export type Calibration = z.infer<typeof calibrationSchema>;
