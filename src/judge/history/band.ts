/**
 * One series as it was judged: each of its points, without what all cases of the run have in common, and the bounds that the
 * detector compared it with. Pictures are drawn from this, so that a band on a page is the rule of the verdict.
 */
import type { JudgedTrack } from './attribute.ts';
import { type Bounds, Detector } from './detector.ts';

export interface JudgedPoint {
  /** Index of the run in the track. */
  readonly run: number;
  /** ln of the time. */
  readonly cost: number;
  /** Null while the level has too few points. */
  readonly bounds: Bounds | null;
}

export function bandOf({ track, judged }: Pick<JudgedTrack, 'track' | 'judged'>, column: number): JudgedPoint[] {
  const detector = new Detector(undefined, true);
  return track.present(column).map((run) => {
    const cost = track.cost(run, column) - (judged.factors[run] ?? 0);
    detector.push(cost);
    return { run, cost, bounds: detector.bounds };
  });
}
