/** The worker of the page that measures: the same that Node starts as a process, with the browser's WebGPU. */
import { browserEngine } from '../../engine/webgpu/browser.ts';
import type { FromWorker, ToWorker } from '../../measure/worker/protocol.ts';
import { serveWorker } from '../../measure/worker/worker.ts';

serveWorker(
  {
    post: (message: FromWorker) => self.postMessage(message),
    onMessage: (listener) => self.addEventListener('message', ({ data }) => listener(data as ToWorker)),
  },
  (request) => browserEngine(navigator.gpu).open(request),
);
