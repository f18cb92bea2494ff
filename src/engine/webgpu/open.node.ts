/** Opens a WebGPU session in Node. */
import { totalmem } from 'node:os';
import type { AdapterSource, Attempt } from '../port.ts';
import { adapterRoutes, installAdvice, uncachedShaderEnvironment } from './adapters.node.ts';
import { type ChosenAdapter, chooseAdapter } from './adapters.ts';
import { preferredYield, type Yield, yieldCpu } from './busy-poll.node.ts';
import { WebGpuSession } from './session.ts';

export interface OpenRequest {
  /** `auto` (which SHAPEMARK_ADAPTER may override), `gpu`, `software`, `embedded`, or a part of the adapter's name. */
  readonly adapter: string;
  /**
   * Whether the JavaScript thread lowers its priority while it waits for a software adapter (busy-poll.node.ts). Only for a
   * process that does nothing but measure: on a busy machine the thread starves, and children inherit the priority. True chooses
   * by adapter; default false.
   */
  readonly yieldCpu?: boolean | Yield;
  readonly robustness?: 'off' | undefined;
  /** Limits to use instead of the device's, to test on small problems what happens beyond them. */
  readonly limits?: Readonly<Record<string, number>>;
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

/** Software adapters keep buffers in system memory; WebGPU does not report the memory of a GPU. */
function memoryOf(source: AdapterSource): number | undefined {
  if (source === 'gpu') return undefined;
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** @throws EngineError `no-adapter`, naming every attempt and what to install */
export async function openWebGpu(request: OpenRequest): Promise<OpenedSession> {
  const { opened, tried } = await chosenAdapter(request.adapter, request.robustness);
  const session = await WebGpuSession.open({ ...opened, memoryBytes: memoryOf(opened.source), limits: request.limits });
  const { yieldCpu: asked = false } = request;
  const wanted = asked === true ? preferredYield(session.facts.source) : asked || 'none';
  const yields = wanted === 'none' ? wanted : await yieldCpu(session, wanted);
  return { session, tried, yields };
}

/** Dawn's adapter, to open a device on. @throws EngineError `no-adapter` */
export async function chosenAdapter(asked: string, robustness?: 'off'): Promise<ChosenAdapter> {
  // Mesa 25 takes cached code of lavapipe for that of another vector width. Workers are started without caches in any case.
  if (process.env.LP_NATIVE_VECTOR_WIDTH !== undefined) Object.assign(process.env, uncachedShaderEnvironment);
  const adapter = asked === 'auto' ? process.env.SHAPEMARK_ADAPTER || 'auto' : asked;
  const routes = adapterRoutes(WORDS.includes(adapter) ? undefined : adapter, robustness);
  const chosen = await chooseAdapter(adapter, routes, installAdvice());
  instances.add(chosen.opened.instance);
  return chosen;
}
