import type { DeviceEngine } from '../engine.ts';

/** WGSL kernels on a WebGPU device, through Dawn. */
export const webgpu: DeviceEngine = {
  kind: 'device',
  name: 'webgpu',
  runsDawn: true,
  open: async (request) => (await import('./open.node.ts')).openWebGpu(request),
};
