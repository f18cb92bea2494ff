/** Samples that no machine gives: constant, sorted, or copied from another visit. */
import type { MeasuredRow, Visit } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';

/** Fewer samples are equal, sorted or alike by chance. n! orders make 8 sorted samples a chance of 1 in 20 000. */
const ENOUGH = 8;
const ENOUGH_ALIKE = 5;
/** Samples have 5 significant digits, so that equal ratios differ by up to this. */
const SAME_RATIO = 2.5e-4;

export function* sampleFindings(record: RunRecord): Generator<Finding> {
  const rows = record.cases.filter((row) => row.status === 'measured');
  yield* atMost(rows.flatMap((row) => row.visits.flatMap((visit) => [...visitFindings(row, visit, record)])));
  yield* atMost(copies(rows, record));
}

function* visitFindings({ id }: MeasuredRow, visit: Visit, { timer }: RunRecord): Generator<Finding> {
  const { samples = [], process, repeats } = visit;
  if (samples.length < ENOUGH || record(visit, timer.resolutionSeconds).coarse) return;
  const of = `${id}: process ${process}`;
  const [first = 0] = samples;
  const distinct = new Set(samples).size;
  if (distinct === 1) yield refuse(`${of}: all ${samples.length} samples are ${first} s`);
  else if (distinct * 4 <= samples.length && repeats * first > 1e3 * timer.resolutionSeconds)
    yield ask(`${of}: ${samples.length} samples have ${distinct} values`);
  const steps = samples.slice(1).map((sample, i) => Math.sign(sample - (samples[i] ?? 0)));
  if (distinct > ENOUGH / 2 && (steps.every((step) => step >= 0) || steps.every((step) => step <= 0)))
    yield refuse(`${of}: the samples are sorted`);
}

/** Whether steps of the clock, or rounding to 5 digits, make equal samples likely. */
function record({ samples = [], repeats }: Visit, resolution: number): { coarse: boolean } {
  const [first = 0] = samples;
  const spread = Math.max(...samples) - Math.min(...samples);
  const step = Math.max(resolution / repeats, first * 1e-5);
  return { coarse: spread > 0 ? spread < 4 * step : resolution / repeats > first * 1e-3 };
}

/** Visits whose samples are those of another visit, times a constant or in another order. */
function* copies(rows: readonly MeasuredRow[], { timer }: RunRecord): Generator<Finding> {
  const seen = new Map<string, string>();
  for (const { id, visits } of rows) {
    for (const visit of visits) {
      const { samples = [], process } = visit;
      if (samples.length < ENOUGH_ALIKE || record(visit, timer.resolutionSeconds).coarse) continue;
      const where = `${id}: process ${process}`;
      for (const key of [shapeOf(samples), shapeOf([...samples].sort((a, b) => a - b))]) {
        const other = seen.get(key);
        if (other !== undefined && other !== where)
          yield refuse(`${where}: the samples are those of ${other}, times a constant or in another order`);
        seen.set(key, where);
      }
    }
  }
}

/** Equal for samples that are a constant times each other. */
function shapeOf(samples: readonly number[]): string {
  const [first = 1] = samples;
  return samples.map((sample) => Math.round(sample / first / SAME_RATIO)).join(' ');
}
