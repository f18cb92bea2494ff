/** The child process's entry: connects the worker to its parent and opens devices through Dawn. */
import { openWebGpu } from '../../engine/webgpu/open.node.ts';
import type { FromWorker, OpenRequest, ToWorker } from './protocol.ts';
import { type Opened, serveWorker } from './worker.ts';

/** gpu.js is loaded only when asked for. */
async function openSession(request: OpenRequest): Promise<Opened> {
  const options = { adapter: request.adapter, yieldCpu: request.yieldCpu };
  if (request.engine !== 'gpujs') return openWebGpu(options);
  const { openGpuJs } = await import('../../engine/gpujs/open.node.ts');
  return openGpuJs(options);
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
