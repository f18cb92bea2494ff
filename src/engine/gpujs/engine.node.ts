import type { DeviceEngine } from '../engine.ts';
import { GPUJS } from './source.ts';

/** A WebGPU device that also runs the matmul a JavaScript user would write with gpu.js, which is loaded only then. */
export const gpujs: DeviceEngine = {
  kind: 'device',
  name: GPUJS.name,
  runsDawn: true,
  open: async (request) => (await import('./open.node.ts')).openGpuJs(request),
  matmul: GPUJS,
};
