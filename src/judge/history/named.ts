/** Runs that a verdict is about. */
import type { JudgedTrack } from './attribute.ts';

/**
 * Ids of the runs where changes of series or of the machine began, of those before them, and of those that confirmed or retracted
 * them. Suspicions that were withdrawn name none.
 */
export function namedRuns({ track, events, shared }: JudgedTrack): Set<string> {
  const ofMachine = shared.flatMap(({ event, retraction }) => (retraction ? [event, retraction] : [event]));
  const told = [...events, ...ofMachine].filter(({ kind }) => kind === 'confirmed' || kind === 'retracted');
  const runs = told.flatMap(({ from, at, previous }) => [previous, from, at]);
  return new Set(runs.flatMap((run) => track.runs[run]?.facts.id ?? []));
}
