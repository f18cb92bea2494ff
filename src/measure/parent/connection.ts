/** The parent's side of one worker: calls with replies, a watchdog that distinguishes hung from slow, and termination. */

import type { Refusal } from '../../kernel/refusal.ts';
import type { CallName, Calls, FromWorker, ToWorker } from '../worker/protocol.ts';
import type { Clock, WorkerHandle } from './host.ts';

/** Why a worker can no longer be used. */
export type Death = 'crashed' | 'hang' | 'device-lost' | 'interrupted' | 'out-of-time';

export class WorkerDied extends Error {
  readonly death: Death;
  constructor(death: Death, message: string) {
    super(message);
    this.death = death;
  }
}

/** An error reply with the engine's reason; the worker continues. */
export class CallFailed extends Error {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What the row of the case says of it. */
export function refusalOf(error: WorkerDied | CallFailed): Refusal {
  const reason = error instanceof WorkerDied ? error.death : error.reason;
  return { status: reason === 'unsupported' ? 'skipped' : 'failed', reason, detail: error.message };
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class Connection {
  readonly #worker: WorkerHandle;
  readonly #clock: Clock;
  #nextId = 1;
  #waiting: { id: number; waiting: Waiting } | null = null;
  #death: WorkerDied | null = null;
  #cancelWatchdog: () => void = () => {};
  readonly #mourners: (() => void)[] = [];

  constructor(worker: WorkerHandle, clock: Clock) {
    this.#worker = worker;
    this.#clock = clock;
    worker.onMessage((message) => this.#hear(message));
    worker.onExit((how) => this.#die('crashed', `the worker ${how}`));
  }

  /** Sends one call and waits for the reply, at most `allowSeconds` after the worker's last sign of life. */
  call<N extends CallName>(name: N, argument: Calls[N]['argument'], allowSeconds: number): Promise<Calls[N]['answer']> {
    if (this.#death) return Promise.reject(this.#death);
    if (this.#waiting) throw new Error(`a call is already under way; ${name} must wait`);
    const id = this.#nextId++;
    return new Promise<Calls[N]['answer']>((resolve, reject) => {
      this.#waiting = { id, waiting: { resolve, reject } };
      this.#watch(allowSeconds);
      this.#worker.post({ call: name, id, argument } as ToWorker);
    });
  }

  /** Whether the worker has ended. */
  get dead(): boolean {
    return this.#death !== null;
  }

  /** Calls back once when this worker has ended, for any reason. */
  onDeath(listener: () => void): void {
    this.#mourners.push(listener);
  }

  /** Kills the worker; its pending call fails with `death`. */
  end(death: Death, message: string): void {
    this.#die(death, message);
  }

  #hear(message: FromWorker): void {
    if (this.#death) return;
    if (message.type === 'alive') this.#watch(message.allowSeconds);
    else if (message.type === 'lost') this.#die('device-lost', message.message);
    else this.#answered(message);
  }

  #answered(message: Extract<FromWorker, { id: number }>): void {
    const current = this.#waiting;
    if (!current || current.id !== message.id) return;
    this.#settle();
    if (message.type === 'answer') current.waiting.resolve(message.answer as never);
    else current.waiting.reject(new CallFailed(message.reason, message.message));
  }

  #watch(seconds: number): void {
    this.#cancelWatchdog();
    this.#cancelWatchdog = this.#clock.after(seconds, () =>
      this.#die('hang', `no sign of life for ${seconds.toFixed(0)} s`),
    );
  }

  #settle(): void {
    this.#cancelWatchdog();
    this.#cancelWatchdog = () => {};
    this.#waiting = null;
  }

  #die(death: Death, message: string): void {
    if (this.#death) return;
    this.#death = new WorkerDied(death, message);
    const current = this.#waiting;
    this.#settle();
    this.#worker.kill();
    for (const mourner of this.#mourners) mourner();
    current?.waiting.reject(this.#death);
  }
}
