/** Opens a WebGPU session in Node. */
import { adapterRoutes, installAdvice } from './adapters.node.ts';
import { type Attempt, chooseAdapter } from './adapters.ts';
import { preferredYield, type Yield, yieldCpu } from './busy-poll.node.ts';
import { WebGpuSession } from './session.ts';

export interface OpenRequest {
  /** `auto` (which SHAPEMARK_ADAPTER may override), `gpu`, `software`, `embedded`, or a part of the adapter's name. */
  readonly adapter: string;
  /**
   * Whether the JavaScript thread steps back while it waits for a software adapter (busy-poll.node.ts). For a process
   * that does nothing but measure: on a machine with other work the whole thread starves, and children inherit it.
   * Default false.
   */
  readonly yieldCpu?: boolean;
}

export interface OpenedSession {
  readonly session: WebGpuSession;
  /** Every route tried, in order, the chosen one last. */
  readonly tried: readonly Attempt[];
  /** How the JavaScript thread waits for the device. */
  readonly yields: Yield;
}

const WORDS = ['auto', 'gpu', 'software', 'embedded'];

/** Dawn's instances must outlive everything made from them; a process has few. */
const instances = new Set<GPU>();

/** @throws EngineError `no-adapter`, naming every attempt and what to install */
export async function openWebGpu(request: OpenRequest): Promise<OpenedSession> {
  const adapter = request.adapter === 'auto' ? process.env.SHAPEMARK_ADAPTER || 'auto' : request.adapter;
  const routes = adapterRoutes(WORDS.includes(adapter) ? undefined : adapter);
  const { opened, tried } = await chooseAdapter(adapter, routes, installAdvice());
  instances.add(opened.instance);
  const session = await WebGpuSession.open(opened);
  const wanted = request.yieldCpu ? preferredYield(session.facts.source) : 'none';
  const yields = wanted === 'nice' && (await yieldCpu(session)) ? 'nice' : 'none';
  return { session, tried, yields };
}
