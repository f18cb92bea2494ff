/** Samples that no machine gives: constant, sorted, or copied from another visit. */
import type { MeasuredRow, Visit } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';

/** Fewer samples are equal or sorted by chance: 8 are in order in 1 of 20 000 visits. */
const ENOUGH = 8;
/** A quiet GPU repeats itself, and a warming one slows down: a few such visits are rare, and this many of all are none. */
const MANY = { visits: 3, share: 0.25 };
/** Two samples of 5 significant digits each: their ratio is off by up to this. */
const SAME_RATIO = 2.2e-4;
/** The quietest GPU scatters by a ten-thousandth: what is finer than this tells its samples apart. */
const FINE = 5e-5;
/** Samples must scatter by more than rounding does, relative to the first, for two visits to be told apart. */
const SCATTER = 20 * SAME_RATIO;
/** Sorted samples of two visits are alike already if they scatter alike. */
const SORTED = { samples: 12, scatter: 5 * SCATTER };

interface Place {
  readonly where: string;
  readonly samples: readonly number[];
  /** Largest less smallest, relative to the first. */
  readonly scatter: number;
  /** The smallest difference that there can be. */
  readonly rounding: number;
}

export function* sampleFindings({ cases, timer }: RunRecord): Generator<Finding> {
  const rows = cases.filter((row) => row.status === 'measured');
  const places = rows.flatMap((row) => row.visits.flatMap((visit) => placeOf(row, visit, timer.resolutionSeconds)));
  const long = places.filter(({ samples }) => samples.length >= ENOUGH);
  yield* often(
    long,
    ({ samples, rounding }) => new Set(samples).size === 1 && rounding < (samples[0] ?? 0) * FINE,
    ({ samples }) => `all ${samples.length} samples are ${samples[0]} s`,
  );
  yield* often(long, isSorted, () => 'the samples are sorted');
  yield* often(
    long,
    ({ samples, rounding, scatter }) =>
      new Set(samples).size * 4 <= samples.length && scatter * (samples[0] ?? 0) > samples.length * rounding,
    ({ samples }) => `${samples.length} samples have ${new Set(samples).size} values`,
  );
  yield* often(long, isRepeated, () => 'the samples repeat themselves');
  yield* atMost(copies(places));
  yield* betweenSteps(rows, timer);
}

/** Of samples of a coarse clock: so many may be off the steps, and by so much of a step. */
const OFF_STEPS = { share: 0.05, steps: 0.25, samples: 20 };
/** A sample of more steps has too few digits to tell. */
const MOST_STEPS = 2000;

/** A clock gives whole steps, so that samples times launches are multiples of them; also a fine one, where samples are short enough. */
function* betweenSteps(
  rows: readonly MeasuredRow[],
  { resolutionSeconds: step, kind }: RunRecord['timer'],
): Generator<Finding> {
  if (kind !== 'gpu' || !(step > 0)) return;
  const steps = rows.flatMap(({ visits }) =>
    visits
      .filter(({ clock }) => clock === 'gpu')
      .flatMap(({ samples = [], repeats }) => samples.map((sample) => (sample * repeats) / step)),
  );
  const telling = steps.filter((count) => count < MOST_STEPS);
  const off = telling.filter((count) => Math.abs(count - Math.round(count)) > OFF_STEPS.steps);
  if (telling.length >= OFF_STEPS.samples && off.length > OFF_STEPS.share * telling.length)
    yield refuse(`the clock steps by ${step} s; ${off.length} of ${telling.length} samples are not whole steps of it`);
}

/** Digits that a record keeps of a number. */
const DIGITS = 5;

/** The smallest difference of two samples of a visit: a step of the clock, or of the last digit kept. */
export function roundingOf({ medianSeconds, repeats }: Visit, resolutionSeconds: number): number {
  return Math.max(10 ** (Math.floor(Math.log10(medianSeconds)) + 1 - DIGITS), resolutionSeconds / repeats);
}

/** Nothing where steps of the clock make equal samples likely. */
function placeOf({ id }: MeasuredRow, visit: Visit, resolution: number): Place[] {
  const { samples = [], process, repeats } = visit;
  const [first = 0] = samples;
  if (samples.length === 0 || resolution / repeats > first * 1e-3) return [];
  const scatter = (samples.reduce((a, b) => Math.max(a, b)) - samples.reduce((a, b) => Math.min(a, b))) / first;
  return [{ where: `${id}: process ${process}`, samples, scatter, rounding: roundingOf(visit, resolution) }];
}

/** Asks about a visit of this kind, and refuses a record with many. */
function* often(
  places: readonly Place[],
  isOfKind: (place: Place) => boolean,
  says: (place: Place) => string,
): Generator<Finding> {
  const found = places.filter(isOfKind);
  const many = found.length >= MANY.visits && found.length > MANY.share * places.length;
  yield* atMost(found.map((place) => (many ? refuse : ask)(`${place.where}: ${says(place)}`)));
}

function isSorted({ samples }: Place): boolean {
  if (new Set(samples).size <= ENOUGH / 2) return false;
  const steps = samples.slice(1).map((sample, i) => sample - (samples[i] ?? 0));
  return steps.every((step) => step >= 0) || steps.every((step) => step <= 0);
}

/** The same few samples again and again. */
function isRepeated({ samples }: Place): boolean {
  const periods = Array.from({ length: samples.length >> 1 }, (_, i) => i + 1);
  if (new Set(samples).size <= ENOUGH / 2) return false;
  return periods.some((period) => samples.every((sample, i) => i < period || sample === samples[i - period]));
}

/** Visits whose samples are those of another visit, times a constant or in another order. */
function* copies(places: readonly Place[]): Generator<Finding> {
  const sorted = places.map(({ samples }) => [...samples].sort((a, b) => a - b));
  const byCount = new Map<number, number[]>();
  for (const [i, { where, samples }] of places.entries()) {
    if (samples.length < ENOUGH) continue;
    const same = byCount.get(samples.length) ?? [];
    const j = same.find((other) => alike(places, sorted, i, other));
    if (j !== undefined)
      yield refuse(
        `${where}: the samples are those of ${places[j]?.where}, times a constant, shifted or in another order`,
      );
    byCount.set(samples.length, [...same, i]);
  }
}

function alike(places: readonly Place[], sorted: readonly (readonly number[])[], i: number, j: number): boolean {
  const [one, other, oneSorted = [], otherSorted = []] = [places[i], places[j], sorted[i], sorted[j]];
  if (!one || !other || one.scatter < SCATTER) return false;
  if (proportional(one.samples, other.samples) || linear(one, other)) return true;
  if (oneSorted.every((sample, at) => sample === otherSorted[at])) return true;
  return one.scatter > SORTED.scatter && oneSorted.length >= SORTED.samples && proportional(oneSorted, otherSorted);
}

function proportional(one: readonly number[], other: readonly number[]): boolean {
  const factor = (one[0] ?? 0) / (other[0] ?? 1);
  return one.every((sample, i) => Math.abs(sample / (factor * (other[i] ?? 0)) - 1) <= SAME_RATIO);
}

/** Whether each sample is the other's times a constant, negative too, plus a constant. */
function linear({ samples, scatter }: Place, other: Place): boolean {
  if (other.scatter < SCATTER) return false;
  const [low, high] = extremes(other.samples);
  const factor =
    ((samples[high] ?? 0) - (samples[low] ?? 0)) / ((other.samples[high] ?? 0) - (other.samples[low] ?? 1));
  const from = samples[low] ?? 0;
  const expected = other.samples.map((sample) => from + factor * (sample - (other.samples[low] ?? 0)));
  return samples.every(
    (sample, i) => Math.abs(sample - (expected[i] ?? 0)) <= SAME_RATIO * Math.max(1, scatter / other.scatter) * from,
  );
}

/** Where the smallest and the largest are. */
function extremes(samples: readonly number[]): [number, number] {
  let [low, high] = [0, 0];
  for (const [i, sample] of samples.entries()) {
    if (sample < (samples[low] ?? 0)) low = i;
    if (sample > (samples[high] ?? 0)) high = i;
  }
  return [low, high];
}
