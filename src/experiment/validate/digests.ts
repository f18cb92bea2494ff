/** Whether C is what the same program gave on an equal device, bit by bit: nobody who did not run it knows its digest. */
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, type Finding } from './finding.ts';

export function* changingFindings(record: RunRecord): Generator<Finding> {
  for (const { id, verify } of measured(record))
    if (verify.digest === null)
      yield ask(`${id}: C differed from process to process, which a race in the kernel or faulty memory makes`);
}

/** @param other of the same machine */
export function* digestFindings(record: RunRecord, other: RunRecord): Generator<Finding> {
  if (!isEqual(record, other)) return;
  const theirs = new Map(measured(other).map((row) => [workOf(row), row.verify.digest]));
  const known = measured(record).filter((row) => row.verify.digest && theirs.get(workOf(row)));
  const different = known.filter((row) => row.verify.digest !== theirs.get(workOf(row)));
  if (different.length > 0)
    yield ask(
      `C of ${different.length} of ${known.length} cases is not bit by bit that of ${other.id}, which ran the same programs on an equal device; the first is ${different[0]?.id}`,
    );
}

const measured = ({ cases }: RunRecord): MeasuredRow[] =>
  cases.flatMap((row) => (row.status === 'measured' ? [row] : []));

/** What determines C beside the device: the problem, the seed, the kernel and its sizes. */
const workOf = ({ series, seed, kernel }: MeasuredRow) => JSON.stringify([series, seed, kernel]);

/** Whether both ran the same programs, compiled alike. */
function isEqual({ commit, environment }: RunRecord, other: RunRecord): boolean {
  if (!commit || commit.dirty || commit.sha !== other.commit?.sha || other.commit.dirty) return false;
  const facts = ({ dawn, engine, runtime, adapter }: RunRecord['environment']) =>
    JSON.stringify([dawn, engine, runtime.name, { ...adapter, memoryBytes: 0 }]);
  return facts(environment) === facts(other.environment);
}
