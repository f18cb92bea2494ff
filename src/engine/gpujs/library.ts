/**
 * gpu.js 2.24 on our device. It requests an adapter and a device from `navigator.gpu` once per process. It therefore gets a
 * navigator whose only device is that of the session, so that both share buffers. Loaded on demand.
 */
import type { GPU as GpuJs } from 'gpu.js';
import { EngineError } from '../port.ts';

/** Exports that the package's type declarations lack. */
declare module 'gpu.js' {
  interface WebGpuContext {
    readonly device: GPUDevice;
  }
  export const WebGPUContext: { acquire(): Promise<WebGpuContext> };
  /** A GPU-resident value: what a pipeline kernel returns, and takes for an argument. */
  export class WebGPUBufferResult extends Texture {
    constructor(settings: { buffer: GPUBuffer; output: number[]; componentCount: 1; context: WebGpuContext });
    readonly buffer: GPUBuffer;
  }
}

type Library = typeof import('gpu.js');
export type Resident = InstanceType<Library['WebGPUBufferResult']>;

export interface GpuJsLibrary {
  readonly gpu: GpuJs;
  /** A value of `height` rows of `width` f32 in a buffer of the session's, without a copy. */
  resident(buffer: GPUBuffer, width: number, height: number): Resident;
  isResident(value: unknown): value is Resident;
}

/**
 * @param device the device gpu.js shall use
 * @param limits of the adapter it came from
 * @throws EngineError `unsupported` where gpu.js is not installed, and while another session of this process has it
 */
export async function loadGpuJs(device: GPUDevice, limits: Readonly<Record<string, number>>): Promise<GpuJsLibrary> {
  const library = await importLibrary();
  requireExports(library);
  const onError = device.onuncapturederror;
  return withNavigator({ requestAdapter: async () => ({ limits, requestDevice: async () => device }) }, async () => {
    const context = await library.WebGPUContext.acquire();
    if (context.device !== device) {
      throw new EngineError('unsupported', 'gpu.js serves one session of a process, and another one has it');
    }
    device.onuncapturederror = onError; // gpu.js prints them; the session throws them
    const { WebGPUBufferResult } = library;
    return {
      gpu: new library.GPU({ mode: 'webgpu' }),
      resident: (buffer, width, height) =>
        new WebGPUBufferResult({ buffer, output: [width, height], componentCount: 1, context }),
      isResident: (value) => value instanceof WebGPUBufferResult,
    };
  });
}

/**
 * Checks that the package has the exports declared above.
 * @throws EngineError `unsupported`
 */
export function requireExports(library: object): void {
  const missing = ['GPU', 'WebGPUContext', 'WebGPUBufferResult'].filter(
    (name) => typeof Reflect.get(library, name) !== 'function',
  );
  if (missing.length > 0) throw new EngineError('unsupported', `this gpu.js exports no ${missing.join(', ')}`);
}

/** A clone has gpu.js. For an installed package it is optional, because its dependencies are larger than all others together. */
async function importLibrary(): Promise<Library> {
  try {
    return (await import('gpu.js')).default;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new EngineError(
      'unsupported',
      'gpu.js is not installed; `npm install gpu.js@2.24.1` beside shapemark adds it',
    );
  }
}

/** Runs `body` with `navigator.gpu` replaced: Node 20 has no navigator, later ones have one that can be extended only. */
async function withNavigator<T>(gpu: object, body: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  try {
    return await body();
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
}
