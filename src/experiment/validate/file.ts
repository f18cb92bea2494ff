/** Reads a contributed record as a stranger's file, with all that lies beside it, and vets it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { CSV_COLUMNS, toCsv } from '../../record/csv.ts';
import { machineSchema } from '../../record/environment.ts';
import { machineOf } from '../../record/machine.ts';
import { parseRecord, parseStored } from '../../record/read.ts';
import { RecordError } from '../../record/record-error.ts';
import { bytesOfSamples, joinSamples } from '../../record/samples.ts';
import { parseSamples } from '../../record/samples-schema.ts';
import type { RunRecord } from '../../record/schema.ts';
import { inflated, onSidecar } from '../../record/store/sidecar.node.ts';
import { type RecordTier, recordTier } from '../../record/tier.ts';
import { commitFacts } from './commit.node.ts';
import { textDifferences, unknownFields } from './document.ts';
import { type Finding, refuse } from './finding.ts';
import { elsewhere, MAX_RECORD_BYTES, othersOf } from './others.ts';
import { textFindings } from './text.ts';
import { type Verdict, verdictOf, vetFindings } from './vet.ts';

export interface Vetted extends Verdict {
  readonly file: string;
  /** Absent where it could not be read. */
  readonly tier?: RecordTier;
}

export interface VetContext {
  /** Words that should not appear, such as the login name of this machine. */
  readonly names: readonly string[];
  /** A folder of the repository that has the commits; absent where there is none. */
  readonly repository?: string;
  /** The ref whose history counts as reviewed; default `HEAD`. */
  readonly reviewed?: string;
  readonly now?: Date;
}

const MAX_SIDE_BYTES = 16 << 20;

/** @param shown the file's name in the verdict */
export async function vetFile(path: string, shown: string, context: VetContext): Promise<Vetted> {
  try {
    return { file: shown, ...(await vetRead(path, context)) };
  } catch (error) {
    // Whatever a stranger's file does to this program, the others have their verdicts.
    if (!(error instanceof RecordError))
      return { file: shown, verdict: 'refuse', reasons: [`cannot be vetted: ${error}`] };
    const place = error.line === undefined ? '' : `line ${error.line}: `;
    const file = error.file === path ? '' : `${basename(error.file ?? '')}: `;
    return { file: shown, verdict: 'refuse', reasons: [file + place + error.reason] };
  }
}

async function vetRead(path: string, { names, repository, reviewed, now }: VetContext): Promise<Omit<Vetted, 'file'>> {
  const text = readBounded(path, MAX_RECORD_BYTES).toString('utf8');
  const record = parseRecord(text, path);
  const given: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  const full = readSidecar(path, record);
  const folder = dirname(path);
  const found: Finding[] = [
    ...unknownFields(given, record),
    ...textDifferences(text, `${JSON.stringify(given, null, 1)}\n`),
    ...vetFindings(full ?? record, {
      withSamples: full !== null,
      names,
      fileName: basename(path).replace(/\.json$/, ''),
      ...(isMachineFolder(folder) && { folder: basename(folder) }),
      ...(repository !== undefined && { commit: await commitFacts(record, repository, reviewed) }),
      ...(now && { now }),
      others: othersOf(path, record, repository),
      elsewhere: elsewhere(path, record, repository),
    }),
    ...besideFindings(path, record),
  ];
  return { ...verdictOf(found), tier: recordTier(record) };
}

/** Samples in place; null without a sidecar. What a sidecar may inflate to follows from the counts in the record. */
function readSidecar(path: string, record: RunRecord): RunRecord | null {
  const { samples, id } = record;
  const name = `${id}.samples.json.gz`;
  // Another name is refused, and never opened.
  const sidecar = join(dirname(path), name);
  if (samples?.file !== name || basename(path) !== `${id}.json` || !existsSync(sidecar)) return null;
  const most = Math.min(bytesOfSamples(record), MAX_RECORD_BYTES * 2);
  const bytes = readBounded(sidecar, MAX_SIDE_BYTES);
  return onSidecar(sidecar, () => {
    const full = joinAll(record, inflated(bytes, most), samples.hash);
    refuseMore(bytes);
    return full;
  });
}

/** Bytes of a gzip file around its data: no name, comment or other field in front, length and checksum behind. */
const GZIP = { head: 10, flags: 3, tail: 8 };

/** A gzip file may carry anything beside its data, which no reader sees and everybody downloads. */
function refuseMore(bytes: Buffer): void {
  if (bytes[GZIP.flags] !== 0) throw new Error('its gzip header has a name or comment; compress it without (gzip -n)');
  // Types lack what the option adds.
  const { engine } = inflateRawSync(bytes.subarray(GZIP.head), { info: true }) as never as {
    readonly engine: { readonly bytesWritten: number };
  };
  const more = bytes.length - GZIP.head - engine.bytesWritten - GZIP.tail;
  if (more !== 0) throw new Error(`${more} bytes follow the samples`);
}

/** Every visit has its samples, and nothing else is in the file. */
function joinAll(record: RunRecord, text: string, hash: string): RunRecord {
  const samples = parseSamples(text, hash);
  const full = joinSamples(record, samples);
  const visits = full.cases.flatMap((row) => row.visits);
  const missing = visits.filter((visit) => !visit.samples).length;
  if (missing > 0) throw new Error(`${missing} visits of the record have no samples in it`);
  if (samples.visits.length !== visits.length)
    throw new Error(`it has samples of ${samples.visits.length} visits; the record has ${visits.length}`);
  for (const finding of [
    ...unknownFields(JSON.parse(text), samples),
    ...textDifferences(text, JSON.stringify(samples)),
  ])
    throw new Error(finding.reason);
  return full;
}

function readBounded(path: string, most: number): Buffer {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new RecordError(path, undefined, 'no such file');
  if (!stats.isFile()) throw new RecordError(path, undefined, 'is not a regular file');
  if (stats.size > most) throw new RecordError(path, undefined, `is ${stats.size} bytes long; ${most} are allowed`);
  return readFileSync(path);
}

/** In results/, or with the description of a machine in it. */
function isMachineFolder(folder: string): boolean {
  return basename(dirname(folder)) === 'results' || existsSync(join(folder, 'machine.json'));
}

function* besideFindings(path: string, record: RunRecord): Generator<Finding> {
  const csv = path.replace(/\.json$/, '.csv');
  if (existsSync(csv)) yield* csvFindings(readBounded(csv, MAX_RECORD_BYTES).toString('utf8'), record);
  const machine = join(dirname(path), 'machine.json');
  if (existsSync(machine)) yield* machineFindings(machine, record);
}

/** Columns of another version may differ; those of this one must say what the record says. */
function* csvFindings(text: string, record: RunRecord): Generator<Finding> {
  const names = (text.split(/\r?\n/, 1)[0] ?? '').split(',');
  const strange = names.find((name, i) => !Object.hasOwn(CSV_COLUMNS, name) || names.indexOf(name) < i);
  if (strange !== undefined) yield refuse(`the CSV has a column "${strange.slice(0, 40)}", which no version writes so`);
  else if (text.replaceAll('\r\n', '\n') !== toCsv(record, names).replaceAll('\r\n', '\n'))
    yield refuse(
      'the CSV is not what the record makes it; write it again with shapemark report --format csv, or leave it out',
    );
}

function* machineFindings(file: string, record: RunRecord): Generator<Finding> {
  const text = readBounded(file, 1 << 16).toString('utf8');
  const stated = parseStored(text, file, machineSchema);
  const expected = machineOf(record.environment);
  if (stated.machine !== expected.machine) yield refuse(`machine.json describes ${stated.machine}`);
  const given: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  for (const finding of [
    ...unknownFields(given, stated),
    ...textDifferences(text, `${JSON.stringify(given, null, 2)}\n`),
    ...textFindings(given),
  ])
    yield { ...finding, reason: `machine.json: ${finding.reason}` };
}
