/** Whether C is what the same program gave on an equal device, bit by bit: nobody who did not run it knows its digest. */
import { canonicalJson } from '../../gemm/digest.ts';
import type { MeasuredRow } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, type Finding, refuse } from './finding.ts';

export function* changingFindings(record: RunRecord): Generator<Finding> {
  for (const { id, verify } of measured(record))
    if (verify.digest === null)
      yield ask(`${id}: C differed from process to process, which a race in the kernel or faulty memory makes`);
}

/** C of another problem is another C: 64 bits do not agree by chance. Layouts are places of the same operands. */
export function* sharedFindings(record: RunRecord): Generator<Finding> {
  const owners = new Map<string, MeasuredRow>();
  for (const row of measured(record)) {
    const { digest } = row.verify;
    if (!digest) continue;
    const other = owners.get(digest);
    if (other && contentOf(other) !== contentOf(row)) yield refuse(`${row.id}: C is bit by bit that of ${other.id}`);
    owners.set(digest, row);
  }
}

const contentOf = ({ shape, groups, format, scale, bias, seed, distribution }: MeasuredRow) =>
  canonicalJson({ shape, groups: groups ?? null, format, scale: scale ?? null, bias, seed, distribution });

/** @param other of the same machine */
export function* digestFindings(record: RunRecord, other: RunRecord): Generator<Finding> {
  if (!isEqual(record, other)) return;
  const theirs = new Map(measured(other).map((row) => [workOf(row), row.verify.digest]));
  const shared = measured(record).filter((row) => theirs.get(workOf(row)));
  const without = shared.filter((row) => row.verify.digest === undefined);
  if (without.length > 0)
    yield ask(
      `${without.length} cases have no digest of C, which ${other.id} of the same commit has; the first is ${without[0]?.id}`,
    );
  const known = shared.filter((row) => row.verify.digest);
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
