/**
 * Validates a contributed record: `accept` if consistent, `ask` if a person must decide, `refuse` if it contradicts itself or
 * contains private data.
 */
import { contradictions } from './consistency.ts';
import { MACHINE_NAME } from './machine.ts';
import { privateText, suspectText } from './privacy.ts';
import type { RunRecord } from './schema.ts';

export interface Verdict {
  readonly verdict: 'accept' | 'ask' | 'refuse';
  readonly reasons: readonly string[];
}

export interface VetOptions {
  /** Whether the record has its raw samples in place; without them visits cannot be checked. */
  readonly withSamples: boolean;
  /** Words that should not appear in it, such as a login name; a match may be chance, so a person is asked. */
  readonly names?: readonly string[];
  /** File name without folder and `.json`, which must be the record's id; absent where there is no file. */
  readonly fileName?: string;
}

/** A rate above the measured peak by this factor needs a person to decide. */
const ABOVE_PEAK = 1.05;
/** Cards exceed their nominal clock (21.1 of 19.2 TFLOPS has been measured). */
const BOOST = 1.25;

/** Names of folders and refs rarely have other letters; remains of scrubbed paths often do. */
const UNUSUAL = /[^\w./:@^~+-]/;

/** Validates a record that satisfies its schema. */
export function vetRecord(record: RunRecord, options: VetOptions): Verdict {
  const refused = [...refusals(record, options)];
  if (refused.length > 0) return { verdict: 'refuse', reasons: refused };
  const questions = [...doubts(record, options)];
  return questions.length > 0 ? { verdict: 'ask', reasons: questions } : { verdict: 'accept', reasons: [] };
}

function* refusals(record: RunRecord, { fileName }: VetOptions): Generator<string> {
  if (!MACHINE_NAME.test(record.machine))
    yield `machine "${record.machine}" is not a name of lower-case words and hyphens`;
  if (fileName !== undefined && fileName !== record.id) yield `the file is called ${fileName}, the record ${record.id}`;
  if (record.cases.length === 0 && !record.notServed?.problems.length) yield 'holds no case';
  yield* contradictions(record);
  yield* privateText(record);
  for (const { path, flopPerSecond, bytesPerSecond, vendor } of record.peaks) {
    if (vendor?.flopPerSecond !== undefined && (flopPerSecond ?? 0) > BOOST * vendor.flopPerSecond) {
      yield `peak ${path} is above the vendor's bound of ${vendor.flopPerSecond} FLOP/s`;
    }
    if (vendor?.bytesPerSecond !== undefined && (bytesPerSecond ?? 0) > BOOST * vendor.bytesPerSecond) {
      yield `peak ${path} is above the vendor's bound of ${vendor.bytesPerSecond} bytes/s`;
    }
  }
}

function* doubts(record: RunRecord, { withSamples, names = [] }: VetOptions): Generator<string> {
  yield* privateText(record, names);
  yield* suspectText(record);
  const { from } = record.settings.kernels;
  if (UNUSUAL.test(from)) yield `settings.kernels.from is "${from}", which may be a person's name`;
  if (record.environment.adapter.simulated)
    yield 'the device was scripted: these are numbers of a scenario, not of a machine';
  if (!record.commit) yield 'the commit is unknown';
  else if (record.commit.dirty) yield `the working tree differed from commit ${record.commit.sha.slice(0, 8)}`;
  if (!withSamples) yield 'the raw samples are missing, so that medians could not be checked';
  if (record.ended === 'interrupted') yield 'the run was interrupted';
  if (!record.timer.proven) yield 'the timer was not proven';
  const measured = record.cases.filter((row) => row.status === 'measured');
  if (measured.length === 0) yield 'nothing was measured';
  for (const row of record.cases) if (row.status === 'failed') yield `${row.id}: failed (${row.reason})`;
  for (const { id, summary } of measured) {
    if ((summary.ofPeak ?? 0) > ABOVE_PEAK)
      yield `${id}: is ${(summary.ofPeak ?? 0).toFixed(2)} times the measured peak`;
  }
}
