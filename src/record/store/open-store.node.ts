/** Opens the history of a results folder: what is compacted from Parquet, the rest from its files. */

import { RecordError } from '../record-error.ts';
import { CompactedStore } from './compacted-store.node.ts';
import { DirectStore } from './direct-store.node.ts';
import type { HistoryStore } from './history-store.ts';
import { LayeredStore } from './layered-store.ts';
import { copyOf } from './object-store.node.ts';
import { isRemote } from './place.ts';

/**
 * @param results a folder, or a place in an object store (`s3://bucket/results`), which holds compacted records alone
 * @param machine only this one
 */
export async function openStore(results: string, machine?: string): Promise<HistoryStore> {
  if (isRemote(results)) {
    const compacted = await CompactedStore.open(await copyOf(results, machine), machine, results);
    if (compacted === null) throw new RecordError(results, undefined, 'its copy was removed meanwhile');
    return compacted;
  }
  const compacted = await CompactedStore.open(results, machine);
  const direct = new DirectStore(results, machine);
  return compacted ? new LayeredStore(compacted, direct) : direct;
}
