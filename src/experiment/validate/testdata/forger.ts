/** A forger who keeps sums consistent: changes a record, and derives from it again what a run derives. */
import { bytesWritten } from '../../../gemm/shape.ts';
import { ceilings } from '../../../record/ceilings.ts';
import { problemOf } from '../../../record/consistency.ts';
import { machineName } from '../../../record/machine.ts';
import { recordId } from '../../../record/record-id.ts';
import { rounded } from '../../../record/round.ts';
import type { RunRecord } from '../../../record/schema.ts';
import { mad, median } from '../../../stats/centre.ts';
import { summarize } from '../../../stats/summary.ts';
import { SOUND } from './sound.ts';

export type Draft<T = RunRecord> = T extends object ? { -readonly [K in keyof T]: Draft<T[K]> } : T;
type MeasuredDraft = Extract<Draft['cases'][number], { status: 'measured' }>;

/** The sound record after a change. */
export function forged(change: (draft: Draft) => void, sound: RunRecord = SOUND): RunRecord {
  const draft = structuredClone(sound) as Draft;
  change(draft);
  return draft as RunRecord;
}

/** The same, with all that follows from samples, environment and start derived again. */
export function consistent(change: (draft: Draft) => void, sound: RunRecord = SOUND): RunRecord {
  return forged((draft) => {
    change(draft);
    for (const row of measured(draft)) derive(row, draft);
    draft.machine = machineName(draft.environment);
    draft.id = recordId(new Date(draft.startedAt), draft.commit);
    if (draft.samples) draft.samples.file = `${draft.id}.samples.json.gz`;
    Object.assign(draft, rounded({ ...draft }));
  }, sound);
}

export function measured(draft: Draft): MeasuredDraft[] {
  return draft.cases.filter((row) => row.status === 'measured');
}

export function first(draft: Draft): MeasuredDraft {
  const [row] = measured(draft);
  if (!row) throw new Error('the record has no measured row');
  return row;
}

/** All times of visits by a factor, the wall clock's too. */
export function scaleTimes(draft: Draft, factor: number): void {
  for (const visit of draft.cases.flatMap((row) => row.visits)) {
    visit.samples = (visit.samples ?? []).map((sample) => sample * factor);
    visit.wallSeconds *= factor;
  }
}

/** The device time of all samples and of the warm-up again. */
export function sumUp(draft: Draft): void {
  const visits = draft.cases.flatMap((row) => row.visits);
  draft.profile.kernels = visits.reduce(
    (sum, { samples = [], repeats, warmup }) =>
      sum + repeats * samples.reduce((all, one) => all + one, 0) + warmup.seconds,
    0,
  );
}

function derive(row: MeasuredDraft, { peaks }: Draft): void {
  for (const visit of row.visits) {
    const samples = visit.samples ?? [];
    Object.assign(visit, { medianSeconds: median(samples), mad: mad(samples), count: samples.length });
  }
  const { median: medianSeconds, interval, kind } = summarize(row.visits.map((visit) => visit.medianSeconds));
  const work = { ...row, bytesWritten: bytesWritten(problemOf(row as never)), matrixUnits: row.kernel.matrixUnits };
  row.summary = {
    medianSeconds,
    intervalSeconds: [...interval],
    intervalKind: kind,
    processes: row.visits.length,
    samples: row.visits.reduce((sum, visit) => sum + visit.count, 0),
    flopPerSecond: row.flop / medianSeconds,
    bytesPerSecond: row.bytes / medianSeconds,
    ...ceilings(work, medianSeconds, peaks as RunRecord['peaks']),
  };
}
