/** Opens the history of a results folder: what is compacted from Parquet, the rest from its files. */
import { CompactedStore } from './compacted-store.node.ts';
import { DirectStore } from './direct-store.node.ts';
import { isRemote } from './duckdb.node.ts';
import type { HistoryStore } from './history-store.ts';
import { LayeredStore } from './layered-store.ts';

/**
 * @param results a folder, or a place in an object store (`s3://bucket/results`), which holds compacted records alone
 * @param machine only this one
 */
export async function openStore(results: string, machine?: string): Promise<HistoryStore> {
  const compacted = await CompactedStore.open(results, machine);
  if (compacted && isRemote(results)) return compacted;
  const direct = new DirectStore(results, machine);
  return compacted ? new LayeredStore(compacted, direct) : direct;
}
