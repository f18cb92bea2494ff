/** What a run measured and its record does not have: processes, visits or samples that were slower than the others. */
import type { MeasuredRow, Visit } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { median } from '../../stats/centre.ts';
import { ask, atMost, type Finding, refuse, shown } from './finding.ts';

/** Between two processes honest runs wait for 0.3 s at most, unless somebody resumed them. */
const GAP = { seconds: 5, share: 0.25 };
/** Samples of a visit over those that its length makes: 1 in most visits, and 0.3 to 2 in disturbed ones. */
const COUNTS = { visits: 10, least: 0.75, most: 1.5 };

export function* leftOutFindings(record: RunRecord): Generator<Finding> {
  // Shards have processes of their own.
  if (!record.settings.merged) yield* processFindings(record);
  const rows = record.cases.filter((row) => row.status === 'measured');
  if (record.ended !== 'interrupted') yield* atMost(rows.flatMap((row) => [...holeFindings(row, record)]));
  yield* countFindings(rows, record);
}

function* processFindings({ processes }: RunRecord): Generator<Finding> {
  const usual = processes.length === 0 ? 0 : median(processes.map(({ seconds }) => seconds));
  const most = Math.max(GAP.seconds, GAP.share * usual);
  for (const [i, { index, startedAt, replication }] of processes.entries()) {
    if (index !== i) yield refuse(`process ${index} is the ${i + 1}. of the record; one is missing before it`);
    const before = processes[i - 1];
    // A page waits while it is hidden.
    if (!before || replication === 'device') continue;
    const gap = (Date.parse(startedAt) - Date.parse(before.startedAt)) / 1e3 - before.seconds;
    if (gap > most)
      yield ask(`between process ${before.index} and ${index} are ${shown(gap)} s, enough for one that was left out`);
  }
}

/** A case is visited in each process until it has enough visits. */
function* holeFindings({ id, visits }: MeasuredRow, { processes }: RunRecord): Generator<Finding> {
  const visited = new Set(visits.map(({ process }) => process));
  const last = Math.max(...visited);
  const hole = processes.find(({ index, lost }) => index < last && !lost && !visited.has(index));
  if (hole) yield ask(`${id}: has no visit in process ${hole.index}, and one in process ${last}`);
}

function* countFindings(rows: readonly MeasuredRow[], record: RunRecord): Generator<Finding> {
  const ratios = rows.flatMap(({ visits }) => visits.map((visit) => visit.count / countOf(visit, record)));
  if (ratios.length < COUNTS.visits) return;
  const usual = median(ratios);
  if (usual < COUNTS.least || usual > COUNTS.most)
    yield ask(`visits have ${shown(usual)} of the samples that their length makes (median of ${ratios.length})`);
}

/** Whole blocks of samples that fill the time of a visit. */
function countOf({ repeats, medianSeconds }: Visit, { settings: { sampling } }: RunRecord): number {
  const { minSamples, maxSamples, sampleSeconds, blocks } = sampling;
  const wanted = Math.max(minSamples, Math.min(maxSamples, Math.ceil(sampleSeconds / (repeats * medianSeconds))));
  const own = Math.max(1, Math.min(blocks, wanted));
  return own * Math.ceil(wanted / own);
}
