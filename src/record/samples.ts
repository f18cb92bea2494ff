/** Raw samples are stored beside the record, so that judging a million rows need not read them. */
import type { Row, Visit } from './row.ts';
import type { Samples } from './samples-schema.ts';
import type { RunRecord } from './schema.ts';

/** Characters of one sample in a sidecar, and of the words around those of one visit. */
const SAMPLE_BYTES = 26;
const VISIT_BYTES = 1200;
/** More than a visit ever has. */
const MOST_SAMPLES = 1e4;

/** What a sidecar may inflate to, from the counts in its record. */
export function bytesOfSamples({ cases }: Pick<RunRecord, 'cases'>): number {
  const visits = cases.flatMap((row) => row.visits);
  return visits.reduce((sum, { count }) => sum + VISIT_BYTES + SAMPLE_BYTES * Math.min(count, MOST_SAMPLES), 1e4);
}

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

function mapVisits(record: RunRecord, change: (row: Row, visit: Visit) => Visit): RunRecord {
  return {
    ...record,
    cases: record.cases.map((row) => ({ ...row, visits: row.visits.map((visit) => change(row, visit)) })),
  };
}
