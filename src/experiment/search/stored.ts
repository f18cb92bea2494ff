/** Evaluates the widths of a search from stored records of all machines. */
import { resolve } from 'node:path';
import { type MachineRates, type Portability, portability } from '../../judge/search/portability.ts';
import type { SearchCandidate, SearchPlan } from '../../plan/search.ts';
import { listRecords, readRecord } from '../../record/store/store.node.ts';

/** The width whose worst share of each machine's best is highest; null when fewer than two machines have measured them. */
export function portabilityOf(plan: SearchPlan, results: string, cwd: string): Portability | null {
  const widths = plan.candidates.map(({ dFf }) => dFf);
  return portability(storedRates(plan, resolve(cwd, results)), widths);
}

/** Parameters per second by machine and width, from the latest measurement of each GEMM. */
function storedRates(plan: SearchPlan, results: string): MachineRates[] {
  const wanted = new Set(plan.candidates.flatMap(({ cases }) => cases.map(({ series }) => series)));
  const machines = new Map<string, Map<string, number>>();
  const records = listRecords(results).map(readRecord);
  for (const record of records.sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1))) {
    const known = machines.get(record.machine) ?? new Map<string, number>();
    for (const row of record.cases)
      if (row.status === 'measured' && wanted.has(row.series)) known.set(row.series, row.summary.medianSeconds);
    if (known.size > 0) machines.set(record.machine, known);
  }
  return [...machines].map(([machine, seconds]) => ({ machine, rates: ratesOf(plan, seconds) }));
}

function ratesOf({ candidates, gemms }: SearchPlan, seconds: ReadonlyMap<string, number>): Map<number, number> {
  const total = ({ cases }: SearchCandidate) =>
    cases.reduce((sum, { series }, i) => sum + (seconds.get(series) ?? Number.NaN) * (gemms[i]?.times ?? 1), 0);
  return new Map(
    candidates.flatMap((candidate) => {
      const rate = candidate.parameters / total(candidate);
      return Number.isFinite(rate) ? [[candidate.dFf, rate] as const] : [];
    }),
  );
}
