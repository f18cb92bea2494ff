/** The sidecar with the raw samples of a record. */
import { z } from 'zod';
import { digest } from '../gemm/digest.ts';

export const samplesSchema = z.object({
  schema: z.literal('shapemark-samples/1'),
  /** Id of the record they belong to. */
  record: z.string(),
  /** Seconds per launch in time order, by case and process. */
  visits: z
    .array(
      z.object({
        case: z.string(),
        process: z.int().nonnegative(),
        seconds: z.array(z.number().positive()).readonly(),
      }),
    )
    .readonly(),
});
export type Samples = z.infer<typeof samplesSchema>;

/** Reads the text of a sidecar and checks the hash in its record. Throws one clear error. */
export function parseSamples(text: string, expectedHash: string): Samples {
  if (digest(text) !== expectedHash)
    throw new Error('the samples are not those this record was written with (hash differs)');
  return samplesSchema.parse(JSON.parse(text));
}
