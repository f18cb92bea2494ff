/**
 * Separates the detector's events into changes of single series and changes of the machine. Uses nothing later than the point
 * that confirmed a change, so that later runs do not alter it.
 */
import { shiftAt } from './shift.ts';
import { type Judged, judgeTrack, type Track, type TrackEvent } from './track.ts';

/** A change that all cases of a machine share. */
export interface SharedChange {
  readonly event: TrackEvent;
  /** Share of series that follow it. */
  readonly share: number;
  /** Present if none of the next runs showed it any more. */
  readonly retraction?: TrackEvent;
}

export interface JudgedTrack {
  readonly track: Track;
  readonly judged: Judged;
  /** All events of single series, in order; confirmations are of their own changes. */
  readonly events: readonly TrackEvent[];
  readonly shared: readonly SharedChange[];
  /** ln of the run factor, without changes that only most of the cases share. */
  readonly factor: (run: number) => number;
}

/** A change is the machine's when at least this share of its series follows. */
const COMMON_SHARE = 0.7;
/** Series need not change equally: half the size counts as the same change. */
const SHARE_OF_SIZE = 0.5;
/** Confirmations this many runs apart can be of one change. */
const SAME_CHANGE = 5;

export function attribute(track: Track): JudgedTrack {
  const judged = judgeTrack(track);
  const commons = judged.events
    .filter(({ column, kind }) => column === null && kind === 'confirmed')
    .map((event) => sharedChange(track, judged, event));
  const shared = commons.filter(({ share }) => share >= COMMON_SHARE);
  const partial = commons.filter(({ share }) => share < COMMON_SHARE);
  const own = judged.events.filter(({ column }) => column !== null);
  const seeming = new Set(own.filter((event) => !isReal(track, event, shared)).map(changeKey));
  // A change that was never the series' own needs no retraction.
  const real = own
    .filter((event) => event.kind !== 'retracted' || !seeming.has(changeKey(event)))
    .map((event) =>
      event.kind === 'confirmed' && seeming.has(changeKey(event)) ? { ...event, kind: 'withdrawn' as const } : event,
    );
  const joined = partial.flatMap((change) => joiners(track, change, real));
  return {
    track,
    judged,
    events: [...real, ...joined].sort((a, b) => a.at - b.at),
    shared,
    factor: (run) =>
      partial.reduce(
        (sum, { event, retraction }) =>
          run >= event.from && run < (retraction?.at ?? run + 1) ? sum - event.size : sum,
        judged.factors[run] ?? 0,
      ),
  };
}

function sharedChange(track: Track, judged: Judged, event: TrackEvent): SharedChange {
  const retraction = retractionOf(event, judged.events);
  return { event, share: followingShare(track, event), ...(retraction && { retraction }) };
}

/** The event that took a confirmation back, if one did. */
export function retractionOf(event: TrackEvent, events: readonly TrackEvent[]): TrackEvent | undefined {
  return events.find((other) => other.kind === 'retracted' && changeKey(other) === changeKey(event));
}

function changeKey({ column, from, size }: TrackEvent): string {
  return `${column} ${from} ${size}`;
}

function followingShare(track: Track, event: TrackEvent): number {
  const shifts = track.columns.flatMap((_, column) => rawShift(track, column, event)?.size ?? []);
  return shifts.length === 0 ? 0 : shifts.filter((size) => follows(size, event.size)).length / shifts.length;
}

/**
 * If many but not nearly all series change, the run factor changes with them, and constant series appear to change in the other
 * direction. A change that the series itself does not show is therefore spurious, unless the machine as a whole changed at the
 * same point.
 */
function isReal(track: Track, event: TrackEvent, shared: readonly SharedChange[]): boolean {
  if (event.kind !== 'confirmed' || event.column === null) return true;
  if (shared.some((common) => common.event.at <= event.at && near(common.event, event))) return true;
  const shift = rawShift(track, event.column, event);
  return shift === null || follows(shift.size, event.size);
}

/** Series that followed a change of most series, which the run factor hid. */
function joiners(track: Track, { event, retraction }: SharedChange, real: readonly TrackEvent[]): TrackEvent[] {
  return track.columns.flatMap((_, column) => {
    const shift = rawShift(track, column, event);
    if (!shift || !follows(shift.size, event.size)) return [];
    const clear = event.size > 0 ? shift.interval[0] > 0 : shift.interval[1] < 0;
    const known = real.some((one) => one.column === column && one.kind === 'confirmed' && near(one, event));
    if (!clear || known) return [];
    const joined = { ...event, column, size: shift.size };
    return retraction ? [joined, { ...joined, kind: retraction.kind, at: retraction.at }] : [joined];
  });
}

/** How far the series itself moved, including the run factor. */
function rawShift(track: Track, column: number, { from, at }: TrackEvent) {
  return shiftAt((run) => track.cost(run, column), from, at + 1);
}

export function follows(size: number, expected: number): boolean {
  return Math.sign(size) === Math.sign(expected) && Math.abs(size) >= SHARE_OF_SIZE * Math.abs(expected);
}

function near(one: TrackEvent, other: TrackEvent): boolean {
  return Math.abs(one.from - other.from) <= SAME_CHANGE;
}
