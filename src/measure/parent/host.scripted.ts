/** Scripted workers: the real worker code on a virtual clock, so that hours of protocol play in milliseconds. */
import { VirtualClock } from '../../engine/scripted/clock.ts';
import { ScriptedDevice } from '../../engine/scripted/device.ts';
import type { Scenario } from '../../engine/scripted/scenario.ts';
import { ScriptedSession } from '../../engine/scripted/session.ts';
import type { FromWorker, ToWorker } from '../worker/protocol.ts';
import { serveWorker } from '../worker/worker.ts';
import type { Host, WorkerHandle } from './host.ts';

/** @param turn awaited whenever a process opens: no other work has its turn, and no signal is heard, while nothing is waited for */
export function scriptedHost(scenario: Scenario, turn?: () => Promise<void>): Host & { readonly clock: VirtualClock } {
  const clock = new VirtualClock();
  const device = new ScriptedDevice(scenario, clock);
  return { clock, replication: 'process', start: () => startWorker(device, turn) };
}

/** Messages arrive in a later microtask, as between processes; a dead worker is never heard again. */
function startWorker(device: ScriptedDevice, turn?: () => Promise<void>): WorkerHandle {
  let dead = false;
  let hear: (message: FromWorker) => void = () => {};
  let exited: (how: string) => void = () => {};
  let toWorker: (message: ToWorker) => void = () => {};
  let session: ScriptedSession | null = null;
  const port = {
    post: (message: FromWorker) => {
      // Signs of life set a watchdog on the virtual clock, which must be in place before more time passes.
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
    session = new ScriptedSession(device, process, { crash });
    const found = device.scenario.name ?? 'scenario';
    return { session, tried: [{ route: 'scripted', outcome: 'chosen', found, reason: 'asked for' }] };
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
