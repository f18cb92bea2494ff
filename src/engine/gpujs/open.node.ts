/** Opens a gpu.js session in Node. */
import type { Attempt } from '../port.ts';
import type { Yield } from '../webgpu/busy-poll.node.ts';
import { type OpenRequest, openWebGpu } from '../webgpu/open.node.ts';
import { GpuJsSession } from './session.ts';

export interface OpenedGpuJs {
  readonly session: GpuJsSession;
  readonly tried: readonly Attempt[];
  readonly yields: Yield;
}

/** @throws EngineError `no-adapter`, as {@link openWebGpu} */
export async function openGpuJs(request: OpenRequest): Promise<OpenedGpuJs> {
  const { session, tried, yields } = await openWebGpu(request);
  return { session: new GpuJsSession(session), tried, yields };
}
