import type { DeviceEngine } from '../engine.ts';
import { GPUJS } from './source.ts';

/** A WebGPU device that also runs a matmul written with gpu.js. gpu.js is loaded on demand. */
export const gpujs: DeviceEngine = {
  kind: 'device',
  name: GPUJS.name,
  runsDawn: true,
  open: async (request) => (await import('./open.node.ts')).openGpuJs(request),
  matmul: GPUJS,
};
