/** Raw samples are stored beside the record, so that judging a million rows need not read them. */
import { z } from 'zod';
import { digest } from '../gemm/digest.ts';
import type { Row, Visit } from './row.ts';
import type { RunRecord } from './schema.ts';

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

/** Extracts the samples of a record. The record's hash covers this text. */
export function splitSamples(record: RunRecord): { record: RunRecord; samples: Samples } {
  const visits = record.cases.flatMap((row) =>
    row.visits.flatMap((visit) =>
      visit.samples ? [{ case: row.id, process: visit.process, seconds: visit.samples }] : [],
    ),
  );
  const bare = mapVisits(record, (_, { samples: _taken, ...visit }) => visit);
  return { record: bare, samples: { schema: 'shapemark-samples/1', record: record.id, visits } };
}

/** The record with its samples back in place. Throws when they belong to another record. */
export function joinSamples(record: RunRecord, samples: Samples): RunRecord {
  if (samples.record !== record.id) throw new Error(`samples of ${samples.record} cannot be joined to ${record.id}`);
  const byVisit = new Map(samples.visits.map((visit) => [`${visit.process} ${visit.case}`, visit.seconds]));
  return mapVisits(record, (row, visit) => {
    const seconds = byVisit.get(`${visit.process} ${row.id}`);
    return seconds ? { ...visit, samples: seconds } : visit;
  });
}

/** Reads the text of a sidecar and checks the hash in its record. Throws one clear error. */
export function parseSamples(text: string, expectedHash: string): Samples {
  if (digest(text) !== expectedHash)
    throw new Error('the samples are not those this record was written with (hash differs)');
  return samplesSchema.parse(JSON.parse(text));
}

function mapVisits(record: RunRecord, change: (row: Row, visit: Visit) => Visit): RunRecord {
  return {
    ...record,
    cases: record.cases.map((row) => ({ ...row, visits: row.visits.map((visit) => change(row, visit)) })),
  };
}
