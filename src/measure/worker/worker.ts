/**
 * The worker: owns one device and answers calls about it, one at a time. It exchanges messages and nothing else, so the
 * same code runs in a child process, in a Web Worker, and against a scripted device.
 */
import type { Opened } from '../../engine/engine.ts';
import { EngineError, type ProgramText, type Session } from '../../engine/port.ts';
import { faultSentence } from '../../record/unforeseen.ts';
import { check } from './check.ts';
import { type Alive, COMPILE_SECONDS } from './patience.ts';
import { measurePeaks } from './peaks.ts';
import type { WorkerPort } from './protocol.ts';
import { type CallName, type Calls, type OpenRequest, PROTOCOL, type ToWorker } from './protocol.ts';
import { readSentinel } from './sentinel.ts';
import { proveTimer } from './timer.ts';
import { visit } from './visit.ts';

export type OpenSession = (request: OpenRequest) => Promise<Opened>;

/** Seconds the watchdog allows for calls that launch only small fixed programs (compilation on slow adapters included). */
const PROBE_ALLOW_SECONDS = 60;

type Handlers = { [N in CallName]: (argument: Calls[N]['argument']) => Promise<Calls[N]['answer']> };

export function serveWorker(port: WorkerPort, openSession: OpenSession): void {
  let opened: Opened | null = null;
  const session = (): Session => {
    if (!opened) throw new EngineError('device-error', 'no device is open');
    return opened.session;
  };
  const alive = (allowSeconds: number) => port.post({ type: 'alive', allowSeconds });
  const probing = <T>(work: () => Promise<T>): Promise<T> => {
    alive(PROBE_ALLOW_SECONDS);
    return work();
  };
  const handlers: Handlers = {
    open: async (request) => {
      opened = await openSession(request);
      void opened.session.lost.then((message) => port.post({ type: 'lost', message }));
      return { facts: opened.session.facts, tried: opened.tried, protocol: PROTOCOL };
    },
    timer: () => probing(() => proveTimer(session())),
    sentinel: ({ timer }) => probing(() => readSentinel(session(), timer)),
    peaks: ({ timer }) => probing(() => measurePeaks(session(), timer)),
    visit: (request) => visit(session(), request, alive),
    check: (request) => check(session(), request, alive),
    texts: ({ texts }) => faultsIn(session(), texts, alive),
    close: async () => {
      await opened?.session.dispose();
      opened = null;
      return {};
    },
  };
  let queue = Promise.resolve();
  port.onMessage((message) => {
    queue = queue.then(() => answer(port, handlers, message));
  });
}

async function faultsIn(session: Session, texts: readonly ProgramText[], alive: Alive): Promise<(string | null)[]> {
  const found: (string | null)[] = [];
  for (const text of texts) {
    alive(COMPILE_SECONDS);
    found.push((await session.faultIn?.(text)) ?? null);
  }
  return found;
}

async function answer(port: WorkerPort, handlers: Handlers, message: ToWorker): Promise<void> {
  try {
    const handler = handlers[message.call] as (argument: ToWorker['argument']) => Promise<Calls[CallName]['answer']>;
    port.post({ type: 'answer', id: message.id, answer: await handler(message.argument) });
  } catch (error) {
    const [reason, text] =
      error instanceof EngineError ? [error.reason, error.message] : ['harness-error', faultSentence(error)];
    port.post({ type: 'error', id: message.id, reason, message: text });
  }
}
