/**
 * Cliffs: the loss of a shape compared with better-aligned neighbours. A neighbour is a measured shape of the same kernel,
 * formats and machine that differs in one dimension only and not by much; rates (FLOP/s) are compared, so that size itself does
 * not count.
 */
import type { MeasuredRow } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';

export const DIMENSIONS = ['m', 'n', 'k'] as const;
export type CliffDimension = (typeof DIMENSIONS)[number];

export interface CliffNeighbour {
  readonly value: number;
  readonly divisor: number;
  /** Its rate over the shape's: above 1 when the shape is slower. */
  readonly gain: number;
  /** The least and most gain that both 95 % intervals allow; null where one of them is a mere range. */
  readonly interval: readonly [low: number, high: number] | null;
}

export interface Cliff {
  readonly machine: string;
  readonly kernel: string;
  readonly id: string;
  readonly name: string;
  readonly shape: MeasuredRow['shape'];
  readonly w: string;
  readonly dimension: CliffDimension;
  readonly value: number;
  /** Largest power of two that divides the value. */
  readonly divisor: number;
  readonly flopPerSecond: number;
  /** Better aligned and close by, ascending. */
  readonly neighbours: readonly CliffNeighbour[];
  /** Largest gain of any neighbour, minus 1. */
  readonly loss: number;
  /** Whether that gain is clear: the intervals do not overlap. */
  readonly clear: boolean;
}

/** Neighbours differ by at most this share. */
const CLOSE = 0.1;

/** Every measured shape that has a better-aligned neighbour, the largest loss first. The latest measurement counts. */
export function cliffsOf(records: readonly RunRecord[]): Cliff[] {
  const groups = new Map<string, { machine: string; rows: MeasuredRow[] }>();
  for (const { machine, rows } of latestRows(records)) {
    for (const row of rows) {
      for (const dimension of DIMENSIONS) {
        const key = JSON.stringify([machine, dimension, others(row, dimension)]);
        const group = groups.get(key) ?? { machine, rows: [] };
        group.rows.push(row);
        groups.set(key, group);
      }
    }
  }
  const cliffs = [...groups].flatMap(([key, { machine, rows }]) => {
    const dimension = JSON.parse(key)[1] as CliffDimension;
    return rows.flatMap((row) => cliffOf(machine, row, rows, dimension) ?? []);
  });
  return cliffs.sort((one, other) => other.loss - one.loss);
}

function latestRows(records: readonly RunRecord[]): { machine: string; rows: MeasuredRow[] }[] {
  const machines = new Map<string, Map<string, MeasuredRow>>();
  for (const record of [...records].sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1))) {
    const known = machines.get(record.machine) ?? new Map<string, MeasuredRow>();
    for (const row of record.cases) if (row.status === 'measured') known.set(row.series, row);
    machines.set(record.machine, known);
  }
  return [...machines].map(([machine, rows]) => ({ machine, rows: [...rows.values()] }));
}

/** All that must be equal: everything but one dimension, the name and the suite; the kernel that ran, not the one asked for. */
function others(row: MeasuredRow, dimension: CliffDimension): unknown {
  const { shape, layout, format, scale, bias, groups, operands, distribution, kernel } = row;
  const rest = { ...shape, [dimension]: null };
  return [
    rest,
    layout,
    format,
    scale ?? null,
    bias,
    groups?.rows ?? null,
    operands.mode,
    distribution,
    kernel.name ?? kernel.requested,
  ];
}

function cliffOf(
  machine: string,
  row: MeasuredRow,
  rows: readonly MeasuredRow[],
  dimension: CliffDimension,
): Cliff | null {
  const value = row.shape[dimension];
  const divisor = powerOfTwo(value);
  const aligned = rows.filter((other) => {
    const theirs = other.shape[dimension];
    return powerOfTwo(theirs) > divisor && Math.abs(theirs / value - 1) <= CLOSE;
  });
  if (aligned.length === 0) return null;
  const neighbours = aligned
    .map((other) => neighbourOf(row, other, dimension))
    .sort((one, other) => one.value - other.value);
  const best = neighbours.reduce((most, one) => (one.gain > most.gain ? one : most));
  return {
    machine,
    kernel: row.kernel.name ?? row.kernel.requested,
    id: row.id,
    name: row.name,
    shape: row.shape,
    w: row.format.w,
    dimension,
    value,
    divisor,
    flopPerSecond: row.summary.flopPerSecond,
    neighbours,
    loss: best.gain - 1,
    clear: best.interval !== null && best.interval[0] > 1,
  };
}

function neighbourOf(row: MeasuredRow, other: MeasuredRow, dimension: CliffDimension): CliffNeighbour {
  const [own, theirs] = [row.summary, other.summary];
  const both = own.intervalKind === 'confidence-95' && theirs.intervalKind === 'confidence-95';
  const rate = (seconds: number, work: number) => work / seconds;
  return {
    value: other.shape[dimension],
    divisor: powerOfTwo(other.shape[dimension]),
    gain: theirs.flopPerSecond / own.flopPerSecond,
    interval: both
      ? [
          rate(theirs.intervalSeconds[1], other.flop) / rate(own.intervalSeconds[0], row.flop),
          rate(theirs.intervalSeconds[0], other.flop) / rate(own.intervalSeconds[1], row.flop),
        ]
      : null,
  };
}

function powerOfTwo(value: number): number {
  let divisor = 1;
  while (value > 0 && value % (2 * divisor) === 0) divisor *= 2;
  return divisor;
}
