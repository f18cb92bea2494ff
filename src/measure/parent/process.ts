/**
 * One process of a run: a fresh worker visits its cases in a seeded random order. A worker that crashes, hangs or loses its
 * device costs its current case; a fresh one continues.
 */
import type { Attempt, DeviceFacts } from '../../engine/port.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Case } from '../../plan/case/case.ts';
import type { FinishedProcess, TimerFacts, VisitResult } from '../../record/journal/journal.ts';
import type { PeakFacts } from '../worker/peaks.ts';
import type { OpenRequest, VisitRequest } from '../worker/protocol.ts';
import type { SentinelReading } from '../worker/sentinel.ts';
import { CallFailed, Connection, refusalOf, WorkerDied } from './connection.ts';
import type { Host } from './host.ts';
import type { FinishedVisit } from './progress.ts';
import { begun } from './whole-process.ts';

export interface OpenedWorker {
  readonly connection: Connection;
  readonly facts: DeviceFacts;
  readonly tried: readonly Attempt[];
  readonly timer: TimerFacts;
}

export interface ProcessRequest {
  readonly index: number;
  readonly orderSeed: number;
  readonly host: Host;
  readonly open: Omit<OpenRequest, 'process'>;
  /** Called with the first worker, before any visit. */
  readonly onOpen: (worker: OpenedWorker, rehearse: Rehearse) => Promise<void>;
  /** Called after that, with what is known of the process by then. */
  readonly onBegin: (process: FinishedProcess) => void;
  /** Cases in the order to visit them; queried after that. */
  readonly cases: () => readonly Case[];
  /** The visit to request, or why there is none, or null to skip the case silently; called just before the visit. */
  readonly plan: (item: Case, worker: OpenedWorker, rehearse: Rehearse) => Promise<VisitRequest | Refusal | null>;
  readonly onVisit: (visit: FinishedVisit) => void;
  /** On the host's clock: a visit that is not done by then is stopped. */
  readonly endAt: (() => number) | null;
  readonly sentinelSeconds: number;
  /** What disturbed the device since `plan` last answered; null if nothing did. */
  readonly disturbance?: (() => string | null) | undefined;
  /** Whether to measure peaks again at the end. */
  readonly wantsPeaks: () => boolean;
  readonly onPeaks: (peaks: PeakFacts) => void;
  /** Called with the results so far when an interruption or an error ends the process. */
  readonly onCutShort: (process: FinishedProcess) => void;
  readonly signal: AbortSignal | undefined;
}

/** A visit that belongs to no case's record; null when it fails. */
export type Rehearse = (request: VisitRequest) => Promise<VisitResult | null>;

/** Long enough to unpack and start a software adapter for the first time. */
export const OPEN_ALLOW_SECONDS = 120;
const PROBE_ALLOW_SECONDS = 60;
const VISIT_ALLOW_SECONDS = 60;
const CLOSE_ALLOW_SECONDS = 10;

/** Reason of a visit that was stopped at its time limit, which is not a failure of the case. */
const OUT_OF_TIME = 'out-of-time';

export class Interrupted extends Error {}

export async function runProcess(request: ProcessRequest): Promise<FinishedProcess> {
  return new ProcessRun(request).run();
}

class ProcessRun {
  readonly #request: ProcessRequest;
  readonly #startSeconds: number;
  readonly #sentinel: SentinelReading[] = [];
  readonly #deaths: string[] = [];
  #worker: OpenedWorker | null = null;
  #timer: TimerFacts | null = null;
  #openSeconds = 0;
  #sentinelAt = 0;

  constructor(request: ProcessRequest) {
    this.#request = request;
    this.#startSeconds = request.host.clock.now();
  }

  async run(): Promise<FinishedProcess> {
    const { onOpen, onBegin, cases, wantsPeaks, onCutShort } = this.#request;
    const rehearse: Rehearse = (request) => this.#rehearse(request);
    try {
      await onOpen(await this.#ready(), rehearse);
      onBegin(begun(this.#facts()));
      for (const item of cases()) await this.#visit(item, rehearse);
      await this.#readSentinel();
      if (wantsPeaks()) await this.#measurePeaks();
    } catch (error) {
      this.#deaths.push(error instanceof Error ? error.message : String(error));
      if (this.#timer) onCutShort(this.#facts());
      throw error;
    } finally {
      await this.#close();
    }
    return this.#facts();
  }

  #facts(): FinishedProcess {
    const { index, orderSeed, host } = this.#request;
    return {
      index,
      orderSeed,
      startSeconds: this.#startSeconds,
      seconds: host.clock.now() - this.#startSeconds,
      openSeconds: this.#openSeconds,
      sentinel: this.#sentinel,
      timer: this.#timer as TimerFacts,
      deaths: this.#deaths,
    };
  }

  /** Again as long as something disturbs it: what a visit measured then is thrown away, and the process says so. */
  async #visit(item: Case, rehearse: Rehearse): Promise<void> {
    for (;;) {
      const plan = await this.#request.plan(item, await this.#ready(), rehearse);
      if (plan === null) return;
      if ('status' in plan) return this.#finish(item, null, plan);
      const { result, refusal } = await this.#measure(plan);
      const disturbance = this.#request.disturbance?.() ?? null;
      if (disturbance === null) {
        if (refusal?.reason !== OUT_OF_TIME) this.#finish(item, result, refusal);
        return;
      }
      const sentence = `${disturbance} during ${item.id}, which was measured again`;
      if (!this.#deaths.includes(sentence)) this.#deaths.push(sentence);
    }
  }

  async #measure(plan: VisitRequest): Promise<Pick<FinishedVisit, 'result' | 'refusal'>> {
    const { clock } = this.#request.host;
    if (clock.now() - this.#sentinelAt > this.#request.sentinelSeconds) await this.#readSentinel();
    const { connection } = await this.#ready();
    const cancel = this.#endInTime(connection);
    try {
      return { result: await connection.call('visit', plan, VISIT_ALLOW_SECONDS), refusal: null };
    } catch (error) {
      return { result: null, refusal: this.#refusalOf(error) };
    } finally {
      cancel();
    }
  }

  #endInTime(connection: Connection): () => void {
    const { endAt, host } = this.#request;
    if (endAt === null) return () => {};
    return host.clock.after(Math.max(0, endAt() - host.clock.now()), () =>
      connection.end(OUT_OF_TIME, 'the budget was spent'),
    );
  }

  async #rehearse(request: VisitRequest): Promise<VisitResult | null> {
    try {
      const { connection } = await this.#ready();
      return await connection.call('visit', request, VISIT_ALLOW_SECONDS);
    } catch (error) {
      // A kernel that hangs or crashes will do so again in its own visit, on a fresh worker, and is reported there.
      this.#refusalOf(error);
      return null;
    }
  }

  #finish(item: Case, result: FinishedVisit['result'], refusal: Refusal | null): void {
    this.#request.onVisit({
      caseId: item.id,
      process: this.#request.index,
      result,
      refusal,
      sentinel: this.#sentinel.at(-1) ?? null,
    });
  }

  /** The failure as a row's reason. A dead worker is dropped, so that the next visit starts a fresh one. */
  #refusalOf(error: unknown): Refusal {
    this.#throwIfInterrupted();
    if (!(error instanceof WorkerDied || error instanceof CallFailed)) throw error;
    // A device that failed once may give wrong times afterwards: close it.
    if (error instanceof CallFailed) this.#worker?.connection.end('crashed', error.message);
    this.#worker = null;
    const refusal = refusalOf(error);
    this.#deaths.push(`${refusal.reason}: ${error.message}`);
    return refusal;
  }

  /** The current worker, or a fresh one: opened, its clock verified, the sentinel read. */
  async #ready(): Promise<OpenedWorker> {
    this.#throwIfInterrupted();
    if (this.#worker && !this.#worker.connection.dead) return this.#worker;
    const { host, index, open, signal } = this.#request;
    const start = host.clock.now();
    const connection = new Connection(host.start(), host.clock);
    const interrupt = () => connection.end('interrupted', 'interrupted');
    signal?.addEventListener('abort', interrupt, { once: true });
    connection.onDeath(() => signal?.removeEventListener('abort', interrupt));
    try {
      const opened = await connection.call('open', { ...open, process: index }, OPEN_ALLOW_SECONDS);
      const timer = await connection.call('timer', {}, PROBE_ALLOW_SECONDS);
      this.#timer ??= timer;
      this.#worker = { connection, timer, ...opened };
      this.#openSeconds += host.clock.now() - start;
      this.#sentinelAt = host.clock.now();
      this.#sentinel.push(await connection.call('sentinel', { timer }, PROBE_ALLOW_SECONDS));
      return this.#worker;
    } catch (error) {
      connection.end('crashed', 'could not be opened');
      this.#worker = null;
      this.#throwIfInterrupted();
      throw error;
    }
  }

  /** A device that dies under the sentinel costs no case: the next visit starts a fresh worker. */
  async #readSentinel(): Promise<void> {
    if (!this.#worker) return;
    const { connection, timer } = this.#worker;
    this.#sentinelAt = this.#request.host.clock.now();
    try {
      this.#sentinel.push(await connection.call('sentinel', { timer }, PROBE_ALLOW_SECONDS));
    } catch (error) {
      this.#refusalOf(error);
    }
  }

  /** The same holds for peaks: a later process measures them, or the run has none. */
  async #measurePeaks(): Promise<void> {
    try {
      const { connection, timer } = await this.#ready();
      const peaks = await connection.call('peaks', { timer }, PROBE_ALLOW_SECONDS);
      if (!this.#request.disturbance?.()) this.#request.onPeaks(peaks);
    } catch (error) {
      this.#refusalOf(error);
    }
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    if (!worker) return;
    await worker.connection.call('close', {}, CLOSE_ALLOW_SECONDS).catch(() => {});
    worker.connection.end('interrupted', 'closed');
  }

  #throwIfInterrupted(): void {
    if (this.#request.signal?.aborted) throw new Interrupted('interrupted');
  }
}
