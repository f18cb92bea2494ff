/** The child process's entry: connects the worker to its parent and opens devices by the engine that is asked for. */
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

// Ctrl-C, a closed terminal and schedulers signal the whole process group; the parent decides what it means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// A parent that is gone must not leave a worker spinning on a device.
process.on('disconnect', () => process.exit(0));
