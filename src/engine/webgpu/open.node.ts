/** Opens a WebGPU session in Node. */

import { adapterRoutes, installAdvice } from './adapters.node.ts';
import { type Attempt, chooseAdapter } from './adapters.ts';
import { WebGpuSession } from './session.ts';

export interface OpenRequest {
  /** `auto`, `gpu`, `software`, `embedded`, or a part of the adapter's name. */
  readonly adapter: string;
  /** Whether the JavaScript thread steps back while it waits for the device (default true); see busy-poll.node.ts. */
  readonly yieldCpu?: boolean;
}

export interface OpenedSession {
  readonly session: WebGpuSession;
  readonly tried: readonly Attempt[];
}

/** Dawn's instances must outlive everything made from them; a process has few. */
const instances = new Set<GPU>();

/** @throws EngineError `no-adapter`, naming every attempt and what to install */
export async function openWebGpu({ adapter }: OpenRequest): Promise<OpenedSession> {
  const named = ['auto', 'gpu', 'software', 'embedded'].includes(adapter) ? undefined : adapter;
  const { opened, tried } = await chooseAdapter(adapter, adapterRoutes(named), installAdvice());
  instances.add(opened.instance);
  const session = await WebGpuSession.open(opened);
  return { session, tried };
}
