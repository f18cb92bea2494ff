/**
 * Vets a contributed record. Nothing in it is believed that can be recomputed, and what cannot be has to be plausible: `accept`,
 * `ask` a person, or `refuse`.
 */
import { engineNames } from '../../engine/registry.node.ts';
import { contradictions } from '../../record/consistency.ts';
import { MACHINE_NAME } from '../../record/machine.ts';
import { privateText, suspectText } from '../../record/privacy.ts';
import type { RunRecord } from '../../record/schema.ts';
import { adapterFindings } from './adapter.ts';
import { boundFindings } from './bounds.ts';
import { browserFindings } from './browser.ts';
import { cloneFindings } from './clones.ts';
import { derivedFindings } from './derived.ts';
import { changingFindings, digestFindings, sharedFindings } from './digests.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';
import { leftOutFindings } from './left-out.ts';
import { madeUpFindings } from './made-up.ts';
import { outlierFindings } from './outliers.ts';
import { type CommitFacts, provenanceFindings } from './provenance.ts';
import { disguiseFindings, replayFindings, type Trace, traceOf } from './replay.ts';
import { sampleFindings } from './samples.ts';
import { samplingFindings } from './sampling.ts';
import { settingsFindings } from './settings.ts';
import { textFindings } from './text.ts';
import { timeFindings } from './time.ts';
import { warmUpFindings } from './warm-up.ts';
import { placeFindings, wordFindings } from './words.ts';

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
  /** Name of the file's folder, which must be the machine's if it lies in one of results. */
  readonly folder?: string;
  readonly now?: Date;
  /** The record's commit: null if the repository does not have it; absent where there is no repository. */
  readonly commit?: CommitFacts | null;
  /** Of the same machine in the store. */
  readonly others?: Iterable<RunRecord>;
  /** Of other machines. */
  readonly elsewhere?: Iterable<Trace>;
}

/** Vets a record that satisfies its schema. */
export function vetRecord(record: RunRecord, options: VetOptions): Verdict {
  return verdictOf([...vetFindings(record, options)]);
}

/** The reasons of the gravest kind. */
export function verdictOf(found: readonly Finding[]): Verdict {
  const of = (verdict: Finding['verdict']) =>
    found.filter((each) => each.verdict === verdict).map(({ reason }) => reason);
  const refused = of('refuse');
  if (refused.length > 0) return { verdict: 'refuse', reasons: refused };
  const asked = of('ask');
  return { verdict: asked.length > 0 ? 'ask' : 'accept', reasons: asked };
}

/** All findings, in no order of gravity. */
export function* vetFindings(record: RunRecord, options: VetOptions): Generator<Finding> {
  yield* textFindings(record);
  yield* identityFindings(record, options);
  for (const sentence of contradictions(record)) yield refuse(sentence);
  yield* privacyFindings(record, options);
  // A scripted device has a clock of its own, and its numbers are never accepted.
  if (!record.environment.adapter.simulated) {
    yield* timeFindings(record, options.now ?? new Date());
    yield* settingsFindings(record);
    yield* placeFindings(record);
    yield* wordFindings(record);
    yield* samplingFindings(record);
    yield* leftOutFindings(record);
    yield* sampleFindings(record);
    yield* cloneFindings(record);
    yield* adapterFindings(record.environment);
    yield* boundFindings(record);
    yield* browserFindings(record);
    yield* madeUpFindings(record);
    yield* derivedFindings(record);
    yield* changingFindings(record);
    yield* sharedFindings(record);
    yield* warmUpFindings(record);
    const found = [...storeFindings(record, options)];
    // A copy is one of all other copies too.
    for (const verdict of ['refuse', 'ask'] as const) yield* atMost(found.filter((each) => each.verdict === verdict));
  }
  if (options.commit !== undefined) yield* provenanceFindings(record, options.commit);
  yield* runFindings(record, options);
}

function* storeFindings(record: RunRecord, { others = [], elsewhere = [] }: VetOptions): Generator<Finding> {
  const trace = traceOf(record);
  for (const other of others) {
    if (other.id === record.id) continue;
    yield* replayFindings(trace, traceOf(other));
    yield* digestFindings(record, other);
    yield* outlierFindings(record, other);
  }
  const disguises: Finding[] = [];
  for (const other of elsewhere) {
    yield* replayFindings(trace, other);
    disguises.push(...disguiseFindings(record, other));
  }
  yield* disguises.slice(0, 1);
}

function* identityFindings(record: RunRecord, { fileName, folder }: VetOptions): Generator<Finding> {
  const { engine } = record.environment;
  if (!engineNames().includes(engine)) yield ask(`engine "${engine}" is not one of ${engineNames().join(', ')}`);
  const sha = record.commit?.sha;
  if (sha !== undefined && sha.length !== 40 && sha.length !== 64) yield ask(`commit ${sha} is abbreviated`);
  if (!MACHINE_NAME.test(record.machine))
    yield refuse(`machine "${record.machine}" is not a name of lower-case words and hyphens`);
  if (fileName !== undefined && fileName !== record.id)
    yield refuse(`the file is called ${fileName}, the record ${record.id}`);
  if (folder !== undefined && folder !== record.machine)
    yield refuse(`the file is in the folder of ${folder}, the record is of ${record.machine}`);
  if (!record.environment.adapter.simulated && !/^[0-9a-f]{16}$/.test(record.unit))
    yield refuse(`unit "${record.unit}" is not 16 hexadecimal digits`);
  if (record.samples && record.samples.file !== `${record.id}.samples.json.gz`)
    yield refuse(`samples.file is ${record.samples.file}; it must be ${record.id}.samples.json.gz`);
  if (record.cases.length === 0 && !record.notServed?.problems.length) yield refuse('holds no case');
}

/** Names of folders and refs rarely have other letters; remains of scrubbed paths often do. */
const UNUSUAL = /[^\w./:@^~+-]/;

function* privacyFindings(record: RunRecord, { names = [] }: VetOptions): Generator<Finding> {
  const certain = new Set(privateText(record));
  for (const sentence of certain) yield refuse(sentence);
  for (const sentence of privateText(record, names)) if (!certain.has(sentence)) yield ask(sentence);
  for (const sentence of suspectText(record)) yield ask(sentence);
  const { from } = record.settings.kernels;
  if (UNUSUAL.test(from)) yield ask(`settings.kernels.from is "${from}", which may be a person's name`);
}

function* runFindings(record: RunRecord, { withSamples }: VetOptions): Generator<Finding> {
  if (record.environment.adapter.simulated)
    yield ask('the device was scripted: these are numbers of a scenario, not of a machine');
  if (!record.commit) yield ask('the commit is unknown');
  else if (record.commit.dirty) yield ask(`the working tree differed from commit ${record.commit.sha.slice(0, 8)}`);
  if (!withSamples) yield ask('the raw samples are missing, so that medians could not be checked');
  if (record.ended === 'interrupted') yield ask('the run was interrupted');
  if (!record.timer.proven) yield ask('the timer was not proven');
  if (!record.cases.some(({ status }) => status === 'measured')) yield ask('nothing was measured');
  for (const row of record.cases) if (row.status === 'failed') yield ask(`${row.id}: failed (${row.reason})`);
}
