/** A kernel whose times alone differ from those that the same program had on the machine before. */
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { MAD_TO_SIGMA, mad, median } from '../../stats/centre.ts';
import { ask, atMost, type Finding, shown } from './finding.ts';

/**
 * Times over those of another run scatter: on a busy machine by a third, on a quiet one by a hundredth. A row is told apart where it
 * is beyond so many standard deviations, and by so much.
 */
const APART = { rows: 10, sigmas: 8, times: 1.15 };

/** @param other of the same machine */
export function* outlierFindings(record: RunRecord, other: RunRecord): Generator<Finding> {
  // An update of a driver changes single kernels.
  if (compilersOf(record) !== compilersOf(other)) return;
  const theirs = new Map(measured(other).map((row) => [programOf(row), row]));
  const shared = measured(record).flatMap((row) => {
    const same = theirs.get(programOf(row));
    return same ? [{ id: row.id, log: Math.log(row.summary.medianSeconds / same.summary.medianSeconds) }] : [];
  });
  if (shared.length < APART.rows) return;
  const logs = shared.map(({ log }) => log);
  const [usual, sigma] = [median(logs), MAD_TO_SIGMA * mad(logs)];
  const least = Math.max(APART.sigmas * sigma, Math.log(APART.times));
  yield* atMost(
    shared.flatMap(({ id, log }) =>
      usual - log > least
        ? [
            ask(
              `${id}: is ${shown(Math.exp(usual - log))} times as fast as in ${other.id}, beside the other ${shared.length - 1} programs that both ran`,
            ),
          ]
        : [],
    ),
  );
}

const compilersOf = ({ environment: { adapter, dawn } }: RunRecord) => `${adapter.driver} ${dawn}`;

const measured = ({ cases }: RunRecord): MeasuredRow[] =>
  cases.flatMap((row) => (row.status === 'measured' ? [row] : []));

const programOf = ({ series, kernel: { hash, tile, thread } }: MeasuredRow) =>
  JSON.stringify([series, hash, tile, thread]);
