/** Entry point of the child process: connects the worker to its parent and opens devices of the requested engine. */
import type { Opened } from '../../engine/engine.ts';
import { engineNamed } from '../../engine/registry.node.ts';
import type { FromWorker, OpenRequest, ToWorker } from './protocol.ts';
import { serveWorker } from './worker.ts';

async function openSession({ engine: name, adapter, yieldCpu, robustness }: OpenRequest): Promise<Opened> {
  const engine = engineNamed(name);
  if (engine.kind === 'played')
    throw new RangeError(`the ${name} engine is played where it is asked for, not in a worker`);
  return engine.open({ adapter, yieldCpu, robustness });
}

serveWorker(
  {
    post: (message: FromWorker) => {
      process.send?.(message);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ToWorker)),
  },
  openSession,
);

// Ctrl-C, hangup and schedulers signal the whole process group; the parent handles it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// If the parent has ended, the worker must not keep using the device.
process.on('disconnect', () => process.exit(0));
