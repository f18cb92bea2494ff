/**
 * Rates as benchmark-action/github-action-benchmark takes them (tool `customBiggerIsBetter`): it plots the history of selected
 * series without verdicts. Names and unit must never change, or a new chart starts.
 */
import type { Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { counted, percent, processesText, seconds } from './si.ts';

export interface BenchmarkEntry {
  readonly name: string;
  readonly value: number;
  readonly unit: 'GFLOP/s';
  /** Half the interval, in the same unit: `± 0.41`. */
  readonly range?: string;
  /** The chart's tooltip. */
  readonly extra: string;
}

/** Maximum number of series: the action rewrites one file and draws one chart per series on every push. */
export const MOST_SERIES = 50;

export interface Curated {
  readonly entries: readonly BenchmarkEntry[];
  /** Measured series that are not drawn. */
  readonly left: number;
}

/** @param records one run of each machine */
export function benchmarkEntries(records: readonly RunRecord[]): Curated {
  const eligible = records
    // Fresh devices in one process are not replication; their numbers are not published.
    .filter(({ processes }) => processes.every(({ replication }) => replication === 'process'))
    .flatMap((record) => record.cases.map((row) => ({ record, row })));
  const chosen = curated(eligible);
  const entries = chosen.flatMap(({ record, row }) => (row.status === 'measured' ? [entryOf(row, record)] : []));
  const measured = eligible.filter(({ row }) => row.status === 'measured').length;
  return { entries, left: measured - entries.length };
}

type Candidate = { readonly record: RunRecord; readonly row: Row };

/**
 * Selected by identity and not by result, so that charts are stable: from each suite, phase and weight format in turn, cases of
 * `best` first.
 */
function curated(candidates: readonly Candidate[]): Candidate[] {
  const queues = new Map<string, Candidate[]>();
  for (const candidate of [...candidates].sort(byIdentity)) {
    const { record, row } = candidate;
    const key = JSON.stringify([record.machine, row.suite, row.phase, row.format.w]);
    queues.set(key, [...(queues.get(key) ?? []), candidate]);
  }
  const chosen: Candidate[] = [];
  for (let round = 0; chosen.length < Math.min(MOST_SERIES, candidates.length); round++) {
    for (const queue of queues.values()) {
      const next = queue[round];
      if (next && chosen.length < MOST_SERIES) chosen.push(next);
    }
  }
  return chosen.sort(byIdentity);
}

function byIdentity(a: Candidate, b: Candidate): number {
  const key = ({ record, row }: Candidate) =>
    [record.machine, row.kernel.requested === 'best' ? 0 : 1, row.id].join('\n');
  return key(a) < key(b) ? -1 : 1;
}

function entryOf(
  { id, summary, flop, kernel, warnings }: Extract<Row, { status: 'measured' }>,
  record: RunRecord,
): BenchmarkEntry {
  const [low, high] = summary.intervalSeconds;
  const gigaflops = (time: number) => Number((flop / time / 1e9).toPrecision(5));
  const spread = low > 0 ? (gigaflops(low) - gigaflops(high)) / 2 : 0;
  return {
    name: `${id} on ${record.machine}`,
    value: gigaflops(summary.medianSeconds),
    unit: 'GFLOP/s',
    // One observation has no spread; ± 0 would look like certainty.
    ...(summary.processes > 1 && { range: `± ${Number(spread.toPrecision(3))}` }),
    extra: [
      `${seconds(summary.medianSeconds)} per launch${summary.processes > 1 ? `, ${seconds(low)} to ${seconds(high)} (${INTERVAL[summary.intervalKind]})` : ''}`,
      `${processesText(summary.processes)}, ${counted(summary.samples, 'sample')}`,
      `kernel ${kernel.name ?? kernel.requested}${summary.ofPeak === undefined ? '' : `, ${percent(summary.ofPeak)} of the measured peak`}`,
      `record ${record.id}, driver ${record.environment.adapter.driver}`,
      ...(warnings.length > 0 ? [`notes: ${warnings.map(({ code }) => code).join(', ')}`] : []),
    ].join('\n'),
  };
}

const INTERVAL = { 'confidence-95': '95 % interval', range: 'range' } as const;
