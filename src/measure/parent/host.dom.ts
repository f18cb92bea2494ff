/** Web Workers as workers. Each opens a device of its own; the browser's GPU process serves all of them, so that no process is fresh. */
import type { FromWorker } from '../worker/protocol.ts';
import type { Clock, Host, WorkerHandle } from './host.ts';
import { whileRunning } from './while-running.ts';

const now = () => performance.now() / 1e3;
const clock: Clock = { now, after: whileRunning(now) };

/** @param script address of the worker's script */
export function webHost(script: string): Host {
  return { clock, replication: 'device', start: () => start(script) };
}

function start(script: string): WorkerHandle {
  const worker = new Worker(script);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => listener(data)),
    // A worker that ends by itself tells nobody; one that cannot be loaded, or throws, does.
    onExit: (listener) =>
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        listener(event.message ? `failed: ${event.message}` : `could not be loaded from ${script}`);
      }),
    kill: () => worker.terminate(),
  };
}
