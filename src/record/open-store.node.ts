/** Opens the history of a results folder. */
import { DirectStore } from './direct-store.node.ts';
import type { HistoryStore } from './history-store.ts';

/** @param machine only this one */
export async function openStore(resultsDir: string, machine?: string): Promise<HistoryStore> {
  return new DirectStore(resultsDir, machine);
}
