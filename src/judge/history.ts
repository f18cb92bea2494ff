/** `check`: what the history of all machines says of every series, and of the machines themselves. A pure function of the runs. */
import { type Cause, environmentCauses, kernelCause } from './cause.ts';
import { type CheckDocument, type CheckedSeries, COUNTED, type MachineShift, type SeriesChange } from './check.ts';
import { type Agreement, agreementOn, commitOrder, type JudgedTrack } from './scope.ts';
import { shiftAt } from './shift.ts';
import { judgeTrack, suiteOf, type Track, type TrackEvent } from './track.ts';

/** A change is news until this many points of the series have followed it; then it is the level. */
const NEWS_POINTS = 20;
/** Fewer points than a level needs. */
const TOO_FEW = 17;
const NEW_SERIES = 5;
/** Runs of its suite without it that make a series missing. */
const MISSING_RUNS = 2;
/** A change is the machine's when at least this share of its series follows. */
const COMMON_SHARE = 0.7;
const HALF = 0.5;
/** Changes this many runs apart can be one. */
const SAME_CHANGE = 5;

/** Judges all tracks together. */
export function checkHistory(tracks: readonly Track[]): CheckDocument {
  const all: JudgedTrack[] = tracks.map((track) => ({ track, judged: judgeTrack(track) }));
  const order = commitOrder(tracks);
  const machineShifts: MachineShift[] = [];
  const series: CheckedSeries[] = [];
  for (const own of all) {
    const commons = commonChanges(own);
    const agreement = (event: TrackEvent, name: string | null) =>
      agreementOn({ own, series: name, from: event.from, size: event.size }, all, order);
    machineShifts.push(...commons.shared.map(({ event, share }) => shiftOf(own, event, share, agreement(event, null))));
    const changes = columnChanges(own, commons.partial);
    own.track.columns.forEach((column, i) => {
      const described = (changes[i] ?? []).map((event) => changeOf(own, i, event, agreement(event, column.series)));
      series.push(verdictOf(own, i, described));
    });
  }
  const counts = Object.fromEntries(
    COUNTED.map((one) => [one, series.filter(({ verdict }) => verdict === one).length]),
  );
  return { series, machineShifts, counts: { ...counts, machineShifts: machineShifts.length } };
}

interface Common {
  readonly event: TrackEvent;
  /** Share of series that follow. */
  readonly share: number;
}

/** Confirmed changes of the run factor, parted by whether nearly all series follow. */
function commonChanges(own: JudgedTrack): { shared: Common[]; partial: Common[] } {
  const commons = own.judged.events
    .filter(({ column, kind }) => column === null && kind === 'confirmed')
    .map((event) => ({ event, share: followers(own, event) }));
  return {
    shared: commons.filter(({ share }) => share >= COMMON_SHARE),
    partial: commons.filter(({ share }) => share < COMMON_SHARE),
  };
}

function followers({ track }: JudgedTrack, event: TrackEvent): number {
  const shifts = track.columns.flatMap((_, column) => rawShift(track, column, event) ?? []);
  return shifts.length === 0 ? 0 : shifts.filter((size) => follows(size, event.size)).length / shifts.length;
}

/** How far the series itself moved, nothing taken out. */
function rawShift(track: Track, column: number, { from, at }: TrackEvent): number | null {
  return shiftAt((run) => track.cost(run, column), from, Math.max(at + 1, from + SAME_CHANGE))?.size ?? null;
}

function follows(size: number, expected: number): boolean {
  return Math.sign(size) === Math.sign(expected) && Math.abs(size) >= HALF * Math.abs(expected);
}

/**
 * Confirmed changes by column. Where most but not nearly all series moved, their common part is no property of the run: those
 * that moved changed, and those that stand still only seem to, against the rest.
 */
function columnChanges({ track, judged }: JudgedTrack, partial: readonly Common[]): TrackEvent[][] {
  return track.columns.map((_, column) => {
    const own = judged.events.filter((event) => event.column === column && event.kind === 'confirmed');
    const near = (one: TrackEvent, other: TrackEvent) => Math.abs(one.from - other.from) <= SAME_CHANGE;
    const real = own.filter((event) => {
      if (!partial.some((common) => near(common.event, event))) return true;
      const shift = rawShift(track, column, event);
      return shift !== null && follows(shift, event.size);
    });
    const joined = partial.flatMap(({ event }) => {
      const shift = rawShift(track, column, event);
      const moved = shift !== null && follows(shift, event.size) && !real.some((one) => near(one, event));
      return moved ? [{ ...event, column, size: shift }] : [];
    });
    return [...real, ...joined].sort((a, b) => a.from - b.from);
  });
}

function shiftOf({ track, judged }: JudgedTrack, event: TrackEvent, share: number, agreement: Agreement): MachineShift {
  const causes = environmentCauses(track, event.from);
  const everywhere = agreement.scope === 'all machines';
  const cause = everywhere ? undefined : causes[0]?.what;
  const why = everywhere
    ? 'every case on every machine: look at what the commit changed for all of them'
    : (cause ?? 'nothing that is recorded changed: look at the machine');
  const shift = shiftAt((run) => judged.factors[run] as number, event.from, track.runs.length);
  return {
    machine: track.machine,
    unit: track.unit,
    ...placeOf(track, event),
    ratio: Math.exp(event.size),
    ...(shift && { interval: [Math.exp(shift.interval[0]), Math.exp(shift.interval[1])] as const }),
    share,
    ...evidenceOf(agreement),
    ...(cause !== undefined && { cause }),
    causes: causes.map(({ what }) => what),
    why,
  };
}

function placeOf(track: Track, event: TrackEvent) {
  const commit = (run: number) => track.runs[run]?.facts.commit ?? null;
  return {
    at: commit(event.from),
    after: event.previous < 0 ? null : commit(event.previous),
    run: track.runs[event.from]?.facts.id ?? '',
    confirmedBy: track.runs[event.at]?.facts.id ?? '',
  };
}

function evidenceOf({ scope, agree, disagree }: Agreement) {
  return { ...(scope && { scope }), agree, disagree };
}

function changeOf(
  { track, judged }: JudgedTrack,
  column: number,
  event: TrackEvent,
  agreement: Agreement,
): SeriesChange {
  const kernel = kernelCause(track, column, event.previous, event.from);
  const environment = environmentCauses(track, event.from);
  const cause = likelyCause(kernel, environment, agreement);
  const costs = (run: number) => track.cost(run, column) - (judged.factors[run] as number);
  const shift = shiftAt(costs, event.from, track.runs.length);
  return {
    direction: event.size > 0 ? 'slower' : 'faster',
    ...placeOf(track, event),
    ratio: Math.exp(event.size),
    interval: shift ? [Math.exp(shift.interval[0]), Math.exp(shift.interval[1])] : [0, Number.POSITIVE_INFINITY],
    threshold: Math.exp(event.threshold),
    ...evidenceOf(agreement),
    ...(cause && { cause: cause.what }),
    causes: [...(kernel ? [kernel] : []), ...environment].map(({ what }) => what),
  };
}

/** A changed kernel explains its own series; what only one machine saw is more likely to be that machine's. */
function likelyCause(kernel: Cause | null, environment: readonly Cause[], { scope }: Agreement): Cause | undefined {
  const shared = scope === 'all machines' || scope === 'this family' || scope === 'some machines';
  if (shared) return kernel ?? (scope === 'all machines' ? undefined : environment[0]);
  if (scope === 'this machine') return environment[0] ?? kernel ?? undefined;
  return kernel ?? environment[0];
}

function verdictOf({ track, judged }: JudgedTrack, column: number, changes: readonly SeriesChange[]): CheckedSeries {
  const { series, id } = track.columns[column] as { series: string; id: string };
  const points = track.present(column);
  const base = {
    id,
    series,
    machine: track.machine,
    unit: track.unit,
    points: points.length,
    minimalDetectableEffect: judged.detectable[column] ?? null,
    changes,
  };
  const plain = (verdict: CheckedSeries['verdict'], reason: string) => ({ ...base, verdict, reason });
  const last = points.at(-1) ?? -1;
  if (track.latest[column] === 'failed') return plain('failed', 'its latest run failed');
  const without = track.runs.slice(last + 1).filter(({ suites }) => suites.has(suiteOf(id))).length;
  if (points.length > 0 && without >= MISSING_RUNS)
    return plain('missing', `not measured by the last ${without} runs of its suite`);
  if (points.length < NEW_SERIES) return plain('new', `${points.length} points`);
  const change = changes.at(-1);
  if (change && !returned(changes)) {
    const since = points.filter((run) => (track.runs[run]?.facts.id ?? '') >= change.run).length;
    if (since <= NEWS_POINTS) return { ...plain(change.direction, reasonOf(change, since)), ...verdictFields(change) };
  }
  if (points.length < TOO_FEW) return plain('unclear', `${points.length} points; a level takes ${TOO_FEW}`);
  const open = openSuspicion(judged.events, column);
  if (open)
    return plain(
      'unclear',
      `suspected since ${track.runs[open.from]?.facts.commit ?? 'its latest runs'}; a few more points will tell`,
    );
  return plain('same', returned(changes) ? 'back at the level before its last change' : 'no lasting change');
}

function verdictFields({ at, ratio, interval, scope, cause }: SeriesChange) {
  return { at, ratio, interval, ...(scope && { scope }), ...(cause !== undefined && { cause }) };
}

function reasonOf({ direction, scope, cause }: SeriesChange, points: number): string {
  return [`${direction} for ${points} points`, scope, cause].filter((part) => part !== undefined).join('; ');
}

/** A slowdown followed by a speed-up that undoes it. */
function returned(changes: readonly SeriesChange[]): boolean {
  const [before, last] = changes.slice(-2);
  if (!before || !last || before.direction !== 'slower' || last.direction !== 'faster') return false;
  return Math.abs(Math.log(before.ratio * last.ratio)) < HALF * Math.abs(Math.log(before.ratio));
}

function openSuspicion(events: readonly TrackEvent[], column: number): TrackEvent | null {
  const last = events.filter((event) => event.column === column).at(-1);
  return last?.kind === 'suspected' ? last : null;
}
