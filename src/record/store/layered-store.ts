/** Two stores as one: what is in both counts once, as the first has it. */

import type { RunRecord } from '../schema.ts';
import { byPlace, type HistoryStore, type RunHead, type RunRow, type StoredRun } from './history-store.ts';

export class LayeredStore implements HistoryStore {
  readonly runs: readonly StoredRun[];
  private readonly inFirst: ReadonlySet<StoredRun>;

  constructor(
    private readonly first: HistoryStore,
    private readonly second: HistoryStore,
  ) {
    const known = new Set(first.runs.map(placeOf));
    this.inFirst = new Set(first.runs);
    this.runs = [...first.runs, ...second.runs.filter((run) => !known.has(placeOf(run)))].sort(byPlace);
  }

  heads(runs: readonly StoredRun[]): AsyncGenerator<RunHead> {
    return this.each(runs, (store, its) => store.heads(its));
  }

  rows(runs: readonly StoredRun[]): AsyncGenerator<readonly RunRow[]> {
    return this.each(runs, (store, its) => store.rows(its));
  }

  record(run: StoredRun): Promise<RunRecord> {
    return (this.inFirst.has(run) ? this.first : this.second).record(run);
  }

  private async *each<T>(
    runs: readonly StoredRun[],
    read: (store: HistoryStore, runs: readonly StoredRun[]) => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    const [one, other] = [true, false].map((isFirst) =>
      read(
        isFirst ? this.first : this.second,
        runs.filter((run) => this.inFirst.has(run) === isFirst),
      )[Symbol.asyncIterator](),
    ) as [AsyncIterator<T>, AsyncIterator<T>];
    for (const run of runs) {
      const next = await (this.inFirst.has(run) ? one : other).next();
      if (next.done) throw new Error(`${run.file} was not read`);
      yield next.value;
    }
  }
}

function placeOf({ machine, id }: StoredRun): string {
  return `${machine}/${id}`;
}
