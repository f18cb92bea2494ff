/**
 * Real processes of comparisons whose truth is known: the same work as another text, and work slowed by a known share. Whole
 * comparisons are replayed on them, in the order in which they were measured, so that whatever neighbouring processes share
 * stays shared.
 */

import { type AbProcess, ratioOf } from '../../src/judge/ab/ab.ts';
import { median } from '../../src/stats/centre.ts';
import { type BlockTimes, ratioOfBlocks } from '../../src/stats/paired.ts';

/** Kernel sets that the base was measured against, and the slowdown each was made for. */
export const HEADS = { equal: 0, 'slow-3': 0.03, 'slow-5': 0.05, 'slow-10': 0.1 } as const;
export type Head = keyof typeof HEADS;
export const HEAD_NAMES: readonly Head[] = ['equal', 'slow-3', 'slow-5', 'slow-10'];

export interface Pool {
  readonly adapter: string;
  /** Median wall seconds of a process with base, head and twin. */
  readonly processSeconds: number;
  readonly cases: readonly string[];
  /** For each head and each case its processes in order of measurement, as many for every case. */
  readonly series: Readonly<Record<Head, readonly (readonly AbProcess[])[]>>;
}

interface Line {
  readonly kind: string;
  readonly seconds: number;
  readonly adapter: string;
  /** Microseconds of each block, by case and by kernel set. */
  readonly times: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/** Reads what `npm run eval ab-pool` appended. Processes in which some case failed are left out. Throws Error naming a bad line. */
export function readPool(text: string): Pool {
  const lines = text
    .split('\n')
    .map((line, i) => [line, i + 1] as const)
    .filter(([line]) => line.trim() !== '')
    .map(([line, number]) => readLine(line, number));
  const [first] = lines;
  if (!first) throw new Error('the pool is empty; npm run eval ab-pool fills it');
  const other = lines.find(({ adapter }) => adapter !== first.adapter);
  if (other) throw new Error(`the pool mixes adapters: ${first.adapter} and ${other.adapter}`);
  const cases = [...new Set(lines.flatMap(({ times }) => Object.keys(times)))].sort();
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
    if (typeof line.kind === 'string' && typeof line.times === 'object' && line.times !== null) return line;
  } catch {
    // Told below, as for JSON of another form.
  }
  throw new Error(`line ${number} of the pool is no process; delete the line and go on`);
}

function seriesOf(lines: readonly Line[], cases: readonly string[], head: Head): AbProcess[][] {
  const whole = lines.flatMap(({ times }) => {
    const processes = cases.flatMap((name) => processOf(times[name] ?? {}, head) ?? []);
    return processes.length === cases.length ? [processes] : [];
  });
  return cases.map((_, c) => whole.flatMap((processes) => processes[c] ?? []));
}

/** Null where one of the three has no times. */
function processOf(times: Readonly<Record<string, readonly number[]>>, head: Head): AbProcess | null {
  const blocks = (name: string): BlockTimes => new Map(times[name]?.entries());
  const ratio = (over: string, under: string) => ratioOfBlocks(blocks(under), blocks(over));
  const [headToBase, headToTwin, twinToBase] = [ratio(head, 'base'), ratio(head, 'twin'), ratio('twin', 'base')];
  if (headToBase === null || headToTwin === null || twinToBase === null) return null;
  return { headToBase: digits(headToBase), headToTwin: digits(headToTwin), twinToBase: digits(twinToBase) };
}

/** As many as a test file needs. */
function digits(ratio: number): number {
  return Number(ratio.toPrecision(5));
}

/** What a case really is under a head: the median ratio over every process of the pool. */
export function trueRatios(pool: Pool, head: Head): number[] {
  return pool.series[head].map((processes) => median(processes.map(ratioOf)));
}

/** How often a head of equal work was slower than base and twin, faster than both, or between; a third each by chance alone. */
export function stepShares({ series: { equal } }: Pool): { slower: number; between: number; faster: number } {
  const processes = equal.flat();
  const share = (holds: (one: AbProcess) => boolean) => processes.filter(holds).length / processes.length;
  const [slower, faster] = [1, -1].map((side) =>
    share(({ headToBase, headToTwin }) => side * (headToBase - 1) > 0 && side * ((headToTwin ?? 1) - 1) > 0),
  );
  return { slower: slower ?? 0, between: 1 - (slower ?? 0) - (faster ?? 0), faster: faster ?? 0 };
}

/** `length` processes in a row from `start`, going on at the beginning after the last. */
export function blockOf<T>(processes: readonly T[], start: number, length: number): T[] {
  return Array.from(
    { length: Math.min(length, processes.length) },
    (_, i) => processes[(start + i) % processes.length] as T,
  );
}
