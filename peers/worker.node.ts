/**
 * The worker of the comparison: opens our session, loads the libraries named in its arguments, then lowers its priority. The
 * order matters: new threads inherit the priority of their parent thread, so every library's driver and pool must be started
 * first.
 */
import type { Opened } from '../src/engine/engine.ts';
import { preferredYield, yieldCpu } from '../src/engine/webgpu/busy-poll.node.ts';
import { openWebGpu } from '../src/engine/webgpu/open.node.ts';
import type { WebGpuSession } from '../src/engine/webgpu/session.ts';
import { unpackSwiftShader } from '../src/engine/webgpu/swiftshader.node.ts';
import type { FromWorker, OpenRequest, ToWorker } from '../src/measure/worker/protocol.ts';
import { serveWorker } from '../src/measure/worker/worker.ts';
import type { Library } from './library.ts';
import { load, showNavigator } from './load.node.ts';
import { PeerSession } from './session.ts';

async function openSession(request: OpenRequest): Promise<Opened> {
  const { session, tried } = await openWebGpu({ adapter: request.adapter, yieldCpu: false });
  showNavigator(session);
  const foreign = await otherDevicesAdapter(session, request.adapter);
  const libraries = new Map<string, Library | string>();
  for (const name of process.argv.slice(2)) libraries.set(name, await load(name, session, { foreign }));
  const wanted = request.yieldCpu ? preferredYield(session.facts.source) : 'none';
  if (wanted !== 'none') await yieldCpu(session, wanted);
  return { session: new PeerSession(session, libraries), tried };
}

/**
 * Where a library opens a device by itself, it takes the system's default adapter. The embedded one is made that default for this
 * process; if another adapter was requested by name, the library is excluded.
 *
 * @returns why it would be unfair, or null
 */
async function otherDevicesAdapter({ facts }: WebGpuSession, asked: string): Promise<string | null> {
  if (facts.source === 'embedded-software') {
    const { manifest } = unpackSwiftShader();
    process.env.VK_DRIVER_FILES = manifest;
    process.env.VK_ICD_FILENAMES = manifest;
    return null;
  }
  const chosen = asked === 'auto' ? process.env.SHAPEMARK_ADAPTER || 'auto' : asked;
  if (chosen === 'auto' || chosen === 'gpu') return null;
  delete process.env.SHAPEMARK_ADAPTER; // what `auto` is for others
  const { session } = await openWebGpu({ adapter: 'auto', yieldCpu: false });
  const { description } = session.facts;
  await session.dispose();
  return description === facts.description ? null : `would open a device of its own, on ${description}`;
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

// If the parent has ended, the worker must not keep using the device.
process.on('disconnect', () => process.exit(0));
