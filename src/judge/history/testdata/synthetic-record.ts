/** Records of synthetic runs, as they are stored. */

import type { Row } from '../../../record/row.ts';
import type { RunRecord } from '../../../record/schema.ts';
import type { RunRow } from '../../../record/store/history-store.ts';
import { exampleRecord, measuredRow } from '../../../record/testdata/example.ts';
import { identityOf, type SyntheticRun } from './synthetic.ts';

const TEMPLATE = measuredRow([[1e-3], [1e-3], [1e-3]]);

export function syntheticRecord({ facts, rows }: SyntheticRun): RunRecord {
  return exampleRecord(
    rows.map((row, i) => rowOf(row, i)),
    {
      id: facts.id,
      machine: facts.machine,
      unit: facts.unit,
      startedAt: facts.startedAt,
      commit: { sha: facts.commit ?? '', dirty: facts.dirty },
    },
  );
}

function rowOf({ id, series, seconds, kernel, kernelHash }: RunRow, index: number): Row {
  if (TEMPLATE.status !== 'measured') throw new Error('the template must be a measured row');
  return {
    ...TEMPLATE,
    id,
    series,
    suite: 'synthetic',
    phase: 'ladder',
    name: `n-${identityOf(index).series}`,
    kernel: { ...TEMPLATE.kernel, name: kernel, hash: kernelHash },
    visits: TEMPLATE.visits.map(({ samples: _, ...visit }) => ({
      ...visit,
      medianSeconds: seconds,
      wallSeconds: seconds,
    })),
    summary: { ...TEMPLATE.summary, medianSeconds: seconds, intervalSeconds: [seconds, seconds] as const },
  };
}
