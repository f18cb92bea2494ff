/** Scores detectors on change points that people marked in real histories, including improvements. */
import { UsageError } from '../../src/experiment/errors.ts';
import { Detector } from '../../src/judge/history/detector.ts';
import { type DetectorFamily, OURS } from './detectors.ts';
import type { Panel } from './histories.ts';
import { factorOf } from './score.ts';

/** Indices of points, by series name, at which a new level starts. */
export type Labels = Readonly<Record<string, readonly number[]>>;

export interface LabelScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Points between claim and label that still make them the same change. */
const MARGIN = 5;

/** Throws an Error that says what is wrong with the document. */
export function labelsOf(document: unknown, file: string): Labels {
  if (document === null || typeof document !== 'object')
    throw new UsageError(`${file}: expected {series name: [indices]}`);
  for (const [name, indices] of Object.entries(document)) {
    const fine = Array.isArray(indices) && indices.every((index) => Number.isInteger(index) && index >= 0);
    if (!fine) throw new UsageError(`${file}: "${name}" must be a list of point indices`);
  }
  return Object.fromEntries(Object.entries(document));
}

/** Only labelled series count. Each label is matched by one claim at most. */
export function scoreLabels(family: DetectorFamily, panels: readonly Panel[], labels: Labels): LabelScore {
  let [claimed, marked, matched] = [0, 0, 0];
  for (const panel of panels) {
    const factor = family.usesRunFactor ? factorOf(panel.series) : null;
    for (const { name, cost } of panel.series) {
      const truth = labels[name];
      if (!truth) continue;
      const claims = claimsOn(family, cost, factor);
      claimed += claims.length;
      marked += truth.length;
      matched += matches(claims, truth);
    }
  }
  const precision = claimed === 0 ? 0 : matched / claimed;
  const recall = marked === 0 ? 0 : matched / marked;
  return { precision, recall, f1: matched === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

function claimsOn(family: DetectorFamily, cost: Float64Array, factor: Float64Array | null): number[] {
  const present = [...cost.keys()].filter((t) => !Number.isNaN(cost[t]));
  const values = Float64Array.from(present, (t) => (cost[t] as number) - (factor?.[t] ?? 0));
  if (family.name === OURS) {
    // People mark a common change in every series.
    const common = factor ? bothWays(Float64Array.from(present, (t) => factor[t] as number)) : [];
    return distinct([...bothWays(values), ...common]).map((i) => present[i] as number);
  }
  const detect = family.build(family.setting);
  const falls = detect(values.map((value) => -value));
  return distinct([...detect(values), ...falls].map(({ from }) => from)).map((i) => present[i] as number);
}

/** Changes in both directions, because people mark speed-ups too. */
function bothWays(values: Float64Array): number[] {
  return [values, values.map((value) => -value)].flatMap((costs) => {
    const detector = new Detector();
    const events = [...costs].flatMap((value) => detector.push(value));
    return events.filter(({ kind }) => kind === 'confirmed').map(({ from }) => from);
  });
}

function distinct(claims: readonly number[]): number[] {
  const sorted = [...claims].sort((a, b) => a - b);
  return sorted.filter((claim, i) => i === 0 || claim - (sorted[i - 1] as number) > MARGIN);
}

function matches(claims: readonly number[], truth: readonly number[]): number {
  const free = new Set(claims);
  let count = 0;
  for (const label of truth) {
    const near = [...free].filter((claim) => Math.abs(claim - label) <= MARGIN);
    const [closest] = near.sort((a, b) => Math.abs(a - label) - Math.abs(b - label));
    if (closest === undefined) continue;
    free.delete(closest);
    count++;
  }
  return count;
}
