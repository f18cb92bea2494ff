/** A device with the limits that WebGPU promises, and no features. */
import type { KernelDevice } from '../device.ts';

export const LIMITS: Record<string, number> = {
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
};
export const DEVICE: KernelDevice = { features: [], limits: LIMITS, source: 'gpu' };
