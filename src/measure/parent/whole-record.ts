/** A measurement as a record: what is known of the run besides its numbers, and the numbers. */
import { scrubbed } from '../../record/privacy.ts';
import { RECORD_SCHEMA } from '../../record/record-id.ts';
import type { RunRecord, Settings } from '../../record/schema.ts';
import type { Measurement } from './measurement.ts';
import { type Context, toRecord } from './to-record.ts';

export type RecordHead = Pick<RunRecord, 'id' | 'machine' | 'unit' | 'startedAt' | 'commit' | 'environment'>;

export function wholeRecord(
  { id, machine, unit, startedAt, commit, environment }: RecordHead,
  settings: Settings,
  measurement: Measurement,
  context: Context,
): RunRecord {
  // Drivers and stack traces may name folders of this computer.
  return scrubbed({
    schema: RECORD_SCHEMA,
    ...{ id, machine, unit, startedAt, commit, environment },
    settings: { ...settings, coldBytes: measurement.coldBytes, maxSets: measurement.maxSets },
    ...toRecord(measurement, context),
  });
}
