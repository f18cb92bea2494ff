/** `check`: verdicts on every series and every machine, as a pure function of the runs. */
import { attribute, type JudgedTrack, retractionOf } from './attribute.ts';
import { type CheckDocument, type CheckedSeries, COUNTED, NEWS_POINTS, type SeriesChange } from './check.ts';
import { describeChange, describeShift } from './describe.ts';
import { DETECTOR } from './detector.ts';
import { agreementOn, commitOrder } from './scope.ts';
import { suiteOf, type Track, type TrackEvent } from './track.ts';

/** Minimum number of points: a level, and the points to judge. */
const TOO_FEW = DETECTOR.minLevelPoints + DETECTOR.slower.points;
const NEW_SERIES = 5;
/** Runs of its suite without it that make a series missing. */
const MISSING_RUNS = 2;

/** Judges all tracks together. */
export function checkHistory(tracks: readonly Track[]): CheckDocument {
  return checkJudged(tracks.map(attribute));
}

/**
 * The same for tracks that have been judged already.
 *
 * @param until whether a change is the verdict while it is news, or for as long as its level lasts
 */
export function checkJudged(
  all: readonly JudgedTrack[],
  { until = 'it is old' }: { readonly until?: 'it is old' | 'its level ends' } = {},
): CheckDocument {
  const standing = until === 'its level ends';
  const order = commitOrder(all.map(({ track }) => track));
  const agreement = (own: JudgedTrack, event: TrackEvent, series: string | null) =>
    agreementOn({ own, series, from: event.from, size: event.size }, all, order);
  const machineShifts = all.flatMap((own) =>
    standingShifts(own).map((change) => describeShift(own, change, agreement(own, change.event, null))),
  );
  const series = all.flatMap((own) => {
    const events = byColumn(own);
    return own.track.columns.map(({ series: name }, column) => {
      const mine = events[column] ?? [];
      const changes = mine
        .filter((event) => event.kind === 'confirmed' && !retractionOf(event, mine))
        .map((event) => describeChange(own, column, event, agreement(own, event, name)));
      return verdictOf(own, column, { changes, latest: mine.at(-1), standing });
    });
  });
  const counts = Object.fromEntries(
    COUNTED.map((one) => [one, series.filter(({ verdict }) => verdict === one).length]),
  );
  return { series, machineShifts, counts: { ...counts, machineShifts: machineShifts.length } };
}

/** Changes of the machine that were not retracted. */
function standingShifts({ shared }: JudgedTrack) {
  return shared.filter(({ retraction }) => retraction === undefined);
}

function byColumn({ track, events }: JudgedTrack): TrackEvent[][] {
  const lists: TrackEvent[][] = track.columns.map(() => []);
  for (const event of events) if (event.column !== null) lists[event.column]?.push(event);
  return lists;
}

interface Told {
  readonly changes: readonly SeriesChange[];
  readonly latest: TrackEvent | undefined;
  readonly standing: boolean;
}

function verdictOf({ track, judged }: JudgedTrack, column: number, { changes, latest, standing }: Told): CheckedSeries {
  const points = track.present(column);
  const base = {
    ...(track.columns[column] as { id: string; series: string }),
    machine: track.machine,
    unit: track.unit,
    points: points.length,
    minimalDetectableEffect: judged.detectable[column] ?? null,
    changes,
  };
  const plain = (verdict: CheckedSeries['verdict'], reason: string) => ({ ...base, verdict, reason });
  const gone = absence(track, column, points);
  if (gone) return plain(gone.verdict, gone.reason);
  if (points.length < NEW_SERIES) return plain('new', `${points.length} ${points.length === 1 ? 'point' : 'points'}`);
  const change = returned(changes) ? undefined : changes.at(-1);
  const since = points.filter((run) => (track.runs[run]?.facts.id ?? '') >= (change?.run ?? '')).length;
  const told = change && { ...plain(change.direction, reasonOf(change, since)), ...headlineOf(change) };
  if (told && since <= NEWS_POINTS) return told;
  if (points.length < TOO_FEW) return plain('unclear', `${points.length} points; a change needs at least ${TOO_FEW}`);
  if (latest?.kind === 'suspected') {
    const commit = track.runs[latest.from]?.facts.commit ?? 'its latest runs';
    return plain('unclear', `suspected to be slower since ${commit}; the next points decide`);
  }
  if (told && standing) return told;
  if (change)
    return plain('same', `no change in ${since} points; before, ${change.direction} since ${change.at ?? change.run}`);
  return plain('same', changes.length > 0 ? 'back at the level before its last change' : 'no lasting change');
}

function absence(track: Track, column: number, points: readonly number[]) {
  if (track.latest[column] === 'failed') return { verdict: 'failed', reason: 'its latest run failed' } as const;
  const suite = suiteOf(track.columns[column]?.id ?? '');
  const without = track.runs.slice((points.at(-1) ?? -1) + 1).filter(({ suites }) => suites.has(suite)).length;
  if (points.length === 0 || without < MISSING_RUNS) return null;
  return { verdict: 'missing', reason: `not measured by the last ${without} runs of its suite` } as const;
}

function headlineOf({ at, ratio, interval, scope, cause }: SeriesChange) {
  return { at, ratio, interval, ...(scope && { scope }), ...(cause !== undefined && { cause }) };
}

function reasonOf({ direction, scope, cause }: SeriesChange, points: number): string {
  return [`${direction} for ${points} points`, scope, cause].filter((part) => part !== undefined).join('; ');
}

/** A slowdown followed by a speed-up that undoes it. */
function returned(changes: readonly SeriesChange[]): boolean {
  const [before, last] = changes.slice(-2);
  if (!before || !last || before.direction !== 'slower' || last.direction !== 'faster') return false;
  return Math.abs(Math.log(before.ratio * last.ratio)) < Math.abs(Math.log(before.ratio)) / 2;
}
