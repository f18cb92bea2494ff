/** Loads libraries on a session's device, or returns why they are excluded. */
import { globals } from 'webgpu';
import type { WebGpuSession } from '../src/engine/webgpu/session.ts';
import { loadGpuJsCpu, loadLoop } from './libraries/javascript.ts';
import { loadJax } from './libraries/jax.ts';
import { loadOrtCpu, loadOrtWebGpu } from './libraries/onnxruntime.ts';
import { loadTfjsWasm, loadTfjsWebGpu } from './libraries/tfjs.ts';
import type { Library, LoadLibrary, Shared } from './library.ts';

const LOADERS: Readonly<Record<string, LoadLibrary>> = {
  'tfjs-webgpu': loadTfjsWebGpu,
  'jax-js': loadJax,
  'onnxruntime-webgpu': loadOrtWebGpu,
  'gpujs-cpu': loadGpuJsCpu,
  'js-loop': loadLoop,
  'tfjs-wasm': loadTfjsWasm,
  'onnxruntime-cpu': loadOrtCpu,
};

export interface LoadOptions {
  /** Why a library that opens its own device is excluded. */
  readonly foreign?: string | null;
  /** The adapter information shown to a library. */
  readonly adapterInfo?: Shared['adapterInfo'];
}

/** A library that fails to load becomes a row with a reason. */
export async function load(
  name: string,
  session: WebGpuSession,
  { foreign = null, adapterInfo = session.bench.device.gpu.adapterInfo }: LoadOptions = {},
): Promise<Library | string> {
  const loader = LOADERS[name];
  if (!loader) return 'is not known here';
  if (name === 'onnxruntime-webgpu' && foreign !== null) return foreign;
  const { gpu: device, limits } = session.bench.device;
  try {
    return await loader({ device, adapterInfo, limits });
  } catch (error) {
    return `does not load: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Libraries written for browsers use the WebGPU globals; any device they request is that of the session. */
export function showNavigator({ bench: { device } }: WebGpuSession): void {
  Object.assign(globalThis, globals);
  const adapter = { limits: device.limits, features: device.features, requestDevice: async () => device.gpu };
  const value = { userAgent: `Node.js/${process.version}`, gpu: { requestAdapter: async () => adapter } };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
}
