/** Warm-ups as the harness makes them: launches double until one reading is long enough, and end at a plateau or after a time. */
import type { MeasuredRow, Visit } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { median } from '../../stats/centre.ts';
import { ask, atMost, type Finding, refuse, shown } from './finding.ts';

/** Rounding of a record. */
const SLACK = 0.999;
/** Readings that make a plateau. */
const PLATEAU = 6;
/** A reading is long enough from here on; repeats double before. */
const READING_SECONDS = 2e-3;
const MOST_DOUBLINGS = 12;
/** A launch of the warm-up is at most twice as long as later ones, except where something else disturbed it. */
const DISTURBED = { visits: 3, share: 0.25 };
/** Samples so long that a submission costs nothing: the wall clock ran 1.00 to 1.05 times as long as the device in honest runs. */
const LONG = { seconds: 0.02, visits: 5, wall: 1.2 };

export function* warmUpFindings(record: RunRecord): Generator<Finding> {
  const rows = record.cases.filter((row) => row.status === 'measured');
  yield* atMost(rows.flatMap((row) => row.visits.flatMap((visit) => [...endFindings(row, visit, record)])));
  const visits = rows.flatMap((row) => row.visits);
  const odd = visits.filter((visit) => !isDoubled(visit));
  if (odd.length >= DISTURBED.visits && odd.length > DISTURBED.share * visits.length)
    yield ask(
      `the warm-ups of ${odd.length} of ${visits.length} visits have a number of launches that doubling does not make`,
    );
  yield* longFindings(visits);
}

function* endFindings({ id }: MeasuredRow, { process, warmup }: Visit, { settings }: RunRecord): Generator<Finding> {
  const { launches, seconds, plateau } = warmup;
  const most = settings.sampling.maxWarmUpSeconds;
  const says = `${id}: process ${process}: the warm-up ended after ${launches} launches in ${shown(seconds)} s`;
  if (!plateau && seconds < SLACK * most) yield refuse(`${says}, without a plateau and before its time`);
  if (plateau && launches < PLATEAU && seconds < (SLACK * most) / 2) yield refuse(`${says}, too few for a plateau`);
}

/** With r readings of 2^j launches after 1 + 2 + … + 2^(j−1) there are (r + 1) · 2^j − 1 launches. */
function isDoubled({ warmup, medianSeconds }: Visit): boolean {
  const least = Math.min(MOST_DOUBLINGS, Math.ceil(Math.log2(READING_SECONDS / medianSeconds)) - 1);
  return least <= 0 || (warmup.launches + 1) % 2 ** least === 0;
}

function* longFindings(visits: readonly Visit[]): Generator<Finding> {
  const ratios = visits.flatMap(({ clock, repeats, medianSeconds, wallSeconds }) =>
    clock === 'gpu' && repeats * medianSeconds >= LONG.seconds ? [wallSeconds / medianSeconds] : [],
  );
  const usual = ratios.length < LONG.visits ? 1 : median(ratios);
  if (usual > LONG.wall)
    yield ask(
      `the wall clock ran ${shown(usual)} times as long as the device in ${ratios.length} visits with samples of ${LONG.seconds} s and more`,
    );
}
