/**
 * Published benchmark histories as files of series: `{origin, series: [{name, unit, better, points: [[commit, time, value]…]}]}`.
 * Values become costs on a logarithmic scale, so that up is worse and a step of d % has the same height everywhere.
 */
import { UsageError } from '../../src/experiment/errors.ts';
import { digest } from '../../src/gemm/digest.ts';

/** ln of the cost of one series by point; NaN where a value is missing or not positive. */
export interface CostSeries {
  readonly name: string;
  readonly cost: Float64Array;
}

/** Series measured by the same runs: point t of each belongs to the same run. */
export interface Panel {
  readonly file: string;
  readonly series: readonly CostSeries[];
  /** Names of the scored series; the others only determine the run factor. Absent: all. */
  readonly scored?: ReadonlySet<string>;
}

export function isScored({ scored }: Panel, name: string): boolean {
  return scored?.has(name) ?? true;
}

/** Which half of the series constants may be chosen on; the other is for the report alone. */
export type Half = 'tuning' | 'report';

export function halfOf(file: string, series: string): Half {
  return Number.parseInt(digest(file + series).slice(0, 2), 16) % 2 === 0 ? 'tuning' : 'report';
}

/**
 * Reads a file of histories. Series with the same commits and times form a panel.
 *
 * @throws UsageError that names the series and what is wrong with it
 */
export function panelsOf(document: unknown, file: string): Panel[] {
  const list = field(document, 'series');
  if (!Array.isArray(list)) throw new UsageError(`${file}: expected an object with a list "series"`);
  const panels = new Map<string, CostSeries[]>();
  list.forEach((entry: unknown, i) => {
    const { series, runs } = readSeries(entry, `${file}: series[${i}]`);
    panels.set(runs, [...(panels.get(runs) ?? []), series]);
  });
  return [...panels.values()].map((series) => ({ file, series }));
}

function readSeries(entry: unknown, where: string): { series: CostSeries; runs: string } {
  const [name, better, points] = [field(entry, 'name'), field(entry, 'better'), field(entry, 'points')];
  if (typeof name !== 'string') throw new UsageError(`${where}: expected a text "name"`);
  if (better !== 'lower' && better !== 'higher') throw new UsageError(`${where}: "better" must be "lower" or "higher"`);
  if (!Array.isArray(points)) throw new UsageError(`${where}: expected a list "points"`);
  const runs: string[] = [];
  const cost = Float64Array.from(points, (point: unknown, i) => {
    if (!Array.isArray(point)) throw new UsageError(`${where}: points[${i}] must be [commit, time, value]`);
    const value: unknown = point[2];
    runs.push(`${point[0]} ${point[1]}`);
    if (typeof value !== 'number' || !(value > 0)) return Number.NaN;
    return better === 'lower' ? Math.log(value) : -Math.log(value);
  });
  return { series: { name, cost }, runs: runs.join('\n') };
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}
