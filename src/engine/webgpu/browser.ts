/** WebGPU as a browser offers it: one adapter, whose name it keeps to itself, rounded timestamps, no toggles. */
import type { DeviceEngine } from '../engine.ts';
import { EngineError } from '../port.ts';
import { isFallback, readNames, SOFTWARE_NAME } from './adapter-info.ts';
import { adapterName } from './adapters.ts';
import { type AdapterOrigin, WebGpuSession } from './session.ts';

/** What records say instead of Dawn's backend, which a page cannot know. */
export const BROWSER_BACKEND = 'browser';

/** @param gpu `navigator.gpu`; absent where the browser has none, or the page is not in a secure context */
export function browserEngine(gpu: GPU | undefined): DeviceEngine {
  return {
    kind: 'device',
    name: 'webgpu',
    // Chrome runs Dawn too, but no page learns its version.
    runsDawn: false,
    open: async () => {
      const origin = await browserAdapter(gpu);
      const found = adapterName(origin.adapter.info);
      const session = await WebGpuSession.open(origin);
      return { session, tried: [{ route: BROWSER_BACKEND, outcome: 'chosen', found, reason: 'answers' }] };
    },
  };
}

/** @throws EngineError `no-adapter` */
export async function browserAdapter(gpu: GPU | undefined): Promise<AdapterOrigin> {
  if (!gpu) throw new EngineError('no-adapter', 'the browser has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new EngineError('no-adapter', 'the browser has no adapter');
  return { adapter, instance: gpu, source: sourceOf(adapter), backend: BROWSER_BACKEND, toggles: [] };
}

function sourceOf(adapter: GPUAdapter): AdapterOrigin['source'] {
  const words = Object.values(readNames(adapter.info)).join(' ');
  if (!isFallback(adapter) && !SOFTWARE_NAME.test(words)) return 'gpu';
  // SwiftShader is the one that browsers bring along.
  return /swiftshader/i.test(words) ? 'embedded-software' : 'system-software';
}
