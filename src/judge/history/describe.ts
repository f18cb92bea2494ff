/** Describes changes: where, how much, on which machines, and what else changed there. */
import type { JudgedTrack, SharedChange } from './attribute.ts';
import { type Cause, environmentCauses, kernelCause } from './cause.ts';
import type { MachineShift, SeriesChange } from './check.ts';
import type { Agreement } from './scope.ts';
import { shiftAt } from './shift.ts';
import type { Track, TrackEvent } from './track.ts';

export function describeShift(own: JudgedTrack, { event, share }: SharedChange, agreement: Agreement): MachineShift {
  const { track, factor } = own;
  const causes = environmentCauses(track, event.from);
  const everywhere = agreement.scope === 'all machines';
  const cause = everywhere ? undefined : causes[0]?.what;
  const why = everywhere
    ? 'every case on every machine: examine what the commit changed for all of them'
    : (cause ?? 'nothing that is recorded changed: examine the machine');
  return {
    machine: track.machine,
    unit: track.unit,
    ...placeOf(track, event),
    ...sizeOf(track, event, factor),
    runs: track.runs.length - event.from,
    share,
    ...evidenceOf(agreement),
    ...(cause !== undefined && { cause }),
    causes: causes.map(({ what }) => what),
    why,
  };
}

export function describeChange(
  { track, factor }: JudgedTrack,
  column: number,
  event: TrackEvent,
  agreement: Agreement,
): SeriesChange {
  const kernel = kernelCause(track, column, event.from);
  const environment = environmentCauses(track, event.from);
  const cause = likelyCause(kernel, environment, agreement);
  return {
    direction: event.size > 0 ? 'slower' : 'faster',
    ...placeOf(track, event),
    ...sizeOf(track, event, (run) => track.cost(run, column) - factor(run)),
    threshold: Math.exp(event.threshold),
    ...evidenceOf(agreement),
    ...(cause && { cause: cause.what }),
    causes: [...(kernel ? [kernel] : []), ...environment].map(({ what }) => what),
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

/** Estimated from all points since; as estimated at confirmation if there are too few. */
function sizeOf(track: Track, event: TrackEvent, costs: (run: number) => number) {
  const shift = shiftAt(costs, event.from, track.runs.length);
  const [low, high] = shift?.interval ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { ratio: Math.exp(shift?.size ?? event.size), interval: [Math.exp(low), Math.exp(high)] as const };
}

function evidenceOf({ scope, agree, disagree }: Agreement) {
  return { ...(scope && { scope }), agree, disagree };
}

/** A changed kernel explains its own series; a change on only one machine is more likely due to that machine. */
function likelyCause(kernel: Cause | null, environment: readonly Cause[], { scope }: Agreement): Cause | undefined {
  if (scope === 'this machine') return environment[0] ?? kernel ?? undefined;
  // The same update on every machine is possible, but then the record of each names it.
  return kernel ?? environment[0];
}
