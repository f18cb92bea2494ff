/** Reads a store of records into tracks. */

import { notServedIds } from '../../record/not-served.ts';
import type { HistoryStore, StoredRun } from '../../record/store/history-store.ts';
import { factsOf, type RunFacts } from './runs.ts';
import { Track } from './track.ts';

export interface ReadHistory {
  readonly tracks: readonly Track[];
  readonly records: number;
  readonly rows: number;
  /** Records left out, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Records that are shown and never judged: their intervals come from devices of one process. */
  readonly context: readonly ContextRun[];
}

export interface ContextRun {
  readonly file: string;
  readonly id: string;
  readonly machine: string;
  readonly reason: string;
}

interface JudgedRun {
  readonly run: StoredRun;
  readonly facts: RunFacts;
  readonly notServed: readonly string[];
}

/** Reads all records of a store. Throws RecordError for one that is damaged. */
export async function readHistory(store: HistoryStore): Promise<ReadHistory> {
  const { runs, skipped, context } = await sorted(store);
  const tracks = tracksOf(runs);
  let rows = 0;
  let at = 0;
  for await (const read of store.rows(runs.map(({ run }) => run))) {
    const { facts, notServed } = runs[at++] as JudgedRun;
    rows += read.length;
    tracks.get(keyOf(facts))?.add(facts, read, notServed);
  }
  return { tracks: [...tracks.values()], records: runs.length, rows, skipped, context };
}

/** The runs to judge, in the order of the store, and the others. */
async function sorted(store: HistoryStore) {
  const skipped: { file: string; reason: string }[] = [];
  const context: ContextRun[] = [];
  const runs: JudgedRun[] = [];
  const merged = new Set<string>();
  let at = 0;
  for await (const head of store.heads(store.runs)) {
    const run = store.runs[at++] as StoredRun;
    const facts = factsOf(head);
    for (const id of head.settings.merged ?? []) merged.add(`${facts.machine} ${id}`);
    if (facts.dirty)
      skipped.push({ file: run.file, reason: 'measured on a working tree that differed from its commit' });
    else if (facts.replication === 'device') context.push(contextOf(run.file, facts));
    else runs.push({ run, facts, notServed: head.notServed ? notServedIds(head.notServed) : [] });
  }
  // The rows of a shard are in the record that it was merged into.
  const judged = runs.filter(({ facts }) => !(facts.isPart && merged.has(`${facts.machine} ${facts.id}`)));
  return { runs: judged, skipped, context };
}

/** Empty tracks in the order of their first runs. */
function tracksOf(runs: readonly JudgedRun[]): Map<string, Track> {
  // Ids start with the time of the run; machines and units interleave.
  const inTime = [...runs].sort((a, b) => (a.facts.id < b.facts.id ? -1 : a.facts.id > b.facts.id ? 1 : 0));
  const tracks = new Map<string, Track>();
  for (const { facts } of inTime)
    if (!tracks.has(keyOf(facts))) tracks.set(keyOf(facts), new Track(facts.machine, facts.unit));
  return tracks;
}

function keyOf({ machine, unit }: RunFacts): string {
  return `${machine} ${unit}`;
}

function contextOf(file: string, { id, machine }: RunFacts): ContextRun {
  return { file, id, machine, reason: 'replicated by fresh devices in one process, so its intervals never gate' };
}
