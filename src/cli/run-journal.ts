/** The journal of one `run`: opened once the device is known, resumed when asked, and folded into the record at the end. */
import type { DeviceFacts } from '../engine/port.ts';
import type { FinishedProcess, FinishedVisit } from '../measure/progress.ts';
import type { Environment } from '../record/environment.ts';
import { fingerprint, type Identity } from '../record/fingerprint.ts';
import { findResumable, type Journal, openJournal, resumeJournal } from '../record/journal.node.ts';
import { JOURNAL_SCHEMA, type JournalHeader } from '../record/journal.ts';
import { machineName } from '../record/machine.ts';
import type { Commit } from '../record/schema.ts';
import { recordId } from '../record/store.node.ts';
import { UsageError } from './exit.ts';

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
  readonly #processes: FinishedProcess[];
  readonly #beganAt = Date.now();
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
    this.startedAt = journal ? new Date(journal.header.startedAt) : new Date(this.#beganAt);
    this.#written = this.visits.length;
  }

  /** The header on disk. Only after `opened`. */
  get header(): JournalHeader {
    return this.#open().header;
  }

  get journal(): Journal {
    return this.#open();
  }

  /** Now the device is known: starts the journal, or makes sure that the one resumed was kept on the same device. */
  opened(facts: DeviceFacts): void {
    const environment: Environment = { ...this.#request.identity.environment, adapter: facts };
    const machine = machineName(environment);
    if (this.#journal) {
      const before = this.#journal.header.environment.adapter;
      if (before.description === facts.description && before.driver === facts.driver) return;
      throw new UsageError(
        `${this.#journal.file} was kept on ${before.description}, this is ${facts.description}; run without --resume`,
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
  process(process: FinishedProcess, hostStartSeconds: number): void {
    const offset = (this.#beganAt - this.startedAt.getTime()) / 1e3 - hostStartSeconds;
    const relative = { ...process, startSeconds: process.startSeconds + offset };
    const known = this.#processes.findIndex((other) => other.index === process.index);
    // A resumed process that had everything already only opened a device; the one that measured is the one to tell of.
    if (known >= 0) return;
    this.#processes.push(relative);
    this.#open().append({ type: 'process', process: relative });
  }

  /** All processes of the run, their start in seconds since it began. */
  processes(): readonly FinishedProcess[] {
    return [...this.#processes].sort((a, b) => a.index - b.index);
  }

  /** Keeps what is worth resuming; returns whether there is anything. */
  keep(): boolean {
    if (this.#written > 0) this.#journal?.close();
    else this.#journal?.remove();
    return this.#journal !== null && this.#written > 0;
  }

  #open(): Journal {
    if (!this.#journal) throw new Error('the journal is opened with the device');
    return this.#journal;
  }
}
