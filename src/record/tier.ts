/** How far a record can be trusted by what it is. */
import type { RunRecord } from './schema.ts';

/**
 * `browser`: fresh devices, not processes; context, never a gate. `single`: one contributor's. That several agree, or that it was
 * measured by the project's own CI, is not in a record.
 */
export type RecordTier = 'single' | 'browser';

export function recordTier({ processes }: Pick<RunRecord, 'processes'>): RecordTier {
  return processes.some(({ replication }) => replication === 'device') ? 'browser' : 'single';
}
