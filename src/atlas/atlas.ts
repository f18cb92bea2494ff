/** What the site is made from: the latest rows of every machine, and the judged histories behind them. */
import { formatOf } from '../gemm/formats/registry.ts';
import type { JudgedTrack } from '../judge/history/attribute.ts';
import type { StoredInspection } from '../record/beside/inspection.ts';
import type { StoredSearch } from '../record/beside/search.ts';
import type { Tuning } from '../record/beside/tuning.ts';
import { type Notice, noticesOn } from '../record/notices.ts';
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunHead } from '../record/store/history-store.ts';
import type { CheckReport, ReportedSeries } from '../report/check-report.ts';
import { isCold, isOneRow } from './one-row.ts';
import type { Tier } from './tier.ts';

/** The latest row of a case on a machine, and the record that it is from. */
export interface Latest<R extends Row = Row> {
  readonly row: R;
  readonly head: RunHead;
}

export interface Place {
  readonly machine: string;
  /** What people call it: the adapter, and the backend and system that tell it from others. */
  readonly title: string;
  readonly where: string;
  readonly tier: Tier;
  /** By case id; one row a case, whichever unit measured it last. */
  readonly latest: readonly Latest[];
  /** Of the newest record. */
  readonly head: RunHead;
  readonly records: number;
  readonly units: readonly string[];
  readonly tuning: Tuning | null;
  readonly searches: readonly StoredSearch[];
}

export interface Atlas {
  /** The newest first. */
  readonly places: readonly Place[];
  readonly judged: readonly JudgedTrack[];
  readonly check: CheckReport;
  readonly inspections: readonly StoredInspection[];
  readonly notices: readonly Notice[];
  readonly records: number;
}

/** Verdicts of a store by machine and series: of the physical machine with the longest history, since none crosses machines. */
export class Verdicts {
  private readonly bySeries = new Map<string, ReportedSeries>();
  private readonly tracks = new Map<string, JudgedTrack>();

  constructor({ check, judged }: Pick<Atlas, 'check' | 'judged'>) {
    for (const one of check.series) {
      const key = `${one.machine} ${one.series}`;
      if (one.points > (this.bySeries.get(key)?.points ?? 0)) this.bySeries.set(key, one);
    }
    for (const one of judged) this.tracks.set(`${one.track.machine} ${one.track.unit}`, one);
  }

  of({ row, head }: Latest): ReportedSeries | undefined {
    return this.bySeries.get(`${head.machine} ${row.series}`);
  }

  trackOf({ machine, unit }: Pick<RunHead, 'machine' | 'unit'>): JudgedTrack | undefined {
    return this.tracks.get(`${machine} ${unit}`);
  }

  /** The longest history of a machine. */
  longest(machine: string): JudgedTrack | undefined {
    const own = [...this.tracks.values()].filter(({ track }) => track.machine === machine);
    return own.sort((a, b) => b.track.runs.length - a.track.runs.length)[0];
  }
}

export function isMeasured(one: Latest): one is Latest<MeasuredRow> {
  return one.row.status === 'measured';
}

export const measuredOf = ({ latest }: Place): Latest<MeasuredRow>[] => latest.filter(isMeasured);

/** A case without its kernel: what is to be computed. */
export function problemOf({ id }: Pick<Row, 'id'>): string {
  return id.replace(/\/kernel=[^/]*$/, '');
}

/** The kernel that ran, or the one asked for. */
export const kernelOf = ({ kernel }: Pick<Row, 'kernel'>): string => kernel.name ?? kernel.requested;

/** The measured rows of each problem, fastest first. */
export function byProblem<R extends Latest>(all: readonly R[]): Map<string, R[]> {
  const found = new Map<string, R[]>();
  for (const one of all) {
    const problem = problemOf(one.row);
    const known = found.get(problem);
    if (known) known.push(one);
    else found.set(problem, [one]);
  }
  return found;
}

export function fastestFirst(all: readonly Latest<MeasuredRow>[]): Latest<MeasuredRow>[] {
  return [...all].sort((a, b) => a.row.summary.medianSeconds - b.row.summary.medianSeconds);
}

/** The three figures of a machine: the highest rates of wide and of half-width formats, and the bandwidth of reading 4-bit weights for one token. */
export interface Headlines {
  readonly wide: Latest<MeasuredRow> | undefined;
  readonly half: Latest<MeasuredRow> | undefined;
  readonly decode: Latest<MeasuredRow> | undefined;
}

export function headlinesOf(place: Place): Headlines {
  const all = measuredOf(place).filter(({ row }) => isCold(row));
  const ofBits = (bits: number) => all.filter(({ row }) => formatOf(row.format.w).bits === bits);
  const best = (rows: readonly Latest<MeasuredRow>[], of: (row: MeasuredRow) => number) =>
    rows.reduce<Latest<MeasuredRow> | undefined>(
      (top, one) => (!top || of(one.row) > of(top.row) ? one : top),
      undefined,
    );
  return {
    wide: best(ofBits(32), ({ summary }) => summary.flopPerSecond),
    half: best(ofBits(16), ({ summary }) => summary.flopPerSecond),
    decode: best(
      ofBits(4).filter(({ row }) => isOneRow(row)),
      ({ summary }) => summary.bytesPerSecond,
    ),
  };
}

export function noticesOf({ notices }: Pick<Atlas, 'notices'>, { row, head }: Latest): Notice[] {
  return noticesOn(notices, { record: head, kernel: kernelOf(row) });
}
