/** Workers of a played device: the real worker code on a virtual clock, so that hours take milliseconds. */
import type { PlayedDevice, PlayedSession } from '../../engine/engine.ts';
import type { VirtualClock } from '../../engine/virtual-clock.ts';
import type { FromWorker, ToWorker } from '../worker/protocol.ts';
import { serveWorker } from '../worker/worker.ts';
import type { Host, WorkerHandle } from './host.ts';

/** @param turn awaited whenever a process opens, so that other work and signals are handled */
export function playedHost(device: PlayedDevice, turn?: () => Promise<void>): Host & { readonly clock: VirtualClock } {
  return { clock: device.clock, replication: 'process', start: () => startWorker(device, turn) };
}

/** Messages arrive in a later microtask, as between processes; those of a dead worker are dropped. */
function startWorker(device: PlayedDevice, turn?: () => Promise<void>): WorkerHandle {
  let dead = false;
  let hear: (message: FromWorker) => void = () => {};
  let exited: (how: string) => void = () => {};
  let toWorker: (message: ToWorker) => void = () => {};
  let session: PlayedSession | null = null;
  const port = {
    post: (message: FromWorker) => {
      // Signs of life set a watchdog on the virtual clock, which must happen before more time passes.
      if (message.type === 'alive') deliver(message);
      else queueMicrotask(() => deliver(message));
    },
    onMessage: (listener: (message: ToWorker) => void) => {
      toWorker = listener;
    },
  };
  const deliver = (message: FromWorker) => {
    if (!dead) hear(message);
  };
  const crash = (how: string) => {
    if (dead) return;
    exited(how);
    dead = true;
  };
  serveWorker(port, async ({ process }) => {
    await turn?.();
    const opened = device.open(process, { crash });
    session = opened.session;
    return opened;
  });
  return {
    post: (message) =>
      queueMicrotask(() => {
        if (!dead) toWorker(message);
      }),
    onMessage: (listener) => {
      hear = listener;
    },
    onExit: (listener) => {
      exited = listener;
    },
    kill: () => {
      dead = true;
      session?.end();
    },
  };
}
