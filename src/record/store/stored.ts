/** A record as its files hold it. */
import { digest } from '../../gemm/digest.ts';
import { rounded } from '../round.ts';
import { splitSamples } from '../samples.ts';
import type { RunRecord } from '../schema.ts';

export interface StoredRecord {
  /** Without its samples, and naming the file that holds them. */
  readonly record: RunRecord;
  /** Text of `<id>.json`. */
  readonly json: string;
  /** Text of `<id>.samples.json.gz`, before it is compressed. */
  readonly samples: string;
}

export function storedRecord(record: RunRecord): StoredRecord {
  const split = splitSamples(rounded(record));
  const samples = JSON.stringify(split.samples);
  const { cases, ...head } = split.record;
  // Cases last, so that a history can be read from what stands before them.
  const stored = { ...head, samples: { file: samplesFile(record), hash: digest(samples) }, cases };
  return { record: stored, json: `${JSON.stringify(stored, null, 1)}\n`, samples };
}

export function samplesFile({ id }: Pick<RunRecord, 'id'>): string {
  return `${id}.samples.json.gz`;
}
