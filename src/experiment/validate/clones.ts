/** Samples made of other samples of the record: with noise on them, or drawn from them again and again. */
import type { RunRecord } from '../../record/schema.ts';
import { rankCorrelation } from '../../stats/rank-correlation.ts';
import { ask, type Finding, refuse } from './finding.ts';
import { roundingOf } from './samples.ts';

/**
 * Whether a sample is above its neighbours is chance, also where a clock warms up: the ranks of its height above them correlate by 0.82
 * at most in 8000 pairs of visits of honest runs, and by 0.95 and more where one visit is the other with a fifth of its noise on top.
 */
const ALIKE = { samples: 15, correlation: 0.93, visits: 3, share: 0.1 };
/** Visits that are compared, spread over the record. */
const MOST_VISITS = 300;
/** Of 30 samples drawn from 30 others, a third was drawn before; honest ones repeat in 1 of 100 where they scatter by so many steps. */
const DRAWN = { samples: 10, steps: 100, share: 0.25, visits: 3 };

interface Place {
  readonly where: string;
  readonly samples: readonly number[];
  /** Between the quartiles, in the smallest differences that there are. */
  readonly scatter: number;
}

export function* cloneFindings({ cases, timer }: RunRecord): Generator<Finding> {
  const places = cases.flatMap(({ id, visits }) =>
    visits.flatMap((visit): Place[] => {
      const { samples = [], process } = visit;
      const sorted = [...samples].sort((a, b) => a - b);
      const range = (sorted[Math.floor(0.75 * sorted.length)] ?? 0) - (sorted[sorted.length >> 2] ?? 0);
      const scatter = range / roundingOf(visit, timer.resolutionSeconds);
      return [{ where: `${id}: process ${process}`, samples, scatter }];
    }),
  );
  yield* alikeFindings(
    places.filter(({ samples, scatter }) => samples.length >= ALIKE.samples && scatter >= ALIKE.samples),
  );
  yield* drawnFindings(
    places.filter(({ samples, scatter }) => samples.length >= DRAWN.samples && scatter >= DRAWN.steps),
  );
}

function* alikeFindings(places: readonly Place[]): Generator<Finding> {
  const every = Math.ceil(places.length / MOST_VISITS);
  const compared = places.filter((_, i) => i % every === 0).map((place) => ({ ...place, heights: heightsOf(place) }));
  const found = compared.flatMap(({ where, heights }, i) => {
    const other = compared.slice(0, i).find((each) => isAlike(heights, each.heights));
    return other ? [{ where, other: other.where }] : [];
  });
  if (found.length >= ALIKE.visits && found.length > ALIKE.share * compared.length)
    yield ask(
      `the samples of ${found.length} of ${compared.length} visits go up and down with those of another: ${found[0]?.where} with ${found[0]?.other}`,
    );
}

/** Of each sample over the mean of its neighbours, twice. */
const heightsOf = ({ samples }: Place) =>
  samples.slice(2).map((sample, i) => 2 * (samples[i + 1] ?? 0) - sample - (samples[i] ?? 0));

const isAlike = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && (rankCorrelation(one, other) ?? 0) > ALIKE.correlation;

function* drawnFindings(places: readonly Place[]): Generator<Finding> {
  const all = places.reduce((sum, { samples }) => sum + samples.length, 0);
  const again = places.reduce((sum, { samples }) => sum + samples.length - new Set(samples).size, 0);
  if (places.length >= DRAWN.visits && again > DRAWN.share * all)
    yield refuse(`${again} of ${all} samples repeat another of their visit to the last digit`);
}
