/**
 * Real processes of comparisons whose truth is known: the same work as another text, and work slowed by a known share. Whole
 * comparisons are replayed on them, in the order in which they were measured, so that whatever neighbouring processes share
 * stays shared.
 */
import { median } from '../../record/summary.ts';

/** Kernel sets that the base was measured against, and the slowdown each was made for. */
export const HEADS = { equal: 0, 'slow-3': 0.03, 'slow-5': 0.05, 'slow-10': 0.1 } as const;
export type Head = keyof typeof HEADS;
export const HEAD_NAMES: readonly Head[] = ['equal', 'slow-3', 'slow-5', 'slow-10'];

/** One case against one head: ratios of time, one a process, in order of measurement. */
export interface PoolSeries {
  readonly head: readonly number[];
  /** Base / base in the same processes. */
  readonly twin: readonly number[];
}

export interface Pool {
  readonly adapter: string;
  /** Median wall seconds of a process with base, head and twin. */
  readonly processSeconds: number;
  readonly cases: readonly string[];
  /** For each head one series a case, all of the same length. */
  readonly series: Readonly<Record<Head, readonly PoolSeries[]>>;
}

interface Line {
  readonly kind: string;
  readonly seconds: number;
  readonly adapter: string;
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Reads what `collect:ab-pool` appended. Processes in which some case failed are left out. Throws Error naming a bad line. */
export function readPool(text: string): Pool {
  const lines = text
    .split('\n')
    .map((line, i) => [line, i + 1] as const)
    .filter(([line]) => line.trim() !== '')
    .map(([line, number]) => readLine(line, number));
  const [first] = lines;
  if (!first) throw new Error('the pool is empty; npm run collect:ab-pool fills it');
  const other = lines.find(({ adapter }) => adapter !== first.adapter);
  if (other) throw new Error(`the pool mixes adapters: ${first.adapter} and ${other.adapter}`);
  const cases = [...new Set(lines.flatMap(({ ratios }) => Object.keys(ratios)))].sort();
  const of = (head: Head) => seriesOf(lines, cases, head);
  return {
    adapter: first.adapter,
    processSeconds: median(lines.filter(({ kind }) => kind === 'equal').map(({ seconds }) => seconds)),
    cases,
    series: { equal: of('equal'), 'slow-3': of('slow-3'), 'slow-5': of('slow-5'), 'slow-10': of('slow-10') },
  };
}

function readLine(text: string, number: number): Line {
  try {
    const line = JSON.parse(text) as Line;
    if (typeof line.kind === 'string' && typeof line.ratios === 'object' && line.ratios !== null) return line;
  } catch {
    // Told below, as for JSON of another form.
  }
  throw new Error(`line ${number} of the pool is no process; delete the line and go on`);
}

function seriesOf(lines: readonly Line[], cases: readonly string[], head: Head): PoolSeries[] {
  const whole = lines.filter(({ ratios }) =>
    cases.every((name) => (ratios[name]?.[head] ?? 0) > 0 && (ratios[name]?.twin ?? 0) > 0),
  );
  return cases.map((name) => ({
    head: whole.map(({ ratios }) => ratios[name]?.[head] ?? Number.NaN),
    twin: whole.map(({ ratios }) => ratios[name]?.twin ?? Number.NaN),
  }));
}

/** What a case really is under a head: the median ratio over every process of the pool. */
export function trueRatios(pool: Pool, head: Head): number[] {
  return pool.series[head].map((series) => median(series.head));
}

/** `length` processes in a row from `start`, going on at the beginning after the last. */
export function blockOf({ head, twin }: PoolSeries, start: number, length: number): PoolSeries {
  const take = (values: readonly number[]) =>
    Array.from(
      { length: Math.min(length, values.length) },
      (_, i) => values[(start + i) % values.length] ?? Number.NaN,
    );
  return { head: take(head), twin: take(twin) };
}
