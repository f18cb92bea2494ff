/**
 * The journal of one command: opened once the device is known, resumed on request, and turned into the stored result at the end.
 */
import { resolve } from 'node:path';
import type { DeviceFacts } from '../../engine/port.ts';
import type { MeasureRequest } from '../../measure/parent/measurement.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import { wholeProcesses } from '../../measure/parent/whole-process.ts';
import type { Case } from '../../plan/case/case.ts';
import { requireWritable } from '../../record/disk.node.ts';
import { commitOf } from '../../record/environment.node.ts';
import type { Environment } from '../../record/environment.ts';
import { fingerprint, type Identity } from '../../record/journal/fingerprint.ts';
import { findResumable, type Journal, openJournal, resumeJournal } from '../../record/journal/journal.node.ts';
import { type FinishedProcess, JOURNAL_SCHEMA, type JournalHeader } from '../../record/journal/journal.ts';
import { machineName } from '../../record/machine.ts';
import { scrubbed } from '../../record/privacy.ts';
import { recordId } from '../../record/record-id.ts';
import type { Commit, Settings } from '../../record/schema.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { unitOf } from '../setup/engine.ts';
import { placeFacts } from '../setup/settings.ts';

/** Options of every command that can be resumed. */
export interface Resumable {
  readonly suite: readonly string[];
  readonly filter: readonly string[];
  readonly adapter: string;
  readonly engine: string;
  readonly results: string;
  readonly resume: boolean;
}

/** What an experiment other than a plain run consists of: all that must be the same for it to be resumed. */
export interface ExperimentIdentity {
  readonly experiment: NonNullable<Settings['experiment']>;
  readonly settings: MeasureRequest['settings'];
  readonly kernels: Settings['kernels'];
  readonly scenario: string | undefined;
  readonly cases: readonly Pick<Case, 'id' | 'series'>[];
}

/** The journal of an experiment; reports on stderr what is resumed. Throws DiskError before anything is measured. */
export function journalFor(options: Resumable, io: Io, of: ExperimentIdentity): RunJournal {
  const { suite, filter, adapter, engine, results, resume } = options;
  const { experiment, settings, kernels, scenario, cases } = of;
  requireWritable(resolve(io.cwd, results));
  const asked = {
    suites: scrubbed(suite),
    filter,
    adapter,
    kernels,
    shard: null,
    ...(scenario && { scenario }),
    experiment,
  };
  const journal = new RunJournal({
    resultsDir: resolve(io.cwd, results),
    identity: {
      unit: unitOf(engine, io.environment),
      settings: { ...settings, ...asked },
      environment: placeFacts(engine),
      cases: cases.map(({ id, series }) => ({ id, series, kernelHash: null })),
    },
    commit: commitOf(io.cwd),
    resume,
  });
  const found = journal.resumed ? `resuming: ${journal.visits.length} visits are done` : 'nothing to resume';
  if (resume) io.err(`${found}\n`);
  return journal;
}

export interface RunJournalRequest {
  readonly resultsDir: string;
  readonly identity: Identity;
  readonly commit: Commit | null;
  readonly resume: boolean;
}

export class RunJournal {
  readonly visits: readonly FinishedVisit[];
  /** When the run began; of a resumed one, when it first began. */
  readonly startedAt: Date;
  readonly resumed: boolean;
  readonly #request: RunJournalRequest;
  readonly #fingerprint: string;
  /** In the order written: of each process its beginning, then the whole; and again for what a resumed run adds. */
  readonly #processes: FinishedProcess[];
  readonly #begun = new Set<number>();
  /** When this command began, in seconds since the run did. */
  readonly #beganSeconds: number;
  #journal: Journal | null;
  #written = 0;

  constructor(request: RunJournalRequest) {
    this.#request = request;
    this.#fingerprint = fingerprint(request.identity);
    const file = request.resume ? findResumable(request.resultsDir, this.#fingerprint) : undefined;
    const { journal, entries } = file === undefined ? { journal: null, entries: [] } : resumeJournal(file);
    this.#journal = journal;
    this.resumed = journal !== null;
    this.visits = entries.flatMap((entry) => (entry.type === 'visit' ? [entry.visit] : []));
    this.#processes = entries.flatMap((entry) => (entry.type === 'process' ? [entry.process] : []));
    const now = Date.now();
    this.startedAt = new Date(journal?.header.startedAt ?? now);
    // A clock that was set back must not put this command before what it resumes.
    const lastEnd = this.#processes.reduce((last, one) => Math.max(last, one.startSeconds + one.seconds), 0);
    this.#beganSeconds = Math.max((now - this.startedAt.getTime()) / 1e3, lastEnd);
    this.#written = this.visits.length;
  }

  /** The header on disk. Only after `opened`. */
  get header(): JournalHeader {
    return this.#open().header;
  }

  /** As begun with, but for the limits, which a resumed run may be given anew. */
  get settings(): Settings {
    const { budgetSeconds, processes, looks } = this.#request.identity.settings;
    return { ...this.header.settings, budgetSeconds, processes, looks };
  }

  get journal(): Journal {
    return this.#open();
  }

  /** Called once the device is known: starts the journal, or verifies that the resumed one is of the same device. */
  opened(facts: DeviceFacts): void {
    const environment: Environment = { ...this.#request.identity.environment, adapter: facts };
    const machine = machineName(environment);
    if (this.#journal) {
      const before = this.#journal.header.environment.adapter;
      if (before.description === facts.description && before.driver === facts.driver) return;
      throw new UsageError(
        `${this.#journal.file} was recorded on ${before.description}, but this is ${facts.description}; run without --resume`,
      );
    }
    const { unit, settings, cases } = this.#request.identity;
    this.#journal = openJournal(this.#request.resultsDir, {
      schema: JOURNAL_SCHEMA,
      id: recordId(this.startedAt, this.#request.commit),
      machine,
      unit,
      startedAt: this.startedAt.toISOString(),
      fingerprint: this.#fingerprint,
      commit: this.#request.commit,
      settings,
      environment,
      cases,
    });
  }

  visit(visit: FinishedVisit): void {
    this.#open().append({ type: 'visit', visit });
    this.#written++;
  }

  /** @param hostStartSeconds the host's clock when this command began; entries count from when the run began */
  begin(process: FinishedProcess, hostStartSeconds: number): void {
    this.#begun.add(process.index);
    this.#append(process, hostStartSeconds);
  }

  process(process: FinishedProcess, hostStartSeconds: number): void {
    const isKnown = this.#processes.some(({ index }) => index === process.index);
    // A command that had nothing left to measure only opened a device; the record lists processes that measured.
    if (!isKnown || this.#begun.has(process.index)) this.#append(process, hostStartSeconds);
  }

  /** All processes of the run, their start in seconds since it began. */
  processes(): readonly FinishedProcess[] {
    return wholeProcesses(this.#processes, this.visits);
  }

  /** What it led to is on disk, or was shown. */
  discard(): void {
    this.#journal?.remove();
  }

  /** Keeps the journal if it has visits; returns whether it does. */
  keep(): boolean {
    if (this.#written > 0) this.#journal?.close();
    else this.#journal?.remove();
    return this.#journal !== null && this.#written > 0;
  }

  #append(process: FinishedProcess, hostStartSeconds: number): void {
    const offset = this.#beganSeconds - hostStartSeconds;
    const relative = { ...process, startSeconds: process.startSeconds + offset };
    this.#processes.push(relative);
    this.#open().append({ type: 'process', process: relative });
  }

  #open(): Journal {
    if (!this.#journal) throw new Error('the journal is opened with the device');
    return this.#journal;
  }
}
