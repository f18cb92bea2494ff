/** The child process's entry: connects the worker to its parent and opens devices through Dawn. */
import { openGpuJs } from '../engine/gpujs/open.node.ts';
import { openWebGpu } from '../engine/webgpu/open.node.ts';
import type { FromWorker, OpenRequest, ToWorker } from './protocol.ts';
import { type Opened, serveWorker } from './worker.ts';

async function openSession(request: OpenRequest): Promise<Opened> {
  const options = { adapter: request.adapter, yieldCpu: request.yieldCpu };
  return request.engine === 'gpujs' ? openGpuJs(options) : openWebGpu(options);
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

// A parent that is gone must not leave a worker spinning on a device.
process.on('disconnect', () => process.exit(0));
