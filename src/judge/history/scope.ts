/** Whether other machines changed too, which is evidence on the cause of a change. */
import { median } from '../../stats/centre.ts';
import { follows, type JudgedTrack } from './attribute.ts';
import { shiftAt } from './shift.ts';
import type { Track } from './track.ts';

export type Scope = 'all machines' | 'this family' | 'some machines' | 'this machine';

export interface Agreement {
  /** Absent when no other machine could tell. */
  readonly scope?: Scope;
  /** Machines that changed with it, and machines that would have shown it but did not. Units of one machine count separately. */
  readonly agree: readonly string[];
  readonly disagree: readonly string[];
}

const LATER_RUNS = 12;

/** Position of each commit in time, by its first run anywhere. */
export function commitOrder(tracks: readonly Track[]): Map<string, number> {
  const first = new Map<string, string>();
  for (const { runs } of tracks) {
    for (const { facts } of runs) {
      const known = facts.commit === null ? '' : first.get(facts.commit);
      if (facts.commit !== null && (known === undefined || facts.startedAt < known))
        first.set(facts.commit, facts.startedAt);
    }
  }
  const ordered = [...first].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x < y ? -1 : 1));
  return new Map(ordered.map(([commit], i) => [commit, i]));
}

export interface Question {
  readonly own: JudgedTrack;
  /** Null asks about the run factor. */
  readonly series: string | null;
  readonly from: number;
  readonly size: number;
}

/** Asks every other machine about a change. */
export function agreementOn(
  question: Question,
  all: readonly JudgedTrack[],
  order: ReadonlyMap<string, number>,
): Agreement {
  const { own } = question;
  const agree: Track[] = [];
  const disagree: Track[] = [];
  for (const other of all) {
    if (other === own) continue;
    const answer = answerOf(question, other, order);
    if (answer !== null) (answer ? agree : disagree).push(other.track);
  }
  const names = (tracks: Track[]) => tracks.map(({ machine }) => machine).sort();
  const scope = scopeOf(own.track, agree, disagree);
  return { ...(scope && { scope }), agree: names(agree), disagree: names(disagree) };
}

function scopeOf(own: Track, agree: readonly Track[], disagree: readonly Track[]): Scope | undefined {
  if (agree.length + disagree.length === 0) return undefined;
  if (agree.length === 0) return 'this machine';
  if (disagree.length === 0) return 'all machines';
  const family = familyOf(own);
  const isFamily = agree.every((one) => familyOf(one) === family) && disagree.every((one) => familyOf(one) !== family);
  return isFamily ? 'this family' : 'some machines';
}

function familyOf(track: Track): string {
  return track.runs.at(-1)?.facts.family ?? '';
}

/** Whether another machine moved alike at the same commit; null when it cannot tell. */
function answerOf(
  { own, series, from, size }: Question,
  other: JudgedTrack,
  order: ReadonlyMap<string, number>,
): boolean | null {
  const column = series === null ? null : other.track.columnIndex(series);
  const at = sameMoment(own.track, from, other.track, order);
  if (column === undefined || at === null) return null;
  const { detectable } = other.judged;
  const costs = (run: number) =>
    column === null ? other.factor(run) : other.track.cost(run, column) - other.factor(run);
  const until = Math.min(other.track.runs.length, at + LATER_RUNS);
  const moved = movedAlike(costs, { at, until, size });
  if (moved === null || moved) return moved;
  if (column === null) return false;
  // If many cases changed, part of the change was removed with the run factor; the case itself then shows it.
  const machineMoved = other.shared.some(({ event }) => Math.abs(event.from - at) <= LATER_RUNS);
  if (!machineMoved && movedAlike((run) => other.track.cost(run, column), { at, until, size })) return true;
  return Math.abs(size) >= Math.log1p(detectable[column] ?? Number.POSITIVE_INFINITY) ? false : null;
}

interface Expected {
  readonly at: number;
  readonly until: number;
  readonly size: number;
}

/** Null with too few points to say. */
function movedAlike(costs: (run: number) => number, { at, until, size }: Expected): boolean | null {
  const shift = shiftAt(costs, at, until);
  return shift && follows(shift.size, size) && Math.abs(shift.size) > scatter(costs, at);
}

/** First run of another machine at or after the commit of a change. */
function sameMoment(own: Track, from: number, other: Track, order: ReadonlyMap<string, number>): number | null {
  const commit = own.runs[from]?.facts.commit;
  const position = commit === null || commit === undefined ? undefined : order.get(commit);
  if (position === undefined) return null;
  const at = other.runs.findIndex(
    ({ facts }) => (facts.commit === null ? -1 : (order.get(facts.commit) ?? -1)) >= position,
  );
  return at <= 0 ? null : at;
}

/** Scatter of a median of a few points: the median distance between neighbours before the change. */
function scatter(costs: (run: number) => number, at: number): number {
  const values = Array.from({ length: Math.min(at, 30) }, (_, i) => costs(at - 1 - i)).filter(
    (cost) => !Number.isNaN(cost),
  );
  const steps = values.slice(1).map((value, i) => Math.abs(value - (values[i] as number)));
  return steps.length < 3 ? Number.POSITIVE_INFINITY : median(steps);
}
