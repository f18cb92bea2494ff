/** The history of one physical machine: a matrix of runs × series, and the detector's events, run by run. */
import type { RowStatus, RunRow } from '../../record/store/history-store.ts';
import { Detector, type DetectorEvent } from './detector.ts';
import { RunFactor } from './run-factor.ts';
import type { RunFacts } from './runs.ts';

/** One run with its numbers; series are columns. */
export interface TrackRun {
  readonly facts: RunFacts;
  /** ln of the median time by column; NaN where not measured. */
  readonly costs: Float64Array;
  /** Index into `kernels` by column; 0 for none. */
  readonly kernels: Int32Array;
  readonly suites: ReadonlySet<string>;
}

export interface Column {
  readonly series: string;
  readonly id: string;
}

/** An event of one series, or of the run factor (column null), with runs instead of points. */
export interface TrackEvent extends Omit<DetectorEvent, 'from' | 'at'> {
  readonly column: number | null;
  /** First run at the new level, and the run of the event. Indices. */
  readonly from: number;
  readonly at: number;
  /** Last run with a number before `from`; −1 for none. */
  readonly previous: number;
}

export interface Judged {
  readonly events: readonly TrackEvent[];
  /** ln of the run factor by run. */
  readonly factors: Float64Array;
  /** By column: smallest slowdown that would be confirmed 9 times in 10; null while unknown. */
  readonly detectable: readonly (number | null)[];
}

export class Track {
  readonly columns: Column[] = [];
  readonly runs: TrackRun[] = [];
  /** Names of kernels with their source hashes. */
  readonly kernels: string[] = [''];
  /** Status of each column's latest row. */
  readonly latest: RowStatus[] = [];
  private readonly indices = new Map<string, number>();
  /** A changed definition starts a new series of the same case. */
  private readonly columnsById = new Map<string, number[]>();
  private readonly suites: string[] = [];
  /** By hash, then by name. */
  private readonly kernelIndices = new Map<string, Map<string, number>>();

  constructor(
    readonly machine: string,
    readonly unit: string,
  ) {}

  /**
   * Runs must come in time order.
   *
   * @param notServed ids of cases that the run was asked for and whose kernel does not serve them any more
   */
  add(facts: RunFacts, rows: Iterable<RunRow>, notServed: Iterable<string> = []): void {
    const costs: number[] = new Array(this.columns.length).fill(Number.NaN);
    const kernels: number[] = new Array(this.columns.length).fill(0);
    const suites = new Set<string>();
    for (const row of rows) {
      const column = this.columnOf(row);
      this.latest[column] = row.status;
      costs[column] = row.status === 'measured' && row.seconds > 0 ? Math.log(row.seconds) : Number.NaN;
      kernels[column] = row.kernel === '' ? 0 : this.kernelOf(row);
      suites.add(this.suites[column] as string);
    }
    for (const id of notServed) {
      for (const column of this.columnsById.get(id) ?? []) this.latest[column] = 'skipped';
      suites.add(suiteOf(id));
    }
    // The absence of a case says nothing where other shards have it.
    if (facts.isPart) suites.clear();
    this.runs.push({ facts, costs: Float64Array.from(costs), kernels: Int32Array.from(kernels), suites });
  }

  columnIndex(series: string): number | undefined {
    return this.indices.get(series);
  }

  /** ln of the time of a column in a run; NaN where it was not measured. */
  cost(run: number, column: number): number {
    return this.runs[run]?.costs[column] ?? Number.NaN;
  }

  /** Runs in which a column has a number. */
  present(column: number): number[] {
    return [...this.runs.keys()].filter((run) => !Number.isNaN(this.cost(run, column)));
  }

  private columnOf({ series, id }: RunRow): number {
    const known = this.indices.get(series);
    if (known !== undefined) return known;
    const column = this.columns.length;
    this.columns.push({ series, id });
    this.suites.push(suiteOf(id));
    this.columnsById.set(id, [...(this.columnsById.get(id) ?? []), column]);
    this.indices.set(series, column);
    return column;
  }

  private kernelOf({ kernel, kernelHash }: RunRow): number {
    const byName = this.kernelIndices.get(kernelHash) ?? new Map<string, number>();
    this.kernelIndices.set(kernelHash, byName);
    const known = byName.get(kernel);
    if (known !== undefined) return known;
    byName.set(kernel, this.kernels.length);
    return this.kernels.push(`${kernel} ${kernelHash}`) - 1;
  }
}

export function suiteOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')));
}

/** Columns that are judged together: their costs in a run fill a cache line. */
const TOGETHER = 8;

/** All events of a track, in order. */
export function judgeTrack(track: Track): Judged {
  const { events, factors } = judgeCommon(track);
  const detectable: (number | null)[] = [];
  // A few columns at a time, so that their detectors, and the costs of a run that are read together, stay in the processor's cache.
  for (let from = 0; from < track.columns.length; from += TOGETHER) {
    const followers = track.columns.slice(from, from + TOGETHER).map((_, i) => new Follower(from + i));
    track.runs.forEach(({ costs }, run) => {
      for (let i = 0; i < followers.length; i++) {
        const cost = costs[from + i] ?? Number.NaN;
        if (!Number.isNaN(cost)) followers[i]?.push(cost - (factors[run] as number), run, events);
      }
    });
    detectable.push(...followers.map(({ detector }) => detector.minimalDetectableEffect()));
  }
  // Each run's events together; within a run the common factor's are first, then those of the columns in their order.
  return { events: events.sort((a, b) => a.at - b.at), factors, detectable };
}

/** What all cases of a run have in common, and its events. */
function judgeCommon({ runs }: Track): { events: TrackEvent[]; factors: Float64Array } {
  const events: TrackEvent[] = [];
  const factors = new Float64Array(runs.length);
  const runFactor = new RunFactor();
  const common = new Follower(null);
  let factor = 0;
  runs.forEach(({ costs }, run) => {
    const known = runFactor.push(costs);
    factor = known ?? factor;
    factors[run] = factor;
    if (known !== null) common.push(known, run, events);
  });
  return { events, factors };
}

/** A detector that knows which run each of its points came from. */
class Follower {
  readonly detector = new Detector();
  private readonly runs: number[] = [];

  constructor(private readonly column: number | null) {}

  push(cost: number, run: number, events: TrackEvent[]): void {
    this.runs.push(run);
    for (const event of this.detector.push(cost)) {
      const [from, at, previous] = [event.from, event.at, event.from - 1].map((point) => this.runs[point] ?? -1);
      events.push({
        ...event,
        column: this.column,
        from: from as number,
        at: at as number,
        previous: previous as number,
      });
    }
  }
}
